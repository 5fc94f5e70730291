// Loads one bundle in its own process, as SCF does, and passes every event that it receives to main_handler.
const [, , bundle] = process.argv;
const { main_handler } = require(bundle);
process.on("message", async ({ id, event, context }) => {
  try {
    process.send({ id, answer: await main_handler(event, context) });
  } catch (error) {
    process.send({ id, failure: String(error) });
  }
});
process.on("disconnect", () => process.exit());
process.send("loaded");
