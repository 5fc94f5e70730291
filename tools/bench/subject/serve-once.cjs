// Loads an Express app, writes its port to descriptor 4, answers one request from outside, and ends.
const { writeSync } = require("node:fs");
const [, , file] = process.argv;
const server = require(file).listen(0, "127.0.0.1", () => writeSync(4, `${server.address().port}\n`));
server.on("request", (_, response) => {
  response.on("close", () => process.exit(response.statusCode === 200 ? 0 : 1));
});
