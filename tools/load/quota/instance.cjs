// One instance of a function, as SCF runs it: one event at a time, in its own process.
const [, , file] = process.argv;
const { main_handler } = require(file);
process.on("message", async ({ event, context }) => {
  try {
    process.send({ answer: await main_handler(event, context) });
  } catch (error) {
    process.send({ failure: String(error) });
  }
});
process.on("disconnect", () => process.exit());
process.send("ready");
