import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TEST_JWT_SECRET } from "../support/account.ts";
import { anyText } from "../support/any-text.ts";
import { errorOf, loadBundle, TEST_ENV } from "../support/bundle.ts";
import { httpFunctions } from "../support/functions.ts";

const names = httpFunctions();

const env = {
  ...TEST_ENV,
  JWT_SECRET: TEST_JWT_SECRET,
  WX_APPID: "wx0",
  WX_SECRET: "secret",
  WX_ENDPOINT: "https://127.0.0.1:1",
  WX_PUSH_TOKEN: "PushToken",
};

const anything = fc.anything({
  withBigInt: false,
  withSparseArray: true,
  withNullPrototype: true,
  maxDepth: 4,
});
const value = fc.oneof(
  anything,
  anyText(),
  fc.constantFrom("GET", "POST", "HEAD", "OPTIONS", "/", "jpg", "photo", "1", "application/json"),
);
const parameters = [
  "ext",
  "type",
  "size",
  "md5",
  "rule",
  "key",
  "renewal",
  "expires",
  "method",
  "sign",
  "code",
  "limit",
  "after",
  "keys",
  "all",
];
const query = fc.dictionary(fc.oneof(fc.constantFrom(...parameters), anyText()), value, {
  maxKeys: 5,
});
const event = fc.oneof(
  anything,
  fc.record(
    {
      httpMethod: value,
      path: fc.oneof(
        value,
        fc.constantFrom("/", ...names.map((name) => `/${name}`), "/parts", "/complete", "/delete"),
      ),
      headers: fc.oneof(
        value,
        fc.dictionary(
          fc.oneof(fc.constantFrom("content-type", "authorization", "origin"), anyText()),
          value,
          { maxKeys: 4 },
        ),
      ),
      multiValueHeaders: value,
      queryString: fc.oneof(
        value,
        query,
        fc.webQueryParameters(),
        fc.constantFrom(...parameters).map((name) => `${name}=jpg`),
      ),
      queryStringParameters: fc.oneof(value, query),
      multiValueQueryStringParameters: fc.oneof(value, query),
      body: fc.oneof(
        value,
        query,
        fc.json(),
        query.map((fields) => JSON.stringify(fields)),
        fc.array(query, { maxLength: 3 }).map((files) => JSON.stringify({ files })),
      ),
      isBase64Encoded: fc.oneof(value, fc.constantFrom(true, "true", 1, "1")),
      requestContext: value,
    },
    { requiredKeys: [] },
  ),
);

/** Refusals, and the answers to a valid request when STS and WeChat cannot be reached. */
const REFUSED = [400, 401, 403, 404, 405, 413, 415];
const UNAVAILABLE = [502, 503];

describe.each(names)("%s, whatever the event", (name) => {
  const { main_handler } = loadBundle(name, env);

  test("answers with a well-formed response", async () => {
    await fc.assert(
      fc.asyncProperty(event, anything, async (broken, context) => {
        const answer = await main_handler(broken, context);
        expect(JSON.parse(JSON.stringify(answer))).toEqual(answer);
        expect(typeof answer.body).toBe("string");
        for (const header of Object.values(answer.headers)) expect(header).toMatch(/^[\x20-\x7e]*$/);
        // Some answers need neither STS nor WeChat, such as the plain URL of object-url.
        if (answer.statusCode === 200) return;
        expect([204, ...REFUSED, ...UNAVAILABLE]).toContain(answer.statusCode);
        if (answer.body === "") return;
        const { code, message, requestId } = errorOf(answer);
        expect([code, message, requestId].every((text) => typeof text === "string" && text !== "")).toBe(
          true,
        );
      }),
      { numRuns: 300 },
    );
  });
});

/** Functions that do not identify callers by a token. */
const WITHOUT_TOKEN = ["login", "wechat-push"];

describe.each(names.filter((name) => !WITHOUT_TOKEN.includes(name)))(
  "%s, whatever the event without a token",
  (name) => {
    const { main_handler } = loadBundle(name, { ...env, UPLOAD_AUTH: "jwt" });

    test("lets nobody in", async () => {
      await fc.assert(
        fc.asyncProperty(event, anything, async (broken, context) => {
          const { statusCode } = await main_handler(broken, context);
          expect([204, 401, 404, 405]).toContain(statusCode);
        }),
        { numRuns: 300 },
      );
    });
  },
);
