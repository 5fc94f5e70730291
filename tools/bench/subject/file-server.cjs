// The simplest file server: PUT writes a file and renames it, GET reads it.
const { createReadStream, createWriteStream, mkdirSync } = require("node:fs");
const { rename, stat } = require("node:fs/promises");
const { createServer } = require("node:http");
const { join } = require("node:path");
const { pipeline } = require("node:stream/promises");

const [, , directory] = process.argv;
mkdirSync(directory, { recursive: true });
let count = 0;

const server = createServer(async (request, response) => {
  const file = join(directory, encodeURIComponent(request.url));
  try {
    if (request.method === "PUT") {
      count += 1;
      const fresh = `${file}.${count}`;
      await pipeline(request, createWriteStream(fresh));
      await rename(fresh, file);
      response.end();
    } else {
      response.setHeader("content-length", (await stat(file)).size);
      await pipeline(createReadStream(file), response);
    }
  } catch {
    response.destroy();
  }
});
server.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));
process.on("disconnect", () => process.exit());
