// Loads a function, as SCF does at a cold start, has it answer one event, and ends.
const [, , file, event] = process.argv;
const { main_handler } = require(file);
main_handler(JSON.parse(event), { time_limit_in_ms: 10_000 }).then(
  ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1),
  () => process.exit(1),
);
