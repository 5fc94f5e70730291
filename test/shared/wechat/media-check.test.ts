import { beforeEach, describe, expect, test, vi } from "vitest";
import { Invocation } from "../../../shared/entry/invocation.ts";
import { exchange, exchangeWhole, NetworkError } from "../../../shared/net/https.ts";
import { stableTokens } from "../../../shared/wechat/access-token.ts";
import { askMediaCheck, checkedAs } from "../../../shared/wechat/media-check.ts";

vi.mock(import("../../../shared/net/https.ts"), async (original) => ({
  ...(await original()),
  exchange: vi.fn<typeof exchange>(),
  exchangeWhole: vi.fn<typeof exchangeWhole>(),
}));

const wechat = { appId: "wx1", secret: "its-secret", endpoint: new URL("https://wechat.example.com") };
const media = { url: "https://files.example.com/a.jpg?q-signature=1", type: 2, openid: "o1" } as const;
const OK = { errcode: 0, errmsg: "ok", trace_id: "60f96f1d-3845297a-1976a3ae" };
const TOKEN = { access_token: "T1", expires_in: 7200 };

/** WeChat's answers in order, and the file's status before that. */
function answers(status: number, ...texts: (object | string | Error)[]): void {
  vi.mocked(exchangeWhole).mockResolvedValue({ status, headers: {}, body: Buffer.alloc(1) });
  for (const text of texts) {
    if (text instanceof Error) vi.mocked(exchange).mockRejectedValueOnce(text);
    else {
      const body = typeof text === "string" ? text : JSON.stringify(text);
      vi.mocked(exchange).mockResolvedValueOnce({ status: 200, text: body });
    }
  }
}

const calls = () =>
  vi.mocked(exchange).mock.calls.map(([to, { body }]) => ({
    path: to.path,
    body: JSON.parse(String(body)),
  }));

beforeEach(() => {
  vi.mocked(exchange).mockReset();
  vi.mocked(exchangeWhole).mockReset();
});

const ask = (tokens = stableTokens(wechat)) => askMediaCheck(media, wechat, tokens, new Invocation({}));

test("tries the file, then requests a token, and then the check", async () => {
  answers(206, TOKEN, OK);
  expect(await ask()).toEqual({ is: "asked", traceId: OK.trace_id });
  expect(vi.mocked(exchangeWhole).mock.calls[0]?.[1]).toMatchObject({
    method: "GET",
    headers: { range: "bytes=0-0" },
    timeoutMs: 5000,
  });
  expect(vi.mocked(exchange).mock.calls.map(([, { timeoutMs }]) => timeoutMs)).toEqual([5000, 5000]);
  expect(calls()).toEqual([
    {
      path: "/cgi-bin/stable_token",
      body: { grant_type: "client_credential", appid: "wx1", secret: "its-secret" },
    },
    {
      path: "/wxa/media_check_async?access_token=T1",
      body: { media_url: media.url, media_type: 2, version: 2, scene: 4, openid: "o1" },
    },
  ]);
});

test("an instance keeps its token until shortly before its end", async () => {
  vi.useFakeTimers();
  try {
    const tokens = stableTokens(wechat);
    answers(200, TOKEN, OK, OK, { access_token: "T2", expires_in: 7200 }, OK);
    await ask(tokens);
    vi.setSystemTime(Date.now() + 6_899_000);
    await ask(tokens);
    vi.setSystemTime(Date.now() + 2000);
    await ask(tokens);
    expect(calls().map(({ path }) => path)).toEqual([
      "/cgi-bin/stable_token",
      "/wxa/media_check_async?access_token=T1",
      "/wxa/media_check_async?access_token=T1",
      "/cgi-bin/stable_token",
      "/wxa/media_check_async?access_token=T2",
    ]);
  } finally {
    vi.useRealTimers();
  }
});

test.each([40001, 40014, 42001])("requests a new token once if %i refuses the old one", async (errcode) => {
  answers(200, TOKEN, { errcode }, { access_token: "T2", expires_in: 7200 }, OK);
  expect(await ask()).toEqual({ is: "asked", traceId: OK.trace_id });
  vi.mocked(exchange).mockReset();
  answers(200, TOKEN, { errcode }, TOKEN, { errcode });
  expect(await ask()).toEqual({ is: "later", why: String(errcode) });
});

test.each([403, 404, 302, 500])("does not give WeChat a file that answers %i", async (status) => {
  answers(status);
  expect(await ask()).toEqual({ is: "later", why: `FileUnreadable ${status}` });
  expect(exchange).not.toHaveBeenCalled();
});

describe("asks again later if WeChat", () => {
  test.each<[string, object | string | Error, string]>([
    ["is busy", { errcode: -1 }, "-1"],
    ["has had too many calls this minute", { errcode: 44990 }, "44990"],
    ["has had too many calls today", { errcode: 45009 }, "45009"],
    ["does not support the call", { errcode: 48001 }, "48001"],
    ["gives no trace_id", { errcode: 0 }, "0"],
    ["gives a trace_id that would be a path", { errcode: 0, trace_id: "../a" }, "0"],
    ["gives a trace_id of another type", { errcode: 0, trace_id: 5 }, "0"],
    ["gives an errcode in words", { errcode: "zero", trace_id: "a" }, "NaN"],
    ["answers with a page", "<html></html>", "NetworkError"],
    ["answers with null", "null", "0"],
    ["cannot be reached", new NetworkError("ECONNREFUSED"), "NetworkError"],
  ])("%s", async (_, answer, why) => {
    answers(200, TOKEN, answer);
    expect(await ask()).toEqual({ is: "later", why });
  });

  test("is looked for at a host that does not exist, and the reason names the variable", async () => {
    answers(200, TOKEN, new NetworkError("ENOTFOUND"));
    expect(await ask()).toEqual({ is: "later", why: "WX_ENDPOINT names a wrong address (ENOTFOUND)." });
  });

  test("gives no token, and the reason names the wrong variable", async () => {
    answers(200, { errcode: 40125, errmsg: "invalid appsecret" });
    expect(await ask()).toEqual({ is: "later", why: "WX_SECRET is not the AppSecret of WX_APPID." });
  });
});

test.each([
  [40003, "UserUnknown"],
  [61010, "UserAway"],
])("does not ask again about a user whom WeChat refuses with %i", async (errcode, why) => {
  answers(200, TOKEN, { errcode });
  expect(await ask()).toEqual({ is: "refused", why });
});

test.each([
  ["jpg", 10, 2],
  ["gif", 10 * 1024 * 1024, 2],
  ["mp3", 10, 1],
  ["jpg", 10 * 1024 * 1024 + 1, undefined],
  ["webp", 10, undefined],
  ["heic", 10, undefined],
  ["mp4", 10, undefined],
  ["pdf", 10, undefined],
  ["", 10, undefined],
])("WeChat checks .%s of %i bytes as %s", (ext, bytes, type) => {
  expect(checkedAs(ext, bytes)).toBe(type);
});
