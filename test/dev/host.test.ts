import { request as httpRequest } from "node:http";
import { get as httpsGet } from "node:https";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestEmulator } from "../upload/emulator.ts";

/** Stands in for an address of a private network: this machine has it, and it is not the default one. */
const ADDRESS = "127.0.0.2";

let emulator: Awaited<ReturnType<typeof startTestEmulator>>;
beforeAll(async () => {
  emulator = await startTestEmulator({ host: ADDRESS });
});
afterAll(() => emulator.close());

function send(
  method: string,
  path: string,
  headers: Record<string, string> = {},
): Promise<{ readonly status: number; readonly text: string }> {
  const { port } = new URL(emulator.url);
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      {
        host: ADDRESS,
        port,
        method,
        path,
        agent: false,
        headers: { host: `${ADDRESS}:${port}`, ...headers },
      },
      async (incoming) => {
        let text = "";
        for await (const chunk of incoming) text += chunk;
        resolve({ status: incoming.statusCode ?? 0, text });
      },
    );
    outgoing.on("error", reject);
    outgoing.end();
  });
}

test("functions, page and COS answer at the address, and still at the loopback address", async () => {
  expect(emulator.networkUrl).toBe(emulator.url.replace("127.0.0.1", ADDRESS));
  for (const url of [emulator.url, emulator.networkUrl]) {
    const response = await fetch(`${url}/put-sign?ext=gif`);
    expect(JSON.parse(await response.text()).cosHost).toBe(emulator.cosHost);
  }
  expect(emulator.cosHost).toMatch(/^127\.0\.0\.2:\d+$/);
  expect((await send("GET", "/")).text).toContain(`"networkUrl":"${emulator.networkUrl}"`);
});

test("the page's commands use the address that it was opened at, and loopback-only headers are left out elsewhere", async () => {
  for (const [url, policy] of [
    [emulator.url, "same-origin"],
    [emulator.networkUrl ?? "", null],
  ] as const) {
    const page = await fetch(url);
    expect(page.headers.get("cross-origin-opener-policy")).toBe(policy);
    expect(await page.text()).toContain(`&#39;${url}/put-sign?ext=jpg&#39;`);
  }
});

test("the certificate of COS at the address is signed by the authority that a phone can trust", async () => {
  const { certificatePem: ca } = emulator.authority;
  const status = await new Promise((resolve, reject) => {
    httpsGet(`https://${emulator.cosHost}/`, { ca, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on("error", reject);
  });
  expect(status).toBe(403);
});

test("the page's address is available as a QR code", async () => {
  const { status, text } = await send("GET", "/_emulator/address.svg");
  expect([status, text.slice(0, 4)]).toEqual([200, "<svg"]);
});

describe("attack:", () => {
  const PATHS = ["/_emulator/objects", "/_emulator/faults", "/_emulator/requests", "/_emulator/lifecycle"];

  test.each([...PATHS, "/", "/put-sign?ext=gif", "/_requests"])(
    "refuses a rebound name, at %s",
    async (path) => {
      for (const host of [
        "evil.example",
        `${ADDRESS}.evil.example`,
        "127.0.0.3",
        `evil.example:${ADDRESS}`,
      ]) {
        expect([host, (await send("GET", path, { host })).status]).toEqual([host, 403]);
      }
    },
  );

  test.each(PATHS)("refuses a foreign origin, at %s", async (path) => {
    const { port } = new URL(emulator.url);
    for (const origin of [
      "https://evil.example",
      "null",
      `https://${ADDRESS}:${port}`,
      `http://${ADDRESS}:1`,
    ]) {
      expect([origin, (await send("POST", path, { origin })).status]).toEqual([origin, 403]);
    }
    expect((await send("POST", path, { "sec-fetch-site": "cross-site" })).status).toBe(403);
  });

  test("refuses a foreign origin's call of a function", async () => {
    const { status } = await send("GET", "/put-sign?ext=gif", { origin: "http://192.168.1.9:8080" });
    expect(status).toBe(403);
  });
});
