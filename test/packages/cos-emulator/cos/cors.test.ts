import { describe, expect, test } from "vitest";
import type { CorsRule } from "../../../../packages/cos-emulator/src/cos/http/cors.ts";
import { signedHeaders, startCos } from "./support.ts";

const RULE: CorsRule = {
  allowedOrigins: ["http://127.0.0.1:3000", "http://localhost:*"],
  allowedMethods: ["PUT", "POST", "GET"],
  allowedHeaders: ["Authorization", "content-type", "x-cos-security-token"],
  exposeHeaders: ["ETag", "x-cos-request-id"],
  maxAgeSeconds: 600,
};

const PREFLIGHT = {
  origin: "http://127.0.0.1:3000",
  "access-control-request-method": "PUT",
  "access-control-request-headers": "authorization, Content-Type,x-cos-security-token",
};

test("a preflight that a rule allows is answered with what is allowed", async () => {
  const cos = await startCos({ cors: [RULE] });
  const { status, headers, body } = await cos.send({ method: "OPTIONS", path: "/a.jpg", headers: PREFLIGHT });
  expect(status).toBe(200);
  expect(body).toHaveLength(0);
  expect(headers).toMatchObject({
    "access-control-allow-origin": "http://127.0.0.1:3000",
    "access-control-allow-methods": "PUT,POST,GET",
    "access-control-allow-headers": "authorization,content-type,x-cos-security-token",
    "access-control-expose-headers": "ETag,x-cos-request-id",
    "access-control-max-age": "600",
    vary: "Origin",
  });
});

test("a preflight for the bucket itself, as for POST Object, is answered too", async () => {
  const cos = await startCos({ cors: [RULE] });
  const headers = { ...PREFLIGHT, "access-control-request-method": "POST" };
  expect((await cos.send({ method: "OPTIONS", path: "/", headers })).status).toBe(200);
});

test("a wildcard in an origin matches any run of characters", async () => {
  const cos = await startCos({ cors: [RULE] });
  const headers = { ...PREFLIGHT, origin: "http://localhost:5173" };
  const answer = await cos.send({ method: "OPTIONS", path: "/a.jpg", headers });
  expect(answer.headers["access-control-allow-origin"]).toBe("http://localhost:5173");
});

test("a rule for every origin and header is answered with *", async () => {
  const cos = await startCos({ cors: [{ ...RULE, allowedOrigins: ["*"], allowedHeaders: ["*"] }] });
  const headers = { ...PREFLIGHT, "access-control-request-headers": "x-anything" };
  const answer = await cos.send({ method: "OPTIONS", path: "/a.jpg", headers });
  expect(answer.headers).toMatchObject({
    "access-control-allow-origin": "*",
    "access-control-allow-headers": "x-anything",
  });
});

describe("a preflight is refused with 403 AccessForbidden", () => {
  test.each([
    ["from another origin", { origin: "http://evil.example" }],
    ["from an origin that only starts the same", { origin: "http://127.0.0.1:30001" }],
    ["from null", { origin: "null" }],
    ["for another method", { "access-control-request-method": "DELETE" }],
    ["for a header that is not allowed", { "access-control-request-headers": "x-cos-acl" }],
  ])("%s", async (_, change) => {
    const cos = await startCos({ cors: [RULE] });
    const answer = await cos.send({
      method: "OPTIONS",
      path: "/a.jpg",
      headers: { ...PREFLIGHT, ...change },
    });
    expect(answer).toMatchObject({ status: 403, code: "AccessForbidden" });
    expect(answer.headers).not.toHaveProperty("access-control-allow-origin");
  });

  test("if the bucket has no rules", async () => {
    const cos = await startCos();
    const answer = await cos.send({ method: "OPTIONS", path: "/a.jpg", headers: PREFLIGHT });
    expect(answer).toMatchObject({ status: 403, code: "AccessForbidden" });
  });
});

test("an OPTIONS request that is not a preflight is refused with 400 InvalidArgument", async () => {
  const cos = await startCos({ cors: [RULE] });
  expect(await cos.send({ method: "OPTIONS", path: "/a.jpg" })).toMatchObject({
    status: 400,
    code: "InvalidArgument",
  });
});

describe("a page's ordinary request", () => {
  test("gets the headers that let the page read the answer", async () => {
    const cos = await startCos({ cors: [RULE] });
    const headers = {
      ...signedHeaders({ method: "PUT", key: "a", headers: { host: cos.host } }),
      origin: "http://127.0.0.1:3000",
    };
    const answer = await cos.send({ method: "PUT", path: "/a", headers, body: "x" });
    expect(answer.headers).toMatchObject({
      "access-control-allow-origin": "http://127.0.0.1:3000",
      "access-control-expose-headers": "ETag,x-cos-request-id",
    });
  });

  test("gets them in a refusal too", async () => {
    const cos = await startCos({ cors: [RULE] });
    const answer = await cos.send({
      method: "PUT",
      path: "/a",
      headers: { origin: "http://127.0.0.1:3000" },
      body: "x",
    });
    expect(answer.status).toBe(403);
    expect(answer.headers["access-control-allow-origin"]).toBe("http://127.0.0.1:3000");
  });

  test("gets none if no rule matches", async () => {
    const cos = await startCos({ cors: [RULE] });
    const answer = await cos.send({
      method: "PUT",
      path: "/a",
      headers: { origin: "http://evil.example" },
      body: "x",
    });
    expect(answer.headers).not.toHaveProperty("access-control-allow-origin");
  });
});

describe("a signed request of a page with an origin that", () => {
  const put = async (allowedOrigins: readonly string[], origin: string) => {
    const cos = await startCos({ cors: [{ ...RULE, allowedOrigins }] });
    const headers = { ...signedHeaders({ method: "PUT", key: "a", headers: { host: cos.host } }), origin };
    const { status, code } = await cos.send({ method: "PUT", path: "/a", headers, body: "x" });
    return [status, code, cos.store.all().length];
  };

  test.each([
    ["https://shop.example", "https://shop.example"],
    ["https://*.shop.example", "https://www.shop.example"],
    ["https://*.shop.example:8443", "https://www.shop.example:8443"],
    ["https://shop.example:*", "https://shop.example:8443"],
  ])("%s names is accepted", async (pattern, origin) => {
    expect(await put([pattern], origin)).toEqual([200, "", 1]);
  });

  test.each([["*"], ["https://*"], ["http*"], ["https:*"], ["*://*"], ["*:*"], ["https://other.example"]])(
    "%s does not name stores nothing",
    async (pattern) => {
      expect(await put([pattern], "https://shop.example")).toEqual([403, "AccessDenied", 0]);
    },
  );

  test.each([
    ["http://localhost*", "http://localhost.evil.example"],
    ["http://127.0.0.1*", "http://127.0.0.1.evil.example"],
    ["http://192.168.1.*", "http://192.168.1.evil.example"],
    ["https://www.*", "https://www.evil.example"],
    ["https://*.com", "https://evil.com"],
    ["https://*shop.example", "https://evil-shop.example"],
  ])("attack: matches %s only as a text, as %s does, stores nothing", async (pattern, origin) => {
    expect(await put([pattern], origin)).toEqual([403, "AccessDenied", 0]);
  });

  test("attack: matches a rule only by its port, or by anything but its host, stores nothing", async () => {
    for (const pattern of ["https://*:8443", "*:8443", "https*:8443"]) {
      expect(await put([pattern], "https://shop.example:8443"), pattern).toEqual([403, "AccessDenied", 0]);
    }
  });
});
