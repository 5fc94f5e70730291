import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { Invocation } from "../../../shared/entry/invocation.ts";
import { exchange, target } from "../../../shared/net/https.ts";
import { type HttpsServer, serveHttps } from "../../support/https.ts";

let server: HttpsServer;
beforeAll(async () => {
  server = await serveHttps((request, response) => {
    response.end("a".repeat(Number(new URL(request.url ?? "", "https://x").searchParams.get("bytes"))));
  });
});
beforeEach(() => {
  // Node accepts no additional authority once the process runs.
  vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0");
});
afterAll(async () => {
  server.closeIdle();
  await server.close();
});

const ask = (bytes: number) =>
  exchange(
    target(new URL(`https://${server.host}/?bytes=${bytes}`)),
    { method: "GET", headers: {}, timeoutMs: 60_000 },
    new Invocation({ time_limit_in_ms: 60_000 }),
  );

test("an answer may have at most 256 KiB", async () => {
  expect((await ask(262_144)).text).toHaveLength(262_144);
  await expect(ask(262_145)).rejects.toMatchObject({ name: "NetworkError", code: "ANSWER_TOO_LARGE" });
});
