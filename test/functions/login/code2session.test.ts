import { expect, test, vi } from "vitest";
import { code2Session } from "../../../functions/login/code2session.ts";
import { Invocation } from "../../../shared/entry/invocation.ts";
import { exchange, NetworkError } from "../../../shared/net/https.ts";

vi.mock(import("../../../shared/net/https.ts"), async (original) => ({
  ...(await original()),
  exchange: vi.fn<typeof exchange>(async () => ({ status: 200, text: '{"openid":"o1"}' })),
}));

test("gives WeChat five seconds to answer", async () => {
  const wechat = { appId: "wx1", secret: "its-secret", endpoint: new URL("https://wechat.example.com") };
  expect(await code2Session("a code", wechat, new Invocation({}))).toBe("o1");
  expect(vi.mocked(exchange).mock.calls[0]?.[1]).toMatchObject({ method: "GET", timeoutMs: 5000 });
});

test.each([
  [
    "ENOTFOUND",
    { code: "ConfigurationError", log: { message: "WX_ENDPOINT names a wrong host (ENOTFOUND)." } },
  ],
  ["EAI_AGAIN", { code: "LoginUnavailable", log: { wechatError: "EAI_AGAIN" } }],
])("tells a host that does not exist from a WeChat that cannot be reached: %s", async (code, refusal) => {
  vi.mocked(exchange).mockRejectedValueOnce(new NetworkError(code));
  const wechat = { appId: "wx1", secret: "its-secret", endpoint: new URL("https://wechat.example.com") };
  await expect(code2Session("a code", wechat, new Invocation({}))).rejects.toMatchObject(refusal);
});
