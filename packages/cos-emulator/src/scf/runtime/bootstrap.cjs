"use strict";

// Runs in an instance's process, under plain node: loads the function's code, then handles one event at a time.
// argv: the code's file, the exported handler's name. It talks to the emulator only over the IPC channel.

const { inspect } = require("node:util");

const [codeFile, handlerName] = process.argv.slice(2);
const send = process.send.bind(process);
// The function's code must not use the channel.
process.send = undefined;

// When the emulator is gone, however it ended, its function must end too.
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
// A terminal sends Ctrl-C to the whole group; the emulator decides when an instance ends.
process.on("SIGINT", () => {});

function stackOf(error) {
  return error instanceof Error && typeof error.stack === "string" ? error.stack : inspect(error);
}

function load() {
  let code;
  try {
    code = require(codeFile);
  } catch (error) {
    send({ type: "init-error", kind: "user-code", stack: stackOf(error) });
    return undefined;
  }
  const handler = code?.[handlerName];
  if (typeof handler !== "function") {
    send({ type: "init-error", kind: "no-handler", stack: "" });
    return undefined;
  }
  return handler;
}

/** An async handler answers with its promise, any other with its callback, or at once when it takes no callback. */
function run(handler, event, context) {
  return new Promise((resolve, reject) => {
    const callback = (error, result) => (error ? reject(error) : resolve(result));
    const returned = handler(event, context, callback);
    if (typeof returned?.then === "function" || handler.length < 3) resolve(returned);
  });
}

async function answer(handler, message) {
  try {
    const result = await run(handler, JSON.parse(message.event), message.context);
    return { type: "result", json: JSON.stringify(result) ?? "null" };
  } catch (error) {
    return { type: "error", stack: stackOf(error) };
  }
}

const handler = load();
if (handler !== undefined) {
  process.on("message", async (message) => {
    send({ ...(await answer(handler, message)), memoryBytes: process.memoryUsage.rss() });
  });
  send({ type: "ready" });
}
