// Keeps an Express app warm in its own process, and sends its CPU time when asked.
const [, , file] = process.argv;
const server = require(file).listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));
// This is longer than the other ways take in a round, so that no connection is closed just when it is used again.
server.keepAliveTimeout = 600_000;
process.on("message", () => {
  const { user, system } = process.cpuUsage();
  process.send({ cpuMs: (user + system) / 1000 });
});
process.on("disconnect", () => process.exit());
