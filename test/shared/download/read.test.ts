import fc from "fast-check";
import { expect, test } from "vitest";
import { authorization } from "../../../shared/cos/authorization.ts";
import { type Question, readQuestion } from "../../../shared/download/question.ts";
import { signRead } from "../../../shared/download/read.ts";
import { Invocation } from "../../../shared/entry/invocation.ts";
import { ServiceError } from "../../../shared/errors.ts";
import { readEvent } from "../../../shared/http/request.ts";
import { CREDENTIAL, serviceOf as uploadServiceOf } from "../../support/signing.ts";

/** Not the host that clients upload to. */
const HOST = "cdn.example.com";

function serviceOf(changes?: Parameters<typeof uploadServiceOf>[0]) {
  const { service, asked } = uploadServiceOf(changes);
  return { service: { ...service, downloadHost: HOST }, asked };
}

const KEY = "uploads/20260102/1_照片.jpg";
const question: Question = {
  objects: [{ key: KEY, type: "image/jpeg" }],
  isList: false,
  method: "GET",
  seconds: undefined,
  sign: true,
  query: {},
};

test("a plain URL is made without asking STS", async () => {
  const { service, asked } = serviceOf();
  const query = { "imageMogr2/thumbnail/200x": "" };
  expect(await signRead({ ...question, sign: false, query }, service, new Invocation({}))).toEqual([
    {
      key: KEY,
      url: `https://${HOST}/uploads/20260102/1_%E7%85%A7%E7%89%87.jpg?imageMogr2/thumbnail/200x`,
    },
  ]);
  expect(asked).toEqual([]);
});

test.each([
  ["GET", "GetObject", {}, "image/jpeg", { "response-content-type": "image/jpeg" }],
  [
    "GET",
    "GetObject",
    { "response-content-type": "text/plain" },
    "text/plain",
    { "response-content-type": "text/plain" },
  ],
  [
    "GET",
    "GetObject",
    { "imageMogr2/format/webp": "" },
    "image/webp",
    { "imageMogr2/format/webp": "", "response-content-type": "image/webp" },
  ],
  [
    "HEAD",
    "HeadObject",
    { "response-content-type": "text/plain" },
    "text/plain",
    { "response-content-type": "text/plain" },
  ],
  ["HEAD", "HeadObject", {}, "image/jpeg", {}],
] as const)(
  "%s is signed for its own action, key, query and type of answer",
  async (method, action, query, type, signedQuery: Record<string, string>) => {
    const { service, asked } = serviceOf();
    const asks = { ...question, method, query, seconds: 120 };
    const [answer] = await signRead(asks, service, new Invocation({}));
    expect(asked).toEqual([
      {
        grants: [
          {
            key: KEY,
            credentialStaysHere: true,
            permissions: [
              {
                actions: [action],
                condition: {
                  string_equal_if_exist: { "cos:response-content-type": type, "cos:versionid": "none" },
                },
              },
            ],
          },
        ],
        seconds: 120,
      },
    ]);
    const { startTime } = CREDENTIAL;
    const time = { start: startTime - 60, end: startTime + 120 };
    const signature = authorization(
      { method, key: KEY, query: signedQuery, headers: { host: HOST } },
      CREDENTIAL,
      time,
    );
    expect(answer).toMatchObject({
      key: KEY,
      method,
      expiresAt: time.end,
      serverTime: startTime,
      authorization: signature,
      securityToken: "the-token",
      headers: { Authorization: signature, "x-cos-security-token": "the-token" },
    });
    const { url, plainUrl }: { url?: unknown; plainUrl?: unknown } = Object(answer);
    const signed = new URL(String(url)).searchParams;
    expect(String(url).startsWith(String(plainUrl))).toBe(true);
    expect(Object.fromEntries(new URL(String(plainUrl)).searchParams)).toEqual(signedQuery);
    expect(signature).toContain(`q-signature=${signed.get("q-signature")}`);
    expect(signed.get("x-cos-security-token")).toBe("the-token");
  },
);

test("the default lifetime applies when none is requested", async () => {
  const { service, asked } = serviceOf({ signatureSeconds: 77 });
  const answers = await signRead(question, service, new Invocation({}));
  expect(answers).toMatchObject([{ expiresAt: CREDENTIAL.startTime + 77 }]);
  expect(asked[0]?.seconds).toBe(77);
});

test("a list is answered in order, with one call to STS, and its keys are logged", async () => {
  const { service, asked } = serviceOf();
  const keys = ["uploads/20260102/1.jpg", "uploads/20260102/2.jpg"];
  const invocation = new Invocation({});
  const answers = await signRead(
    { ...question, objects: keys.map((key) => ({ key, type: "image/jpeg" })) },
    service,
    invocation,
  );
  expect(answers).toMatchObject(keys.map((key) => ({ key })));
  expect(asked).toHaveLength(1);
  expect(invocation.log).toEqual({ keys: keys.join("\n") });
});

test("a single key is logged", async () => {
  const { service } = serviceOf();
  const invocation = new Invocation({});
  await signRead(question, service, invocation);
  expect(invocation.log).toEqual({ key: KEY });
});

test("attack: whatever the request, the signed URL gives no type that a browser runs, and shows no other picture", async () => {
  const parts = [
    "imageMogr2",
    "imageView2",
    "thumbnail",
    "200x",
    "format",
    "html",
    "svg",
    "jpg",
    "svg+xml",
    "|",
    "%7C",
    "watermark",
    "/",
    "1",
    "2",
    "image",
    "|watermark/2",
  ];
  const operation = fc.array(fc.constantFrom(...parts), { maxLength: 8 }).map((list) => list.join("/"));
  const type = fc.array(
    fc.constantFrom("text", "text/", "image/", "/", "html", "image", "png", ";", ",", " ", "a=b", "svg+xml"),
    { maxLength: 8 },
  );
  const name = fc.oneof(
    operation,
    fc.constantFrom("imageInfo", "exif", "ci-process", "format", "response-content-type"),
  );
  const value = fc.oneof(
    fc.constantFrom("", "snapshot", "html", "jpg", "doc-preview"),
    type.map((list) => list.join("")),
  );
  const { service } = serviceOf();
  let signed = 0;
  await fc.assert(
    fc.asyncProperty(fc.dictionary(name, value, { maxKeys: 3 }), async (asked) => {
      const event = { queryString: { ...asked, key: KEY } };
      let read: Question;
      try {
        read = readQuestion(readEvent(event), { user: undefined }, service.rules);
      } catch (error) {
        expect(error).toBeInstanceOf(ServiceError);
        return;
      }
      signed += 1;
      const [answer] = await signRead(read, service, new Invocation({}));
      const { url }: { url?: unknown } = Object(answer);
      const types = new URL(String(url)).searchParams.getAll("response-content-type");
      expect(types).toHaveLength(1);
      expect(types[0]).not.toMatch(/html|xml|svg|,/);
      expect(decodeURIComponent(decodeURIComponent(String(url)))).not.toMatch(/watermark\/(?!2\/)|\/image\//);
    }),
    { numRuns: 2000 },
  );
  expect(signed).toBeGreaterThan(50);
});
