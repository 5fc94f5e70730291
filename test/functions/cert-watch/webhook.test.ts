import { expect, test, vi } from "vitest";
import { postMarkdown } from "../../../functions/cert-watch/webhook.ts";
import { Invocation } from "../../../shared/entry/invocation.ts";
import { exchange } from "../../../shared/net/https.ts";

vi.mock(import("../../../shared/net/https.ts"), async (original) => ({
  ...(await original()),
  exchange: vi.fn<typeof exchange>(async () => ({ status: 200, text: '{"errcode":0}' })),
}));

test("gives the webhook five seconds to answer", async () => {
  await postMarkdown(new URL("https://bot.example.com/"), "text", new Invocation({}));
  expect(vi.mocked(exchange).mock.calls[0]?.[1]).toMatchObject({ method: "POST", timeoutMs: 5000 });
});
