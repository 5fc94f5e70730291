"use strict";

// Loads one built function, as SCF would, and calls it if it receives an event.
// argv: the bundle's path. It sends {type: "loaded"} over IPC, and answers {event, context} with
// {type: "result" | "error"}.

const send = process.send.bind(process);
process.on("disconnect", () => process.exit());

let handler;
try {
  handler = require(process.argv[2]).main_handler;
  send({ type: "loaded", ok: typeof handler === "function" });
} catch (error) {
  send({ type: "loaded", ok: false, message: String(error?.message ?? error) });
}

process.on("message", async ({ event, context }) => {
  try {
    send({ type: "result", json: JSON.stringify(await handler(event, context)) ?? "null" });
  } catch (error) {
    send({ type: "error", message: String(error?.stack ?? error) });
  }
});
