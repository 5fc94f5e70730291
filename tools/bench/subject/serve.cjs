// Keeps an Express app warm in a process of its own, and tells its CPU time when asked.
const [, , file] = process.argv;
const server = require(file).listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));
// Longer than the other ways take in a round: a connection must not be closed just as it is used again.
server.keepAliveTimeout = 600_000;
process.on("message", () => {
  const { user, system } = process.cpuUsage();
  process.send({ cpuMs: (user + system) / 1000 });
});
process.on("disconnect", () => process.exit());
