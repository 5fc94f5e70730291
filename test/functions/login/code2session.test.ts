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
    { code: "ConfigurationError", log: { message: "WX_ENDPOINT names a wrong address (ENOTFOUND)." } },
  ],
  ["EPROTO", { code: "ConfigurationError", log: { message: "WX_ENDPOINT names a wrong address (EPROTO)." } }],
  ["EAI_AGAIN", { code: "LoginUnavailable", log: { wechatError: "EAI_AGAIN" } }],
])("tells a host that does not exist from a WeChat that cannot be reached: %s", async (code, refusal) => {
  vi.mocked(exchange).mockRejectedValueOnce(new NetworkError(code));
  const wechat = { appId: "wx1", secret: "its-secret", endpoint: new URL("https://wechat.example.com") };
  await expect(code2Session("a code", wechat, new Invocation({}))).rejects.toMatchObject(refusal);
});

// A mistyped path, a proxy that was taken down, and one that is only restarting.
test.each([
  [404, { code: "ConfigurationError", log: { message: "WX_ENDPOINT names a wrong address (HTTP 404)." } }],
  [301, { code: "ConfigurationError" }],
  [502, { code: "LoginUnavailable", log: { wechatError: "HTTP 502" } }],
  [429, { code: "LoginUnavailable" }],
])("a page with status %i is not WeChat's answer", async (status, refusal) => {
  vi.mocked(exchange).mockResolvedValueOnce({ status, text: "<html></html>" });
  const wechat = { appId: "wx1", secret: "its-secret", endpoint: new URL("https://wechat.example.com") };
  await expect(code2Session("a code", wechat, new Invocation({}))).rejects.toMatchObject(refusal);
});
