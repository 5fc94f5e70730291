import { expect, test } from "vitest";
import { loadBundle, TEST_ENV } from "../support/bundle.ts";

const origin = "https://www.example.com";
const { main_handler } = loadBundle("put-sign", {
  ...TEST_ENV,
  CORS_ORIGINS: `${origin},http://localhost:5173`,
});
const from = (value: string, event: object = {}) => main_handler({ headers: { Origin: value }, ...event });

test.each([origin, "http://localhost:5173"])("%s may read the answer", async (allowed) => {
  const { headers } = await from(allowed, { queryString: { ext: "html" } });
  expect(headers).toMatchObject({ "access-control-allow-origin": allowed, vary: "Origin" });
});

test("answers a preflight and allows the token", async () => {
  const { statusCode, headers } = await from(origin, { httpMethod: "OPTIONS" });
  expect(statusCode).toBe(204);
  expect(headers).toMatchObject({
    "access-control-allow-origin": origin,
    "access-control-allow-methods": "GET, HEAD, POST, OPTIONS",
    "access-control-allow-headers": "authorization, content-type",
  });
});

// What pages' libraries add: Sentry (sentry-javascript#6077), axios and jQuery (axios#63), OpenTelemetry. Without the name in
// the answer, the browser sends nothing, and the page hears only of a network error (Fetch standard, CORS-preflight fetch).
test.each([
  "authorization,baggage,sentry-trace",
  "x-requested-with",
  "authorization,content-type,traceparent,tracestate",
  "Authorization, X-CSRF-TOKEN",
])("a page may send the headers %s", async (names) => {
  const { statusCode, headers } = await from(origin, {
    httpMethod: "OPTIONS",
    headers: { Origin: origin, "Access-Control-Request-Headers": names },
  });
  expect(statusCode).toBe(204);
  const allowed = headers["access-control-allow-headers"]?.split(/, */).map((name) => name.toLowerCase());
  for (const name of names.toLowerCase().split(/, */)) expect(allowed).toContain(name);
});

test.each(["x\r\nset-cookie: a=1", "\u0000", "图片", "", "x".repeat(5000)])(
  "what is no list of header names is not repeated: %j",
  async (names) => {
    const { headers } = await from(origin, {
      httpMethod: "OPTIONS",
      headers: { Origin: origin, "Access-Control-Request-Headers": names },
    });
    expect(headers["access-control-allow-headers"]).toBe("authorization, content-type");
  },
);

test.each([
  ["another origin", "https://evil.example"],
  ["another scheme", "http://www.example.com"],
  ["another port", "https://www.example.com:8443"],
  ["a name that starts with an allowed one", "https://www.example.com.evil.example"],
  ["a sandboxed page", "null"],
  ["the wildcard origin", "*"],
])("%s is not allowed, and the answer varies by origin", async (_, other) => {
  for (const httpMethod of ["GET", "OPTIONS"]) {
    const { headers } = await from(other, { httpMethod });
    expect(headers).not.toHaveProperty("access-control-allow-origin");
    expect(headers["vary"]).toBe("Origin");
  }
});

test("without CORS_ORIGINS, no origin is allowed", async () => {
  const closed = loadBundle("put-sign", TEST_ENV);
  const { headers } = await closed.main_handler({ headers: { Origin: origin } });
  expect(Object.keys(headers).filter((name) => name.startsWith("access-control-allow-origin"))).toEqual([]);
});

// What the pages of apps send: https://github.com/ionic-team/capacitor/issues/1041, https://github.com/gin-contrib/cors/issues/135,
// https://github.com/bitwarden/server/pull/7080, https://github.com/capacitor-community/electron/issues/71
test.each([
  "capacitor://localhost",
  "ionic://localhost",
  "tauri://localhost",
  "app://com.example.app",
  "capacitor-electron://-",
  "chrome-extension://aapbdbdomjkkjkaonfhkkikfgjllcleb",
  "moz-extension://5f1c6f4e-0f7c-4c3b-9a3e-0a1b2c3d4e5f",
])("an app may call from %s, and no other", async (app) => {
  const { main_handler } = loadBundle("put-sign", { ...TEST_ENV, CORS_ORIGINS: `${origin},${app}` });
  for (const [sent, allowed] of [
    [app, app],
    [origin, origin],
    [`${app}.evil.example`, undefined],
    [app.replace("://", "s://"), undefined],
    ["null", undefined],
    ["file://", undefined],
  ] as const) {
    const { headers } = await main_handler({ httpMethod: "OPTIONS", headers: { Origin: sent } });
    expect(headers["access-control-allow-origin"]).toBe(allowed);
  }
});

test.each([
  "file://",
  "file://localhost",
  "null",
  "data://a",
  "htps://www.example.com",
  "htttps://www.example.com",
  "hhtp://www.example.com",
  "ttps://www.example.com",
  "wss://www.example.com",
  "capacitor://",
  "capacitor://localhost/",
  "capacitor://*",
  "Capacitor://localhost",
  "capacitor:localhost",
])("%s is no origin of an app", (wrong) => {
  const { log } = loadBundle("put-sign", { ...TEST_ENV, CORS_ORIGINS: wrong });
  expect(log[0]).toContain("CORS_ORIGINS");
});
