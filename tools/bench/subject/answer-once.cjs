// Loads a function, as SCF does at a cold start, has it answer one event, and ends.
const [, , file, event] = process.argv;
const { main_handler } = require(file);
const context = { request_id: "c6af9ac6-7b61-11e6-9a41-93e8deadbeef", time_limit_in_ms: 10_000 };
main_handler(JSON.parse(event), context).then(
  ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1),
  () => process.exit(1),
);
