import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { errorOf, loadBundle, TEST_ENV } from "../support/bundle.ts";
import { httpFunctions } from "../support/functions.ts";

const names = httpFunctions();

const ONLY_POST: ReadonlySet<string> = new Set(["login", "multipart"]);

const env = {
  ...TEST_ENV,
  JWT_SECRET: randomBytes(24).toString("hex"),
  WX_APPID: "wx0",
  WX_SECRET: randomBytes(16).toString("hex"),
  WX_ENDPOINT: "https://127.0.0.1:1",
  WX_PUSH_TOKEN: "PushToken",
};

/** Far more than is ever read. (An SCF event may have 6 MB; this counts what is processed, not time.) */
const LARGE = 100_000;
/** The most that may be processed: the longest text that is read, and base64 of the longest body. */
const MAX_WORKED_ON = 22_000;
/** Functions that accept a long body: a thousand keys. */
const LONG_BODY = new Map([["objects", 256 * 1024]]);

/** The longest text given to anything whose work grows with its length, or faster. */
let longest = 0;

/** Records the length of the texts that a method is called with or on. */
function watch(object: object, method: string): () => void {
  const real: unknown = Reflect.get(object, method);
  if (typeof real !== "function") throw new TypeError(method);
  Reflect.set(object, method, function (this: unknown, ...args: unknown[]) {
    for (const text of [this, args[0]]) {
      if (typeof text === "string") longest = Math.max(longest, text.length);
    }
    return Reflect.apply(real, this, args);
  });
  return () => Reflect.set(object, method, real);
}

let unwatch: (() => void)[] = [];
beforeEach(() => {
  unwatch = [
    watch(RegExp.prototype, "exec"),
    ...["trim", "split", "replace", "replaceAll", "toLowerCase", "toUpperCase"].map((method) =>
      watch(String.prototype, method),
    ),
    watch(JSON, "parse"),
    watch(Buffer, "from"),
    watch(Buffer, "byteLength"),
  ];
});
afterEach(() => {
  for (const restore of unwatch) restore();
});

/** Starts that look valid, and starts that would keep a regular expression busy. */
const hostile = fc
  .tuple(
    fc.constantFrom(
      "",
      "image/jpeg;",
      "Bearer ",
      "application/json",
      "uploads/20261123/",
      '{"',
      "imageMogr2/",
      "jpg",
    ),
    fc.constantFrom(
      " ",
      "a",
      "0",
      "/",
      "a/",
      ";a=",
      "\\",
      '"',
      "%7C",
      "|",
      "\u2028",
      "照",
      "\0",
      "=",
      ".",
      "[",
      "A=",
    ),
    fc.constantFrom("", "x", "\n", "==", '"'),
  )
  .map(([head, fill, tail]) => head + fill.repeat(Math.ceil(LARGE / fill.length)) + tail);

const PARAMETERS = "ext type size md5 rule key renewal expires method sign code files keys query".split(" ");
const good = { ext: "jpg", key: "uploads/20261123/1_a.jpg", rule: "photo", renewal: "x.y" };

/** Each place in an event that can hold a text, with the rest of the event in order. */
const events: Readonly<Record<string, (text: string) => object>> = {
  "the path": (path) => ({ path }),
  "the method": (httpMethod) => ({ httpMethod }),
  "a parameter's name": (text) => ({ queryString: { ...good, [text]: "" } }),
  "the query in one text": (text) => ({ queryString: `ext=${text}` }),
  "a header among many values": (text) => ({
    multiValueHeaders: { origin: [text, text] },
    queryString: good,
  }),
  "the body that came parsed": (text) => ({
    httpMethod: "POST",
    headers: { "content-type": "application/json" },
    body: { files: [{ ext: text }], keys: [text], code: text },
  }),
  "the body": (body) => ({ httpMethod: "POST", headers: { "content-type": "application/json" }, body }),
  "the body in base64": (body) => ({
    httpMethod: "POST",
    headers: { "content-type": "application/json" },
    body,
    isBase64Encoded: true,
  }),
  "the body's type": (type) => ({ httpMethod: "POST", headers: { "content-type": type }, body: "{}" }),
  ...Object.fromEntries(
    PARAMETERS.flatMap((name) => [
      [`the parameter ${name}`, (text: string) => ({ queryString: { ...good, [name]: text } })],
      [
        `the field ${name}`,
        (text: string) => ({
          httpMethod: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ files: [{ ext: "jpg", [name]: text }], [name]: text }),
        }),
      ],
    ]),
  ),
};

describe.each(names)("%s, given a text of 100 KB", (name) => {
  const maxWorkedOn = LONG_BODY.get(name) ?? MAX_WORKED_ON;
  const { main_handler } = loadBundle(name, { ...env, UPLOAD_AUTH: "none" });
  const locked = loadBundle(name, { ...env, UPLOAD_AUTH: "jwt" });

  test.each(Object.keys(events))(
    "as %s: refuses or ignores it, without processing all of it",
    async (place) => {
      await fc.assert(
        fc.asyncProperty(hostile, async (text) => {
          const event = events[place]?.(text);
          longest = 0;
          const { statusCode } = await main_handler(event);
          // A function ignores what it does not read; it then answers, or asks an STS that is not there.
          expect([200, 400, 403, 404, 405, 413, 415, 502]).toContain(statusCode);
          expect(longest).toBeLessThanOrEqual(maxWorkedOn);
        }),
        { numRuns: 4 },
      );
    },
  );

  test("as a token: refuses it, without processing all of it", async () => {
    await fc.assert(
      fc.asyncProperty(hostile, async (text) => {
        longest = 0;
        const answer = await locked.main_handler({
          httpMethod: ONLY_POST.has(name) ? "POST" : "GET",
          headers: { authorization: text },
          queryString: good,
        });
        expect(["TokenTooLarge", "UnsupportedMediaType", "PushRefused"]).toContain(errorOf(answer).code);
        expect(longest).toBeLessThanOrEqual(maxWorkedOn);
      }),
      { numRuns: 4 },
    );
  });
});
