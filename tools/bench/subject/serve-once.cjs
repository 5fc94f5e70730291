// Loads an Express app, answers one request that comes from outside, and ends. Descriptor 4 tells the port.
const { writeSync } = require("node:fs");
const [, , file] = process.argv;
const server = require(file).listen(0, "127.0.0.1", () => writeSync(4, `${server.address().port}\n`));
server.on("request", (_, response) => {
  response.on("close", () => process.exit(response.statusCode === 200 ? 0 : 1));
});
