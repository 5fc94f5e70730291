import { readFileSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { inspect } from "node:util";
import Cos from "cos-nodejs-sdk-v5";
import cosUtil from "cos-nodejs-sdk-v5/sdk/util.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { answersOf } from "../../../packages/cos-explain/src/answer/answer.ts";
import { decodeCause } from "../../../packages/cos-explain/src/cause/emulator-cause.ts";
import { explain } from "../../../packages/cos-explain/src/explain.ts";
import { requestOf } from "../../../packages/cos-explain/src/request/request.ts";
import { policySignature } from "../../../shared/cos/post-policy.ts";
import { objectUrl } from "../../../shared/cos/url.ts";
import type { PostAnswer, PutAnswer } from "../../upload/client.ts";
import { ask, startTestEmulator } from "../../upload/emulator.ts";
import { CODE_FORMS, SHORT_FORMS, WHOLE_FORMS } from "./forms.ts";
import { type Mistake, send } from "./refusals.ts";

/** Every refusal that the emulated COS can give, each in every form that people paste. */

let emulator: Awaited<ReturnType<typeof startTestEmulator>>;
let ca: Buffer;
let now = Date.now();
beforeAll(async () => {
  emulator = await startTestEmulator({ clock: () => now });
  ca = readFileSync(emulator.caFile);
});
afterAll(() => emulator.close());

const get = async <T>(path: string) => (await ask<T>(`${emulator.url}/${path}`)).json;
const putSign = (query = "ext=jpg") => get<PutAnswer>(`put-sign?${query}`);
const postPolicy = (query = "ext=jpg") => get<PostAnswer>(`post-policy?${query}`);

interface Asked {
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly file?: string | Buffer;
  readonly secretId?: string;
}

/** A request of the bucket's owner, with the host and the whole query signed. */
function owner(
  method: string,
  key: string,
  { query = {}, headers = {}, file = "", secretId }: Asked = {},
): Mistake {
  const { account, cosHost: host } = emulator;
  const seconds = Math.floor(now / 1000);
  const Authorization = cosUtil.getAuth({
    SecretId: secretId ?? account.secretId,
    SecretKey: account.secretKey,
    Method: method,
    Key: key,
    Query: query,
    Headers: { host },
    KeyTime: `${seconds - 60};${seconds + 600}`,
  });
  const search = new URLSearchParams(query).toString();
  return {
    method,
    url: `${objectUrl(host, key, {})}${search === "" ? "" : `?${search}`}`,
    headers: { Authorization, ...headers },
    file,
  };
}

async function put(change: (answer: PutAnswer) => Partial<Mistake>, query?: string): Promise<Mistake> {
  const answer = await putSign(query);
  return { url: answer.url, headers: answer.headers, ...change(answer) };
}

async function post(change: (answer: PostAnswer) => Partial<Mistake>, query?: string): Promise<Mistake> {
  const answer = await postPolicy(query);
  return { url: answer.url, fields: answer.fields, ...change(answer) };
}

/** An upload in parts by the owner, with one part of 5 bytes. */
async function parts(key: string) {
  const begun = await send(owner("POST", key, { query: { uploads: "" } }), ca);
  const uploadId = /<UploadId>([^<]*)</.exec(begun.xml)?.[1] ?? "";
  for (const partNumber of ["1", "2"]) {
    await send(owner("PUT", key, { query: { partNumber, uploadId }, file: "small" }), ca);
  }
  return uploadId;
}

async function complete(key: string, list: readonly (readonly [number, string])[]): Promise<Mistake> {
  const uploadId = await parts(key);
  const file = list.map(
    ([number, etag]) => `<Part><PartNumber>${number}</PartNumber><ETag>"${etag}"</ETag></Part>`,
  );
  return owner("POST", key, {
    query: { uploadId },
    file: `<CompleteMultipartUpload>${file.join("")}</CompleteMultipartUpload>`,
  });
}

/** The MD5 of `small`. */
const ETAG = "eb5c1399a871211c7e7ed732d15e3a8b";

async function credentials(): Promise<Mistake> {
  const {
    cosHost: host,
    key,
    credentials: given,
  } = await get<{
    cosHost: string;
    key: string;
    credentials: { TmpSecretId: string; TmpSecretKey: string; SecurityToken: string };
  }>("upload-credentials?ext=jpg");
  const seconds = Math.floor(now / 1000);
  const Authorization = cosUtil.getAuth({
    SecretId: given.TmpSecretId,
    SecretKey: given.TmpSecretKey,
    Method: "PUT",
    Key: key,
    Headers: { host },
    KeyTime: `${seconds - 60};${seconds + 86_400}`,
  });
  return {
    url: objectUrl(host, key, {}),
    headers: { Authorization, "x-cos-security-token": given.SecurityToken },
  };
}

/** A code of the emulated COS, how to provoke it, and its cause from the XML alone. */
const REFUSALS: readonly (readonly [string, string, string, () => Promise<Mistake> | Mistake])[] = [
  [
    "SignatureDoesNotMatch",
    "another key (PUT)",
    "signature-mismatch",
    () => put(({ url }) => ({ url: url.replace(".jpg", "x.jpg") })),
  ],
  [
    "SignatureDoesNotMatch",
    "a key encoded twice",
    "key-encoding",
    () => put(({ url }) => ({ url: url.replace(/\.jpg$/, "%252Ejpg") })),
  ],
  [
    "SignatureDoesNotMatch",
    "a header that was changed",
    "signature-mismatch",
    () =>
      put(
        ({ headers }) => ({ headers: { ...headers, "content-type": `text/"html" & 'more'` } }),
        "ext=jpg&type=image/jpeg",
      ),
  ],
  [
    "SignatureDoesNotMatch",
    "a signed header that was not sent",
    "signature-mismatch",
    () =>
      put(
        ({ headers: { "content-md5": _, ...headers } }) => ({ headers }),
        "ext=jpg&md5=1B2M2Y8AsgTpgAmY7PhCfg==",
      ),
  ],
  [
    "SignatureDoesNotMatch",
    "a signed parameter that was not sent",
    "signature-mismatch",
    () => {
      const asked = owner("GET", "a.jpg", { query: { versionId: "abc" } });
      return { ...asked, url: asked.url.split("?", 1)[0] ?? "" };
    },
  ],
  [
    "SignatureDoesNotMatch",
    "another q-signature (POST)",
    "signature-mismatch",
    () => post(({ fields }) => ({ fields: { ...fields, "q-signature": "0".repeat(40) } })),
  ],
  [
    "SignatureDoesNotMatch",
    "a signed URL for another key (GET)",
    "signature-mismatch",
    async () => {
      const { url } = await get<{ url: string }>("object-url?key=uploads/20260101/a.jpg");
      return { method: "GET", url: url.replace("a.jpg", "b.jpg"), file: "" };
    },
  ],
  ["AccessDenied", "no signature (PUT)", "not-allowed", () => put(() => ({ headers: {} }))],
  [
    "AccessDenied",
    "no signature (POST)",
    "not-allowed",
    () => post(({ cosKey }) => ({ fields: { key: cosKey } })),
  ],
  [
    "AccessDenied",
    "a PUT beyond the limit",
    "not-allowed",
    () => put(({ maxBytes }) => ({ file: Buffer.alloc(maxBytes + 1) }), "ext=jpg&rule=avatar"),
  ],
  [
    "AccessDenied",
    "a field that the policy fixes",
    "post-condition",
    () =>
      post(
        ({ fields }) => ({ fields: { ...fields, "Content-Type": "text/html" } }),
        "ext=jpg&type=image/jpeg",
      ),
  ],
  [
    "AccessDenied",
    "a signature that is over (PUT)",
    "expired",
    async () => {
      const mistake = await put(() => ({}));
      now += 3 * 3600_000;
      return mistake;
    },
  ],
  [
    "AccessDenied",
    "a policy that is over (POST)",
    "expired",
    () => {
      const seconds = Math.floor(now / 1000);
      const keyTime = `${seconds - 60};${seconds + 600}`;
      const { secretId, secretKey } = emulator.account;
      const conditions = [
        { "q-sign-algorithm": "sha1" },
        { "q-ak": secretId },
        { "q-sign-time": keyTime },
        ["starts-with", "$key", ""],
      ];
      const text = JSON.stringify({ expiration: new Date(now - 60_000).toISOString(), conditions });
      return {
        url: `https://${emulator.cosHost}/`,
        fields: {
          key: "a.jpg",
          policy: Buffer.from(text).toString("base64"),
          "q-sign-algorithm": "sha1",
          "q-ak": secretId,
          "q-key-time": keyTime,
          "q-signature": policySignature(text, secretKey, keyTime),
        },
      };
    },
  ],
  [
    "RequestTimeTooSkewed",
    "a signature that begins later",
    "clock-skew",
    async () => {
      const mistake = await put(() => ({}));
      now -= 3 * 3600_000;
      return mistake;
    },
  ],
  [
    "ExpiredToken",
    "credentials that are over",
    "expired-token",
    async () => {
      const mistake = await credentials();
      now += 12 * 3600_000;
      return mistake;
    },
  ],
  [
    "InvalidAccessKeyId",
    "no token (PUT)",
    "unknown-key-id",
    () => put(({ headers: { Authorization = "" } }) => ({ headers: { Authorization } })),
  ],
  [
    "InvalidAccessKeyId",
    "no token (POST)",
    "unknown-key-id",
    () => post(({ fields: { "x-cos-security-token": _, ...fields } }) => ({ fields })),
  ],
  [
    "InvalidAccessKeyId",
    "an unknown key id",
    "unknown-key-id",
    () => owner("PUT", "a.jpg", { secretId: "AKIDnobody" }),
  ],
  [
    "InvalidSecurity",
    "an Authorization that is none",
    "malformed-signature",
    () => put(() => ({ headers: { Authorization: "Bearer abc" } })),
  ],
  [
    "AccessForbidden",
    "a page's request",
    "cors",
    () =>
      put(() => ({
        method: "OPTIONS",
        headers: { origin: "https://evil.example", "access-control-request-method": "PUT" },
        file: "",
      })),
  ],
  [
    "BadDigest",
    "other bytes",
    "md5-mismatch",
    () => owner("PUT", "a.jpg", { headers: { "content-md5": "1B2M2Y8AsgTpgAmY7PhCfg==" }, file: "x" }),
  ],
  [
    "InvalidDigest",
    "no MD5",
    "md5-malformed",
    () => owner("PUT", "a.jpg", { headers: { "content-md5": "abc" } }),
  ],
  [
    "EntityTooLarge",
    "a POST beyond the limit",
    "too-large",
    () => post(({ maxBytes }) => ({ file: Buffer.alloc(maxBytes + 1) }), "ext=jpg&rule=avatar"),
  ],
  [
    "EntityTooSmall",
    "a POST below the limit",
    "too-small",
    () => post(() => ({ file: "x" }), "ext=jpg&size=20"),
  ],
  [
    "EntityTooSmall",
    "a part below the limit",
    "too-small",
    () =>
      complete("small.jpg", [
        [1, ETAG],
        [2, ETAG],
      ]),
  ],
  [
    "InvalidPart",
    "a part that was not uploaded",
    "parts-differ",
    () => complete("part.jpg", [[1, "0".repeat(32)]]),
  ],
  [
    "InvalidPartOrder",
    "parts in another order",
    "parts-differ",
    () =>
      complete("order.jpg", [
        [2, ETAG],
        [1, ETAG],
      ]),
  ],
  [
    "NoSuchUpload",
    "an upload that is over",
    "no-such-upload",
    () =>
      owner("POST", "a.jpg", {
        query: { uploadId: "1".repeat(32) },
        file: "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>x</ETag></Part></CompleteMultipartUpload>",
      }),
  ],
  [
    "NoSuchUpload",
    "a part of one that is over",
    "no-such-upload",
    () => owner("PUT", "a.jpg", { query: { partNumber: "1", uploadId: "1".repeat(32) }, file: "x" }),
  ],
  [
    "MalformedXML",
    "a list of parts that is none",
    "xml-malformed",
    async () => owner("POST", "xml.jpg", { query: { uploadId: await parts("xml.jpg") }, file: "<oops>" }),
  ],
  [
    "InvalidArgument",
    "part number 0",
    "argument-invalid",
    async () =>
      owner("PUT", "zero.jpg", { query: { partNumber: "0", uploadId: await parts("zero.jpg") }, file: "x" }),
  ],
  [
    "InvalidArgument",
    "a form without a key",
    "form-malformed",
    () => post(({ fields: { key: _, ...fields } }) => ({ fields })),
  ],
  [
    "InvalidArgument",
    "an acl that is none",
    "argument-invalid",
    () => owner("PUT", "a.jpg", { headers: { "x-cos-acl": "everybody" } }),
  ],
  [
    "NotSupportedStorageClass",
    "a class that is none",
    "storage-class",
    () => owner("PUT", "a.jpg", { headers: { "x-cos-storage-class": "TAPE" } }),
  ],
  [
    "KeyTooLong",
    "too much metadata",
    "metadata-too-large",
    () => owner("PUT", "a.jpg", { headers: { "x-cos-meta-a": "x".repeat(3000) } }),
  ],
  [
    "MetadataTooLarge",
    "too much of all that is kept",
    "metadata-too-large",
    () => owner("PUT", "a.jpg", { headers: { "cache-control": "x".repeat(4200) } }),
  ],
  ["InvalidURI", "a key that is too long", "bad-key", () => owner("PUT", "k".repeat(900))],
  [
    "InvalidPolicyDocument",
    "a policy that is none",
    "post-policy-malformed",
    () => post(({ fields }) => ({ fields: { ...fields, policy: "e30=" } })),
  ],
  [
    "MalformedPOSTRequest",
    "a body that is no form",
    "form-malformed",
    () =>
      post(() => ({ method: "POST", headers: { "content-type": "text/plain" }, file: "x" })).then(
        ({ fields: _, ...rest }) => rest,
      ),
  ],
  [
    "IncorrectNumberOfFilesInPostRequest",
    "a form without a file",
    "form-malformed",
    async () => ({
      method: "POST",
      url: (await postPolicy()).url,
      headers: { "content-type": "multipart/form-data; boundary=x" },
      file: '--x\r\ncontent-disposition: form-data; name="key"\r\n\r\na.jpg\r\n--x--\r\n',
    }),
  ],
  [
    "MaxPostPreDataLengthExceededError",
    "fields that are too long",
    "form-malformed",
    () => post(({ fields }) => ({ fields: { ...fields, "x-cos-meta-a": "x".repeat(70_000) } })),
  ],
  [
    "FileAlreadyExists",
    "a key that is taken",
    "overwrite",
    async () => {
      const again = owner("PUT", "taken.jpg", { headers: { "x-cos-forbid-overwrite": "true" }, file: "x" });
      await send(again, ca);
      return again;
    },
  ],
  [
    "NoSuchKey",
    "an object that is not there",
    "no-such-key",
    () => owner("GET", `it's "not" there & <gone>.jpg`),
  ],
  [
    "NoSuchVersion",
    "a version that is not there",
    "no-such-version",
    async () => {
      await send(owner("PUT", "version.jpg", { file: "x" }), ca);
      return owner("GET", "version.jpg", { query: { versionId: "abc" } });
    },
  ],
  [
    "InvalidRange",
    "a range beyond the end",
    "range-invalid",
    async () => {
      await send(owner("PUT", "range.jpg", { file: "x" }), ca);
      return owner("GET", "range.jpg", { headers: { range: "bytes=10-20" } });
    },
  ],
  [
    "PreconditionFailed",
    "another ETag",
    "precondition-failed",
    async () => {
      await send(owner("PUT", "match.jpg", { file: "x" }), ca);
      return owner("GET", "match.jpg", { headers: { "if-match": '"abc"' } });
    },
  ],
  [
    "NoSuchBucket",
    "another bucket's name",
    "bucket-name",
    () =>
      put(({ headers }) => ({
        headers: { ...headers, host: "nobody-1250000000.cos.ap-guangzhou.myqcloud.com" },
      })),
  ],
  [
    "InvalidRequest",
    "a bucket's name without its APPID",
    "missing-appid",
    () => put(({ headers }) => ({ headers: { ...headers, host: "uploads.cos.ap-guangzhou.myqcloud.com" } })),
  ],
  ["NoSuchBucketPolicy", "no policy", "no-such-setting", () => owner("GET", "", { query: { policy: "" } })],
  [
    "NoSuchDomainConfiguration",
    "no domains",
    "no-such-setting",
    () => owner("GET", "", { query: { domain: "" } }),
  ],
  [
    "NoSuchLifecycleConfiguration",
    "no lifecycle",
    "no-such-setting",
    () => owner("GET", "", { query: { lifecycle: "" } }),
  ],
  [
    "NoSuchWebsiteConfiguration",
    "no website",
    "no-such-setting",
    () => owner("GET", "", { query: { website: "" } }),
  ],
  ["MethodNotAllowed", "a method that is none", "not-supported", () => owner("PATCH", "a.jpg")],
  [
    "NotImplemented",
    "a sub-resource that is not emulated",
    "not-supported",
    // COS has none of an object, so that none will be emulated.
    () => owner("GET", "a.jpg", { query: { cors: "" } }),
  ],
  [
    "NotImplemented",
    "a header that is not emulated",
    "not-supported",
    () => owner("PUT", "a.jpg", { headers: { "x-cos-mime-limit": "image/*" } }),
  ],
  // Last, since the rule stays.
  [
    "AccessDenied",
    "a page that the bucket's rule does not list",
    "hotlink-protection",
    async () => {
      const rule =
        "<RefererConfiguration><Status>Enabled</Status><RefererType>White-List</RefererType><DomainList><Domain>servicewechat.com</Domain></DomainList></RefererConfiguration>";
      await send(owner("PUT", "", { query: { referer: "" }, file: rule }), ca);
      const { url } = owner("GET", "a.jpg");
      return { method: "GET", url, headers: { referer: "https://evil.example/" }, file: "" };
    },
  ],
];

/** Where the emulator's own cause says more than COS's XML. */
const MORE_EXACT: ReadonlyMap<string, string> = new Map([
  ["no signature (PUT)", "no-signature"],
  ["no signature (POST)", "no-signature"],
  ["a PUT beyond the limit", "too-large"],
  ["a signature that begins later", "not-yet-valid"],
  ["no token (PUT)", "missing-token"],
  ["no token (POST)", "missing-token"],
  ["a signed header that was not sent", "header-changed"],
  ["a signed parameter that was not sent", "parameter-changed"],
]);

/** COS's answer with only these elements, as a form with less would hold. */
function only(xml: string, names: readonly string[]): string {
  const kept = [...xml.matchAll(/<(\w+)>([^<]*)<\/\1>/g)].filter(([, name = ""]) => names.includes(name));
  return `<Error>${kept.map(([element]) => element).join("")}</Error>`;
}

describe.each(REFUSALS)("%s: %s", (code, how, cause, mistake) => {
  let answered: { status: number; xml: string; method: string; url: string };
  let header = "";
  let reason = "";
  let lines = 0;
  const logged = () => emulator.lines.slice(lines).find((line) => line.startsWith("cos   = "));
  beforeAll(async () => {
    now = Date.now();
    const wrong = await mistake();
    lines = emulator.lines.length;
    const refusal = await send(wrong, ca);
    answered = { ...refusal, method: refusal.request.method, url: wrong.url };
    header = refusal.cause;
    reason = refusal.reason;
  });

  test(`is explained: ${cause}`, () => {
    expect(explain({ error: answered.xml })).toMatchObject({ code, cause });
  });

  test("the explanation is the same from every form with COS's whole answer", () => {
    const plain = explain({ error: answered.xml });
    for (const [name, form] of Object.entries(WHOLE_FORMS)) {
      expect(explain({ error: form(answered) }), name).toEqual(plain);
    }
  });

  test("the explanation is the same from every form with code and message", () => {
    for (const [name, form] of Object.entries(SHORT_FORMS)) {
      const { comparison: __, sentence: ___, ...short } = explain({ error: form(answered) });
      const { comparison, sentence, ...same } = explain({
        error: only(answered.xml, ["Code", "Message", "Resource", "RequestId"]),
      });
      if (name.includes("cut")) expect(short.code, name).toBe(same.code);
      else expect(short, name).toEqual(same);
    }
  });

  test("the code is the same, and nothing else is claimed, from every form with the code", () => {
    const bare = explain({ error: only(answered.xml, ["Code"]) });
    for (const [name, form] of Object.entries(CODE_FORMS)) {
      const { cause: found, code: read, sentence } = explain({ error: form(answered) });
      expect({ found, read }, name).toEqual({ found: bare.cause, read: code });
      expect(sentence, name).not.toContain("does not say why");
    }
  });

  const exact = MORE_EXACT.get(how) ?? cause;
  test(`is explained by the emulator's own cause: ${exact}`, () => {
    const { xml } = answered;
    const explanation = explain({ error: xml, cause: decodeCause(header), reason });
    expect(explanation).toMatchObject({ code, cause: exact });
    if (exact !== cause) expect(explanation.certainty).toBe("certain");
  });

  test("the emulator's headers give the same explanation wherever people paste them", () => {
    const { xml, status } = answered;
    const beside = explain({ error: xml, cause: decodeCause(header), reason });
    const headers = { "x-emulator-reason": reason, ...(header !== "" && { "x-emulator-cause": header }) };
    for (const mark of ["", "< "]) {
      const head = Object.entries(headers).map(([name, value]) => `${mark}${name}: ${value}\r\n`);
      const pasted = `${mark}HTTP/1.1 ${status} x\r\n${head.join("")}${mark}\r\n${xml}`;
      expect(explain({ error: pasted })).toEqual(beside);
      const quoted = JSON.stringify(JSON.stringify({ log: pasted }));
      expect(explain({ error: quoted })).toMatchObject({ code, cause: exact });
    }
    const object = { data: xml, header: headers };
    expect(explain({ error: JSON.stringify(object) })).toEqual(beside);
    expect(explain({ error: inspect(object) })).toEqual(beside);
  });

  // The log does not explain a missing object (explain-refusal.test.ts).
  test.skipIf(exact === "no-such-key")("the emulator's log says the same", async () => {
    await expect.poll(() => logged()).toContain(`(${exact})`);
  });
});

describe("explains a chunked body", () => {
  const chunked = (url: string, headers: Readonly<Record<string, string>>, method = "PUT") =>
    new Promise<{ xml: string; header: string }>((resolve, reject) => {
      const outgoing = request(url, { method, ca, agent: false, headers }, async (incoming) => {
        let xml = "";
        for await (const chunk of incoming) xml += chunk;
        resolve({ xml, header: String(incoming.headers["x-emulator-cause"] ?? "") });
      });
      outgoing.on("error", reject);
      outgoing.write("chunk");
      outgoing.end();
    });

  test("with a function's credentials, whose policy limits the length", async () => {
    const { url, headers, ...answer } = await putSign();
    const { xml, header } = await chunked(url, headers);
    const sent = requestOf({ method: "PUT", url, headers: { ...headers, "transfer-encoding": "chunked" } });
    const answers = answersOf({ url, headers, ...answer });
    expect(xml).toContain("<Code>AccessDenied</Code>");
    expect(explain({ error: xml, answers, request: sent })).toMatchObject({
      cause: "no-length",
      certainty: "certain",
    });
    expect(explain({ error: xml, cause: decodeCause(header) })).toMatchObject({
      cause: "no-length",
      certainty: "certain",
    });
  });

  test("in a form, which COS accepts only with its length", async () => {
    const url = `https://${emulator.cosHost}/`;
    const { xml } = await chunked(url, { "content-type": "multipart/form-data; boundary=x" }, "POST");
    for (const form of Object.values({ ...WHOLE_FORMS, ...SHORT_FORMS, ...CODE_FORMS })) {
      const error = form({ xml, status: 411, method: "POST", url });
      expect(explain({ error })).toMatchObject({ cause: "no-length", code: "MissingContentLength" });
    }
  });
});

test("explains what console.log prints of an error of COS's own SDK", async () => {
  const { account, bucket, cosHost } = emulator;
  const cos = new Cos({
    SecretId: account.secretId,
    SecretKey: "a".repeat(32),
    Domain: cosHost,
    Protocol: "http:",
    AutoSwitchHost: false,
    ConfCwd: tmpdir(),
  });
  const error: unknown = await cos
    .getObject({ Bucket: bucket.name, Region: bucket.region, Key: "a 'b' \"c\".jpg" })
    .then(() => expect.fail("It was not refused."))
    .catch((thrown: unknown) => thrown);
  for (const printed of [inspect(error), inspect(error, { depth: 8, colors: true }), JSON.stringify(error)]) {
    const { code, cause, comparison } = explain({ error: printed });
    expect({ code, cause }, printed).toEqual({ code: "SignatureDoesNotMatch", cause: "signature-mismatch" });
    expect(comparison?.lines, printed).toContainEqual({
      name: "path",
      expected: undefined,
      given: "/a 'b' \"c\".jpg",
      verdict: "unknown",
    });
  }
});

test('explains "busy", the answer to --fault cos=503', () => {
  const xml =
    "<?xml version='1.0' encoding='utf-8' ?><Error><Code>SlowDown</Code><Message>Reduce your request rate.</Message></Error>";
  expect(explain({ error: xml })).toMatchObject({ cause: "busy", code: "SlowDown" });
});

test("covers every code of the emulated COS", () => {
  const source = readFileSync(
    new URL("../../../packages/cos-emulator/src/cos/http/errors.ts", import.meta.url),
    "utf8",
  );
  const codes = [...source.matchAll(/^ {2}(\w+): [45]\d\d,$/gm)].map(([, code]) => code);
  const provoked = new Set(REFUSALS.map(([code]) => code));
  expect(codes.length).toBeGreaterThan(30);
  // A broken connection, a defect, and a chunked body, which has its own tests above.
  const others = ["IncompleteBody", "InternalError", "MissingContentLength"];
  // These concern creating, configuring or deleting buckets, which no upload does.
  const ofBuckets = [
    "ActionAccelerateNotSupported",
    "BucketAccelerateNotEnabled",
    "DownloadForbidden",
    "PathStyleDomainForbidden",
    "BucketNameTooLong",
    "OAZOperationNotSupportOnMAZBucket",
    "BucketAlreadyOwnedByYou",
    "BucketNotEmpty",
    "DuplicateInventoryId",
    "IntelligentTieringConfigurationNotFoundError",
    "InvalidBucketName",
    "InvalidBucketState",
    "InvalidLockedTime",
    "InvalidRegionName",
    "InvalidTargetBucketForLogging",
    "InventoryConfigurationNotFoundError",
    "InventoryFull",
    "OriginConfigurationNotFoundError",
    "ReplicationConfigurationNotFoundError",
    "TooManyBuckets",
  ];
  // These concern appending, copying, listing, tags, grants, archives, encryption and versions; they are explained by their codes alone.
  const ofOthers = [
    "AppendPositionErr",
    "InvalidCopySource",
    "InvalidDelimiter",
    "InvalidObjectState",
    "InvalidTag",
    "KmsKeyNotExist",
    "MalformedACLError",
    "NoSuchCORSConfiguration",
    "NoSuchEncryptionConfiguration",
    "NoSuchObjectLockConfiguration",
    "NoSuchTagSet",
    "ObjectLocked",
    "ObjectNotAppendable",
    "RestoreAlreadyInProgress",
    "RestoreNonArchiveObject",
    "SSEHeaderNotAllowed",
    "SsecDecryptHeaderInvalid",
    "XMLSizeLimit",
  ];
  for (const code of ofOthers) expect(explain({ error: code }).code, code).toBe(code);
  expect(codes.filter((code) => code !== undefined && !provoked.has(code)).sort()).toEqual(
    [...others, ...ofBuckets, ...ofOthers].sort(),
  );
});
