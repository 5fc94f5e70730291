import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createUploader } from "../../../packages/uploader/src/index.ts";
import { createSession } from "../../../packages/uploader/src/session.ts";
import { errorOf } from "./error-of.ts";
import { cut, type FakeService, refuse, sendJson, startFakeService } from "./fake-service.ts";
import { createWx, type TestWx } from "./wx.ts";

const PHOTO = "wxfile://tmp/photo.jpg";

let service: FakeService;
let phone: TestWx;
beforeEach(async () => {
  service = await startFakeService();
  phone = createWx({ files: new Map([[PHOTO, Buffer.of(1)]]) });
  phone.loginCodes.push("code-1", "code-2", "code-3");
  vi.stubGlobal("wx", phone.wx);
});
afterEach(async () => {
  vi.unstubAllGlobals();
  await service.close();
});

test.each(["", "/", "//", " "])("an endpoint that ends in %j is the same", async (end) => {
  const session = createSession(service.endpoint + end);
  service.onSign = (response) => sendJson(response, 200, { token: "t", url: "https://b.example.com/k" });
  expect(await session.logIn()).toBe("t");
  expect(await session.viewUrl("k")).toBe("https://b.example.com/k");
  expect(service.signed.map(({ name }) => name)).toEqual(["login", "object-url"]);
});

describe("with an address for each function, a session", () => {
  const unused = "http://127.0.0.1:1";

  test("asks each function at its own address", async () => {
    service.onSign = (response) => sendJson(response, 200, { token: "t", url: "https://b.example.com/k" });
    const { logIn } = createSession({ login: `${service.endpoint}/`, "object-url": unused });
    expect(await logIn()).toBe("t");
    const { viewUrl } = createSession({ login: unused, "object-url": service.endpoint });
    expect(await viewUrl("k")).toBe("https://b.example.com/k");
    expect(service.signed.map(({ name }) => name)).toEqual(["login", "object-url"]);
  });

  test("shows nothing if object-url is not deployed", async () => {
    expect(await createSession({ login: unused }).viewUrl("k")).toBeUndefined();
  });

  test("cannot log in if login is not deployed, and says so", async () => {
    const error = await errorOf(createSession({ "object-url": unused }).logIn());
    expect(error).toMatchObject({ kind: "configuration", code: "InvalidUrl", retryable: false });
    expect(error.message).toContain("login");
  });
});

test("refuses an invalid endpoint by name", async () => {
  const { logIn, viewUrl } = createSession("upload.example.com");
  for (const work of [logIn, () => viewUrl("k")]) {
    expect(await errorOf(work())).toMatchObject({
      kind: "configuration",
      code: "InvalidUrl",
      retryable: false,
    });
  }
});

test.each<[number, string, boolean]>([
  [403, "LoginBlocked", false],
  [429, "LoginThrottled", true],
  [503, "LoginUnavailable", true],
  [500, "ConfigurationError", false],
])("passes on the function's %i %s", async (status, code, retryable) => {
  service.onSign = refuse(status, code);
  const error = await errorOf(createSession(service.endpoint).logIn());
  expect(error).toMatchObject({ kind: "service", code, status, retryable, requestId: "req-1" });
});

test.each<[string, object]>([
  ["no token", {}],
  ["a token that is no text", { token: 5 }],
  ["an empty token", { token: "" }],
])("refuses an answer with %s", async (_, body) => {
  service.onSign = (response) => sendJson(response, 200, body);
  const session = createSession(service.endpoint);
  expect(await errorOf(session.logIn())).toMatchObject({ kind: "service", code: "AnswerInvalid" });
  expect(session.getToken({ refresh: false })).toBe("");
});

// Several logins at once confuse WeChat's sessions: https://github.com/IvinWu/weRequest/issues/36
describe("requests that need a login at the same time share it:", () => {
  /** Accepts only the newest token, as after a login that replaced the session. */
  const serve = () => {
    let newest = "";
    service.onSign = (response, count, request) => {
      const { name, authorization } = service.signed.at(-1) ?? {};
      if (name === "login") {
        newest = `token-${count}`;
        sendJson(response, 200, { token: newest });
      } else if (authorization === `Bearer ${newest}`) {
        sendJson(response, 200, { url: "https://b.example.com/k" });
      } else refuse(401, "TokenExpired")(response, count, request);
    };
  };
  const logins = () => service.signed.filter(({ name }) => name === "login").length;

  test("nine pictures of a page", async () => {
    serve();
    const { viewUrl } = createSession(service.endpoint);
    const urls = await Promise.all(Array.from({ length: 9 }, (_, index) => viewUrl(`k${index}`)));
    expect(new Set(urls)).toEqual(new Set(["https://b.example.com/k"]));
    expect(logins()).toBe(1);
  });

  test("a tap, and an upload that was refused", async () => {
    serve();
    const { logIn, getToken } = createSession(service.endpoint);
    expect(await Promise.all([logIn(), getToken({ refresh: true }), logIn()])).toEqual(
      Array.from({ length: 3 }, () => "token-1"),
    );
    expect(logins()).toBe(1);
  });

  test("but not one that has ended, well or not", async () => {
    serve();
    const { logIn } = createSession(service.endpoint);
    await logIn();
    phone.loginCodes.length = 0;
    await errorOf(logIn());
    phone.loginCodes.push("code-9");
    await logIn();
    expect(logins()).toBe(2);
  });
});

// https://github.com/xiaweiss/miniprogram-bug-report/issues/272: WeChat may never call back.
test("a login that WeChat never answers fails in time, and the next one does not wait for it", async () => {
  service.onSign = (response) => sendJson(response, 200, { token: "t" });
  const { logIn } = createSession(service.endpoint);
  vi.stubGlobal("wx", { ...phone.wx, login() {} });
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    const isOver = vi.fn();
    const first = errorOf(logIn());
    void first.then(isOver);
    await vi.advanceTimersByTimeAsync(14_999);
    expect(isOver).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(await first).toMatchObject({ kind: "timeout", code: "Timeout", retryable: true });
  } finally {
    vi.useRealTimers();
  }
  vi.stubGlobal("wx", phone.wx);
  expect(await logIn()).toBe("t");
});

// https://developers.weixin.qq.com/miniprogram/dev/api/open-api/login/wx.login.html: its example looks for the code.
test("a login that succeeds without a code asks no function, and may be tried again", async () => {
  const login = ({ success }: { success(result: object): void }) => success({ errMsg: "login:ok" });
  vi.stubGlobal("wx", { ...phone.wx, login });
  const error = await errorOf(createSession(service.endpoint).logIn());
  expect(error).toMatchObject({ kind: "client", code: "TokenUnavailable", retryable: true });
  expect(service.signed).toHaveLength(0);
});

test("a login where there is no wx fails with what is missing, and is not tried again", async () => {
  vi.unstubAllGlobals();
  const { getToken } = createSession(service.endpoint);
  const error = await errorOf(Promise.resolve(getToken({ refresh: true })));
  expect(error).toMatchObject({ kind: "client", code: "Unexpected", retryable: false });
  expect(error.message).toBe("wx is not defined");
});

// The status as a text: https://github.com/NervJS/taro/issues/16860
test("an answer may have its status as a text, and its JSON unparsed", async () => {
  const request = ({ success }: { success(answer: object): void }) =>
    success({ statusCode: "200", data: JSON.stringify({ token: "t", url: "https://b.example.com/k" }) });
  vi.stubGlobal("wx", { ...phone.wx, request });
  const session = createSession(service.endpoint);
  expect(await session.logIn()).toBe("t");
  expect(await session.viewUrl("k")).toBe("https://b.example.com/k");
});

test("an answer without a status is no answer", async () => {
  const request = ({ success }: { success(answer: object): void }) => success({ data: "" });
  vi.stubGlobal("wx", { ...phone.wx, request });
  const error = await errorOf(createSession(service.endpoint).logIn());
  expect(error).toMatchObject({ kind: "network", code: "NetworkError", retryable: true });
});

describe("an upload whose first login", () => {
  const withLogin = (login: NonNullable<FakeService["onSign"]>) => {
    service.onSign = (response, count, request) => {
      const { name, authorization } = service.signed.at(-1) ?? {};
      if (name === "login") login(response, count, request);
      else if (authorization === "Bearer t") service.sendTicket(response);
      else refuse(401, "TokenMissing")(response, count, request);
    };
    const { getToken } = createSession(service.endpoint);
    return createUploader({ endpoint: service.endpoint, getToken, backoffMs: 1 });
  };
  const logins = () => service.signed.filter(({ name }) => name === "login").length;

  test.each<[string, NonNullable<FakeService["onSign"]>]>([
    ["meets a busy service", refuse(503, "LoginUnavailable")],
    ["is cut", cut],
  ])("%s is stored after the second", async (_, first) => {
    const { upload } = withLogin((response, count, request) =>
      logins() === 1 ? first(response, count, request) : sendJson(response, 200, { token: "t" }),
    );
    await upload(PHOTO);
    expect(logins()).toBe(2);
  });

  test("is refused for good ends at once, with the function's code", async () => {
    const error = await errorOf(withLogin(refuse(403, "LoginBlocked")).upload(PHOTO));
    expect(error).toMatchObject({ kind: "service", code: "LoginBlocked", retryable: false });
    expect(logins()).toBe(1);
  });

  test("fails in WeChat itself ends with a retryable error", async () => {
    phone.loginCodes.length = 0;
    const { upload } = withLogin((response) => sendJson(response, 200, { token: "t" }));
    const error = await errorOf(upload(PHOTO));
    expect(error).toMatchObject({ kind: "client", code: "TokenUnavailable", retryable: true });
    expect(logins()).toBe(0);
  });
});
