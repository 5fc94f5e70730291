import { describe, expect, test } from "vitest";
import apiGateway from "../fixtures/events/api-gateway.json" with { type: "json" };
import functionUrl from "../fixtures/events/function-url.json" with { type: "json" };
import { errorOf, loadBundle, TEST_ENV } from "../support/bundle.ts";

const { main_handler, log } = loadBundle("put-sign", TEST_ENV);

describe("reads", () => {
  test.each([
    ["a Function URL's event", functionUrl],
    ["an API Gateway event", apiGateway],
  ])("%s", async (_, event) => {
    const answer = await main_handler(event);
    expect(answer.statusCode).toBe(400);
    // The message names the extension, so the query was read.
    expect(errorOf(answer)).toMatchObject({
      code: "ExtensionNotAllowed",
      message: expect.stringContaining("html"),
    });
  });

  test.each([
    ["lower case", "content-type"],
    ["the documentation's case", "Content-Type"],
    ["upper case", "CONTENT-TYPE"],
  ])("header names in %s", async (_, name) => {
    const event = { httpMethod: "POST", headers: { [name]: "application/json" }, body: "{}" };
    expect(errorOf(await main_handler(event)).code).toBe("InvalidParameter");
  });

  test("a body in base64", async () => {
    const body = Buffer.from('{"files":[{"ext":"svg"}]}').toString("base64");
    const event = {
      httpMethod: "POST",
      headers: { "content-type": "application/json" },
      body,
      isBase64Encoded: true,
    };
    expect(errorOf(await main_handler(event))).toMatchObject({ code: "ExtensionNotAllowed", index: 0 });
  });
});

describe("methods and paths", () => {
  // Gateways pass on paths like the last three: https://github.com/serverlessplus/go/issues/2,
  // CodeGenieApp/serverless-express#653, serverless/blog#855.
  const paths = ["/", "/put-sign", "/put-sign/", "/release/put-sign", "/api/v1/put-sign/", "//put-sign"];
  test.each(paths)("answers at %s", async (path) => {
    expect((await main_handler({ path })).statusCode).toBe(400);
  });

  test.each(["/put-sign/x", "/post-policy", "/put-sign.json", "//", "/PUT-SIGN", "/xput-sign", "/release"])(
    "answers 404 at %s",
    async (path) => {
      const answer = await main_handler({ path, queryString: { ext: "jpg" } });
      expect(answer.statusCode).toBe(404);
      expect(errorOf(answer).code).toBe("NotFound");
    },
  );

  test.each(["PUT", "DELETE", "PATCH", "TRACE", "put", "CONNECT", "x"])(
    "answers 405 with Allow to %s",
    async (httpMethod) => {
      const answer = await main_handler({ httpMethod, queryString: { ext: "jpg" } });
      expect(answer.statusCode).toBe(405);
      expect(answer.headers["allow"]).toBe("GET, HEAD, POST, OPTIONS");
      expect(errorOf(answer).code).toBe("MethodNotAllowed");
    },
  );

  test("answers OPTIONS without a credential", async () => {
    const answer = await main_handler({ httpMethod: "OPTIONS" });
    expect(answer).toMatchObject({
      statusCode: 204,
      body: "",
      headers: { allow: "GET, HEAD, POST, OPTIONS" },
    });
  });

  test("HEAD has the status and headers of GET, and no body", async () => {
    const get = await main_handler({ queryString: { ext: "html" } });
    const head = await main_handler({ httpMethod: "HEAD", queryString: { ext: "html" } });
    expect(head).toEqual({ ...get, body: "" });
  });
});

describe("every answer", () => {
  test("is JSON, is not stored by caches, and demands HTTPS", async () => {
    const { headers } = await main_handler({});
    expect(headers).toMatchObject({
      "content-type": "application/json; charset=utf-8",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "strict-transport-security": expect.stringMatching(/^max-age=\d{7,}$/),
    });
  });

  test("has the platform's request id in an error, as its one log line does", async () => {
    const before = log.length;
    const answer = await main_handler({}, { request_id: "c6af9ac6-7b61-11e6-9a41-93e8deadbeef" });
    expect(errorOf(answer).requestId).toBe("c6af9ac6-7b61-11e6-9a41-93e8deadbeef");
    expect(log.slice(before).map((line) => JSON.parse(line))).toEqual([
      {
        level: "info",
        requestId: "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
        function: "put-sign",
        status: 400,
        code: "ExtensionNotAllowed",
        totalMs: expect.any(Number),
      },
    ]);
  });

  test("attack: a malformed request id does not reach the log", async () => {
    const before = log.length;
    const answer = await main_handler({}, { request_id: 'x","level":"forged' });
    expect(errorOf(answer).requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(log.slice(before).join()).not.toContain("forged");
  });
});
