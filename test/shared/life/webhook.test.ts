import { expect, onTestFinished, test, vi } from "vitest";
import { Invocation } from "../../../shared/entry/invocation.ts";
import { readWebhook } from "../../../shared/life/service.ts";
import { announce, signature } from "../../../shared/life/webhook.ts";

// https://github.com/standard-webhooks/standard-webhooks, the test "sign function works" of its libraries.
const PUBLISHED = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

test("signs as in the scheme's own test vector", () => {
  const key = Buffer.from(PUBLISHED.slice("whsec_".length), "base64");
  expect(signature(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, '{"test": 2432232314}')).toBe(
    "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  );
});

const secretOf = (bytes: number) => `whsec_${Buffer.alloc(bytes, 5).toString("base64")}`;
const URL = "https://hooks.example.com/uploads?key=1";

test.each([24, 25, 26, 32, 64])("accepts a secret of %i bytes", (bytes) => {
  const webhook = readWebhook({ UPLOADED_WEBHOOK: URL, WEBHOOK_SECRET: secretOf(bytes) });
  expect(webhook?.key).toEqual(Buffer.alloc(bytes, 5));
});

test("announces nothing without a webhook", () => {
  expect(readWebhook({ WEBHOOK_SECRET: secretOf(32) })).toBeUndefined();
});

test.each<[string, string | undefined, string]>([
  ["none", undefined, "WEBHOOK_SECRET is not set"],
  ["one that is too short", secretOf(23), "WEBHOOK_SECRET must be whsec_"],
  ["one that is too long", secretOf(66), "WEBHOOK_SECRET must be whsec_"],
  ["one without its prefix", secretOf(32).slice(6), "WEBHOOK_SECRET must be whsec_"],
  ["one that is not base64", "whsec_{}", "WEBHOOK_SECRET must be whsec_"],
])("refuses a secret by name: %s", (_, secret, message) => {
  const env = { UPLOADED_WEBHOOK: URL, ...(secret !== undefined && { WEBHOOK_SECRET: secret }) };
  expect(() => readWebhook(env)).toThrow(message);
});

test.each([
  "http://hooks.example.com/",
  "http://127.0.0.1.example.com/",
  "http://10.0.0.1/",
  "ftp://127.0.0.1/",
  "https://user:password@hooks.example.com/",
  "hooks.example.com",
  "https://",
  "https://a b/",
  "",
])("refuses an address by name, without its value: %j", (address) => {
  const read = () => readWebhook({ UPLOADED_WEBHOOK: address, WEBHOOK_SECRET: secretOf(32) });
  expect(read).toThrow(/^UPLOADED_WEBHOOK must be an https:\/\/ address/);
});

test.each(["http://127.0.0.1:8080/x", "http://localhost/x", "http://[::1]:1/x"])(
  "%s is this machine",
  (address) => {
    const webhook = readWebhook({ UPLOADED_WEBHOOK: address, WEBHOOK_SECRET: secretOf(32) });
    expect(webhook?.url.href).toBe(address);
  },
);

const FILE = {
  key: "uploads/a.jpg",
  size: 1,
  type: "image/jpeg",
  etag: "e",
  storedAt: 1,
  rule: "photo",
  meta: {},
};

// https://github.com/nodejs/node/issues/45481, https://github.com/agent-ecosystem/afdocs/issues/97: curl reaches such a port.
test("the error of a port that fetch refuses says so", async () => {
  const UPLOADED_WEBHOOK = "https://hooks.example.com:6000/its-path";
  const webhook = readWebhook({ UPLOADED_WEBHOOK, WEBHOOK_SECRET: secretOf(32) });
  if (webhook === undefined) throw new TypeError("The test needs a webhook.");
  await expect(announce("upload.stored", FILE, undefined, webhook, new Invocation({}))).rejects.toThrow(
    /^The webhook of UPLOADED_WEBHOOK cannot be reached: bad port\.$/,
  );
});

test("the error of a receiver that cannot be reached names the setting and the reason, and nothing of the address", async () => {
  vi.stubGlobal("fetch", () =>
    Promise.reject(
      new TypeError("fetch failed", { cause: Object.assign(new Error(URL), { code: "ENOTFOUND" }) }),
    ),
  );
  const webhook = readWebhook({ UPLOADED_WEBHOOK: URL, WEBHOOK_SECRET: secretOf(32) });
  if (webhook === undefined) throw new TypeError("The test needs a webhook.");
  await expect(announce("upload.stored", FILE, undefined, webhook, new Invocation({}))).rejects.toThrow(
    /^The webhook of UPLOADED_WEBHOOK cannot be reached: ENOTFOUND\.$/,
  );
});

test.each([
  ["five seconds", 60_000, 5000],
  ["what is left of the invocation", 3400, 3000],
])("a receiver has %s to answer", async (_, limitMs, most) => {
  vi.useFakeTimers({ toFake: ["hrtime"] });
  const timeout = vi.spyOn(AbortSignal, "timeout");
  onTestFinished(() => {
    vi.useRealTimers();
    timeout.mockRestore();
  });
  vi.stubGlobal("fetch", async () => new Response());
  const webhook = readWebhook({ UPLOADED_WEBHOOK: URL, WEBHOOK_SECRET: secretOf(32) });
  if (webhook === undefined) throw new TypeError("The test needs a webhook.");
  await announce("upload.stored", FILE, undefined, webhook, new Invocation({ time_limit_in_ms: limitMs }));
  expect(timeout.mock.calls).toEqual([[most]]);
});
