import { createServer } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { listen, stop } from "../../../../packages/cos-emulator/src/cloud/listen.ts";
import { type Handler, sturdy } from "../../../../packages/cos-emulator/src/guard/guard.ts";

async function start(handler: Handler) {
  const lines: string[] = [];
  const server = createServer(sturdy(handler, { service: "test", log: (line) => void lines.push(line) }));
  const port = await listen(server, 0);
  onTestFinished(() => stop(server));
  const send = async (head: string) => {
    const socket = connect(port, "127.0.0.1");
    socket.write(`${head}\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`);
    return await text(socket).catch(() => "cut");
  };
  return { port, lines, send };
}

const FAILURES: readonly (readonly [string, Handler])[] = [
  [
    "throws",
    () => {
      throw new TypeError("Invalid\nURL");
    },
  ],
  [
    "rejects",
    async () => {
      await sleep(1);
      throw new TypeError("Invalid\nURL");
    },
  ],
];

test.each(FAILURES)(
  "a handler that %s gets a 500 answer, and one log line without the query",
  async (_, handler) => {
    const { lines, send } = await start(handler);
    const answer = await send("GET /a?token=secret HTTP/1.1");
    expect(answer).toMatch(/^HTTP\/1\.1 500 /);
    expect(answer).toContain("The emulator failed; its log says why.");
    expect(lines).toEqual(['test GET /a failed: "TypeError: Invalid\\nURL"']);
  },
);

test("an answer that has begun is cut off, so that nobody takes it for a complete one", async () => {
  const { lines, send } = await start((_, response) => {
    response.writeHead(200, { "content-length": 100 }).write("half");
    throw new Error("late");
  });
  expect(await send("GET /a HTTP/1.1")).not.toMatch(/ 500 /);
  expect(lines).toEqual(['test GET /a failed: "Error: late"']);
});

test("a failing stream without a listener ends nothing", async () => {
  const { send } = await start((message, response) => {
    response.end("done");
    message.destroy(new Error("broken off"));
    response.write("written after its end");
  });
  await send("GET /a HTTP/1.1");
  expect(await send("GET /a HTTP/1.1")).not.toBe("");
});
