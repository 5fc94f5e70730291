import { createHash, randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { uploadAll } from "../../../packages/uploader/src/all.ts";
import {
  type CancelSignal,
  createCanceller,
  createUploader,
  type UploadError,
  type UploaderOptions,
  type UploadProgress,
} from "../../../packages/uploader/src/index.ts";
import { md5 } from "../../../packages/uploader/src/md5.ts";
import { put } from "../../../packages/uploader/src/put.ts";
import { by } from "./by.ts";
import { errorOf } from "./error-of.ts";
import {
  cut,
  type FakeService,
  hang,
  refuse,
  refuseXml,
  sendJson,
  startFakeService,
} from "./fake-service.ts";
import { createWx, type TestWx } from "./wx.ts";

const PHOTO = "wxfile://tmp/photo.JPG";
const BYTES = randomBytes(300_000);

let service: FakeService;
let phone: TestWx;

beforeEach(async () => {
  service = await startFakeService();
  phone = createWx({ files: new Map([[PHOTO, BYTES]]) });
  vi.stubGlobal("wx", phone.wx);
});

afterEach(async () => {
  vi.unstubAllGlobals();
  await service.close();
});

function uploader(options: Partial<UploaderOptions> = {}) {
  return createUploader({ endpoint: service.endpoint, backoffMs: 1, ...options });
}

function digestOf(bytes: Buffer = Buffer.of()): string {
  return createHash("md5").update(bytes).digest("hex");
}

/** Answers one after the other, and then as usual. */
function inOrder(...answers: FakeService["onSign"][]): NonNullable<FakeService["onSign"]> {
  return (response, count, request) => {
    const answer = answers[count - 1];
    if (answer) answer(response, count, request);
    else if (request.url?.startsWith("/cos/")) response.end();
    else service.sendTicket(response);
  };
}

describe("sends", () => {
  test("a POST with the answer's fields, then the file", async () => {
    const uploaded = await uploader().upload(PHOTO);
    expect(uploaded).toEqual({ filePath: PHOTO, key: "uploads/1.jpg", size: BYTES.length });
    const [upload] = service.uploads;
    expect(Object.entries(upload?.fields ?? {})).toEqual([
      ["key", "uploads/1.jpg"],
      ["Content-Type", "image/jpeg"],
      ["policy", "policy-1"],
      ["file", "photo.JPG"],
    ]);
    expect(upload?.file.equals(BYTES)).toBe(true);
  });

  test("a POST with the answer's headers too, as a rule with forbidOverwrite has", async () => {
    service.onSign = (response) => {
      const url = `${service.endpoint}/cos/`;
      const fields = { key: "uploads/1.jpg" };
      const headers = { "x-cos-forbid-overwrite": "true" };
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ cosKey: "uploads/1.jpg", method: "POST", url, fields, headers }));
    };
    await uploader().upload(PHOTO);
    expect(service.uploads[0]?.headers["x-cos-forbid-overwrite"]).toBe("true");
  });

  test("a PUT with only the answer's headers and the file", async () => {
    const uploaded = await uploader().upload(PHOTO, { method: put });
    expect(uploaded.key).toBe("uploads/1.jpg");
    const [upload] = service.uploads;
    expect(upload).toMatchObject({
      method: "PUT",
      key: "uploads/1.jpg",
      headers: { authorization: "signature-1", "content-type": "image/jpeg" },
    });
    expect(upload?.file.equals(BYTES)).toBe(true);
  });

  test("extension and size to the signing function", async () => {
    await uploader().upload(PHOTO);
    expect(service.signed).toEqual([
      {
        name: "post-policy",
        query: { ext: "JPG", size: String(BYTES.length) },
        authorization: undefined,
      },
    ]);
  });

  test("the MD5 digest on request", async () => {
    await uploader().upload(PHOTO, { md5, rule: "avatar", method: put });
    const query = { md5: digestOf(BYTES), rule: "avatar" };
    expect(service.signed[0]).toMatchObject({ name: "put-sign", query });
  });

  test("the caller's ext and type instead of the path's", async () => {
    await uploader().upload(PHOTO, { ext: "m4v", type: "video/x-m4v" });
    expect(service.signed[0]?.query).toMatchObject({ ext: "m4v", type: "video/x-m4v" });
  });

  // A name that was cut to some number of UTF-16 units, within an emoji.
  test.each([
    { name: "photo \ud83d" },
    { name: "\ude00.jpg" },
    { type: "\ud83d" },
    { meta: { a: "\ud83d" } },
  ])("no text that is cut within a character, and says so: %j", async (options) => {
    const error = await errorOf(uploader().upload(PHOTO, options));
    expect(error).toMatchObject({ kind: "configuration", code: "InvalidParameter", retryable: false });
    expect(error.message).toContain("Half a character");
    expect(service.signed).toHaveLength(0);
  });

  test("no type by default, since the rule has one for the extension", async () => {
    await uploader().upload(PHOTO);
    expect(service.signed[0]?.query["type"]).toBeUndefined();
  });

  // A gateway may put a byte order mark before JSON, which uni-app removes on its App platform alone
  // (https://github.com/dcloudio/uni-app, packages/uni-app-plus/src/service/api/network/request.ts).
  test("what an answer says after a byte order mark", async () => {
    service.onSign = (response) => {
      response.write("\u{FEFF}");
      service.sendTicket(Object.assign(response, { writeHead: () => response }));
    };
    expect((await uploader().upload(PHOTO)).key).toBe("uploads/1.jpg");
  });

  test("each function's request to its own address", async () => {
    const unused = "http://127.0.0.1:1";
    const { upload } = uploader({ endpoint: { "put-sign": service.endpoint, "post-policy": unused } });
    await upload(PHOTO, { method: put });
    expect(service.signed).toHaveLength(1);
  });

  test("nothing to a function without an address, and names it", async () => {
    const error = await errorOf(uploader({ endpoint: { "put-sign": service.endpoint } }).upload(PHOTO));
    expect(error).toMatchObject({ kind: "configuration", code: "InvalidUrl", retryable: false });
    expect(error.message).toContain("post-policy is not an http address");
    expect(service.signed).toHaveLength(0);
  });
});

describe("an endpoint", () => {
  test.each(["/", "//", "///", " / ", "\n"])("that ends in %j is the same", async (end) => {
    await uploader({ endpoint: service.endpoint + end }).upload(PHOTO);
    const each = { "put-sign": service.endpoint + end, "post-policy": service.endpoint + end };
    await uploader({ endpoint: each }).upload(PHOTO, { method: put });
    expect(service.signed.map(({ name }) => name)).toEqual(["post-policy", "put-sign"]);
  });

  test("may have its own path", async () => {
    service.onSign = inOrder(refuse(404, "NotFound"));
    await errorOf(uploader({ endpoint: `${service.endpoint}/stage//` }).upload(PHOTO));
    expect(service.signed[0]?.name).toBe("stage/post-policy");
  });

  test.each([
    "",
    " ",
    "/",
    "f.example.com",
    "//f.example.com",
    "ftp://f.example.com",
    "https://",
    "https:///x",
    "https://https://f.example.com",
    "http://HTTPS://f.example.com",
  ])("%j is refused literally, without a request", async (endpoint) => {
    const error = await errorOf(uploader({ endpoint }).upload(PHOTO));
    expect(error).toMatchObject({ kind: "configuration", code: "InvalidUrl", retryable: false });
    expect(error.message).toContain(JSON.stringify(endpoint));
  });

  test.each(["?x=1", "/#top", "/a b", "\\"])(
    "that ends in %j, where no path can follow, is refused",
    async (end) => {
      const error = await errorOf(uploader({ endpoint: `${service.endpoint}${end}` }).upload(PHOTO));
      expect(error.code).toBe("InvalidUrl");
      expect(service.signed).toHaveLength(0);
    },
  );
});

describe("retries with a new signature after", () => {
  test.each<[string, (service: FakeService) => void]>([
    ["a connection cut while signing", (s) => (s.onSign = inOrder(cut))],
    ["a failing function", (s) => (s.onSign = inOrder(refuse(500, "InternalError")))],
    ["throttling by STS", (s) => (s.onSign = inOrder(refuse(503, "CredentialsThrottled")))],
    ["every instance being busy", (s) => (s.onSign = inOrder((r) => sendJson(r, 432, { errorCode: -1 })))],
    [
      "a function that takes too long",
      (s) => (s.onSign = inOrder((r) => sendJson(r, 433, { errorCode: -1 }))),
    ],
    // SCF's status for too many requests, which it repeats itself for asynchronous calls:
    // https://cloud.tencent.com/document/product/583/41138
    ["SCF's limit of requests", (s) => (s.onSign = inOrder((r) => sendJson(r, 449, { errorCode: -1 })))],
  ])("%s", async (_, arrange) => {
    arrange(service);
    const uploaded = await uploader().upload(PHOTO);
    expect(uploaded.key).toBe("uploads/2.jpg");
    expect(service.signed).toHaveLength(2);
    expect(service.uploads).toHaveLength(1);
  });

  test.each<["POST" | "PUT", string, (service: FakeService) => void]>([
    ["POST", "a connection cut in the transfer", (s) => (s.onUploadStart = inOrderOfUploads(cut))],
    ["PUT", "a connection cut in the transfer", (s) => (s.onUploadStart = inOrderOfUploads(cut))],
    ["POST", "a lost answer", (s) => (s.onUpload = inOrder(cut))],
    [
      "POST",
      "a failure of COS",
      (s) => (s.onUpload = inOrder(refuseXml(500, "InternalError", "We failed."))),
    ],
    ["PUT", "a busy COS", (s) => (s.onUpload = inOrder(refuseXml(503, "SlowDown", "Reduce your rate.")))],
    ["PUT", "an answer without XML", (s) => (s.onUpload = inOrder((r) => r.writeHead(502).end("<html>")))],
    [
      "PUT",
      "an expired signature",
      (s) => (s.onUpload = inOrder(refuseXml(403, "AccessDenied", "Request has expired"))),
    ],
    [
      "POST",
      "an expired policy",
      (s) =>
        (s.onUpload = inOrder(
          refuseXml(403, "AccessDenied", "You post object request has been expired, expiration time: x"),
        )),
    ],
    // COS hangs up on slow phones: https://github.com/tencentyun/cos-cpp-sdk-v5/issues/113
    [
      "PUT",
      "a network that is too slow for COS",
      (s) => (s.onUpload = inOrder(refuseXml(400, "UserNetworkTooSlow", "Your network is too slow."))),
    ],
    [
      "POST",
      "a body that COS received only in part",
      (s) => (s.onUpload = inOrder(refuseXml(400, "IncompleteBody", "You did not provide enough bytes."))),
    ],
    [
      "POST",
      "a proxy that had to wait",
      (s) => (s.onUpload = inOrder((r) => r.writeHead(408).end("<html>"))),
    ],
    [
      "PUT",
      "a proxy's limit of requests",
      (s) => (s.onUpload = inOrder((r) => r.writeHead(429).end("slow"))),
    ],
    ["PUT", "an expired token", (s) => (s.onUpload = inOrder(refuseXml(400, "ExpiredToken", "Expired.")))],
    [
      "POST",
      "clocks that differ",
      (s) => (s.onUpload = inOrder(refuseXml(403, "RequestTimeTooSkewed", "The difference is too large."))),
    ],
  ])("%s: %s", async (method, _, arrange) => {
    arrange(service);
    const uploaded = await uploader().upload(PHOTO, by(method));
    expect(service.signed).toHaveLength(2);
    expect(uploaded.key).toBe("uploads/2.jpg");
    const upload = service.uploads.at(-1);
    expect(upload).toMatchObject(
      method === "PUT" ? { headers: { authorization: "signature-2" } } : { fields: { policy: "policy-2" } },
    );
    expect(upload?.file.equals(BYTES)).toBe(true);
  });

  test("being sent to the background, as after a network error", async () => {
    service.onUploadStart = (_, count) => {
      if (count === 1) phone.interrupt();
    };
    await uploader().upload(PHOTO);
    expect(service.signed).toHaveLength(2);
  });

  test("a failure, until the attempts are used up", async () => {
    service.onUpload = refuseXml(503, "SlowDown", "Reduce your rate.");
    const error = await errorOf(uploader({ maxAttempts: 3 }).upload(PHOTO));
    expect(error).toMatchObject({ kind: "storage", code: "SlowDown", status: 503, retryable: true });
    expect(service.signed).toHaveLength(3);
  });

  test("a lost network, until the attempts are used up", async () => {
    service.onSign = cut;
    const error = await errorOf(uploader({ maxAttempts: 2 }).upload(PHOTO));
    expect(error).toMatchObject({ kind: "network", code: "NetworkError", status: 0, retryable: true });
    expect(error).toBeInstanceOf(Error);
    expect(service.signed).toHaveLength(2);
  });

  function inOrderOfUploads(...answers: FakeService["onSign"][]): FakeService["onUploadStart"] {
    return (response, count, request) => answers[count - 1]?.(response, count, request);
  }
});

describe("does not retry", () => {
  test.each([
    [400, "ExtensionNotAllowed"],
    [400, "TypeNotAllowed"],
    [400, "RuleNotFound"],
    [413, "FileTooLarge"],
    [500, "ConfigurationError"],
    [500, "CredentialsDenied"],
  ])("the function's %i %s", async (status, code) => {
    service.onSign = refuse(status, code);
    const error = await errorOf(uploader().upload(PHOTO));
    expect(error).toMatchObject({
      name: "UploadError",
      kind: "service",
      code,
      status,
      message: `No: ${code}.`,
      requestId: "req-1",
      retryable: false,
    });
    expect(service.signed).toHaveLength(1);
    expect(service.uploadRequests).toBe(0);
  });

  // Found by https://cloud.tencent.com/document/product/583/42611
  test("SCF's own refusal, whose message it passes on", async () => {
    const errorMessage = "User code exception caught, Authorization: Bearer secret";
    service.onSign = (response) => sendJson(response, 430, { errorCode: 1, errorMessage });
    const error = await errorOf(uploader().upload(PHOTO));
    expect(error).toMatchObject({ kind: "service", code: "Http430", status: 430, retryable: false });
    expect(error.message).toBe("User code exception caught, Authorization: ***");
    expect(service.signed).toHaveLength(1);
  });

  test("a 404 without a code", async () => {
    service.onSign = (response) => response.writeHead(404).end("not here");
    const error = await errorOf(uploader().upload(PHOTO));
    expect(error).toMatchObject({
      kind: "service",
      code: "Http404",
      message: "Http404",
      status: 404,
      retryable: false,
    });
  });

  test.each([
    [400, "EntityTooLarge"],
    [400, "BadDigest"],
    [403, "AccessDenied"],
    [403, "SignatureDoesNotMatch"],
    [409, "FileAlreadyExists"],
  ])("COS's %i %s", async (status, code) => {
    service.onUpload = refuseXml(status, code, "No.");
    for (const method of ["POST", "PUT"] as const) {
      const error = await errorOf(uploader().upload(PHOTO, by(method)));
      expect(error).toMatchObject({
        kind: "storage",
        code,
        status,
        message: "No.",
        requestId: "cos-1",
        retryable: false,
      });
    }
    expect(service.signed).toHaveLength(2);
  });

  test.each([
    ["a portal's page", "<html>log in</html>"],
    ["no url", JSON.stringify({ cosKey: "k", method: "POST", fields: {} })],
    ["no method", JSON.stringify({ cosKey: "k", url: "http://x/", fields: {} })],
    ["a field that is no text", JSON.stringify({ cosKey: "k", url: "x", method: "POST", fields: { a: 1 } })],
    ["null", "null"],
  ])("an invalid answer: %s", async (_, text) => {
    service.onSign = (response) => response.end(text);
    const error = await errorOf(uploader().upload(PHOTO));
    expect(error).toMatchObject({ kind: "service", code: "AnswerInvalid", retryable: false });
    expect(error.message).toContain("Is the endpoint right?");
    expect(service.signed).toHaveLength(1);
  });

  test("a domain missing from the Mini Program's list", async () => {
    phone.forbiddenHosts.add(new URL(service.endpoint).host);
    const error = await errorOf(uploader().upload(PHOTO));
    expect(error).toMatchObject({ kind: "configuration", code: "DomainNotAllowed", retryable: false });
  });

  test("a missing file", async () => {
    const error = await errorOf(uploader().upload("wxfile://gone.jpg"));
    expect(error).toMatchObject({ kind: "client", code: "FileUnreadable", retryable: false });
    expect(service.signed).toHaveLength(0);
  });

  test.each(["POST", "PUT"] as const)("a file that disappears before a %s reads it", async (method) => {
    service.onSign = (response) => {
      phone.files.delete(PHOTO);
      service.sendTicket(response);
    };
    const error = await errorOf(uploader().upload(PHOTO, by(method)));
    expect(error).toMatchObject({ kind: "client", code: "FileUnreadable", retryable: false });
    expect(service.signed).toHaveLength(1);
    expect(service.uploadRequests).toBe(0);
  });
});

describe("the caller's token", () => {
  test("is sent with the request for a signature, and never to COS", async () => {
    await uploader({ getToken: () => "secret" }).upload(PHOTO);
    expect(service.signed[0]?.authorization).toBe("Bearer secret");
    expect(service.uploads[0]?.headers.authorization).toBeUndefined();
  });

  test("is requested again, once, when it is refused", async () => {
    service.onSign = inOrder(refuse(401, "TokenExpired"));
    const getToken = vi.fn(({ refresh }: { refresh: boolean }) => Promise.resolve(refresh ? "new" : "old"));
    await uploader({ getToken }).upload(PHOTO);
    expect(service.signed.map(({ authorization }) => authorization)).toEqual(["Bearer old", "Bearer new"]);
    expect(getToken.mock.calls).toEqual([[{ refresh: false }], [{ refresh: true }]]);
  });

  test("that is refused again ends the upload", async () => {
    service.onSign = refuse(401, "TokenSignatureInvalid");
    const getToken = vi.fn(() => "bad");
    const error = await errorOf(uploader({ getToken }).upload(PHOTO));
    expect(error).toMatchObject({ kind: "service", code: "TokenSignatureInvalid", status: 401 });
    expect(getToken).toHaveBeenCalledTimes(2);
    expect(service.signed).toHaveLength(2);
  });

  test("is renewed once for each signature, so a long upload may use several", async () => {
    service.onSign = inOrder(
      refuse(401, "TokenExpired"),
      refuse(500, "InternalError"),
      refuse(401, "TokenExpired"),
    );
    await uploader({ getToken: () => "token" }).upload(PHOTO);
    expect(service.signed).toHaveLength(4);
  });

  test("is not requested without a login", async () => {
    service.onSign = refuse(401, "TokenMissing");
    const error = await errorOf(uploader().upload(PHOTO));
    expect(error.code).toBe("TokenMissing");
    expect(service.signed).toHaveLength(1);
  });

  test("is renewed once for all uploads that were refused with the old one", async () => {
    service.onSign = (response, _, request) =>
      request.headers.authorization === "Bearer new"
        ? service.sendTicket(response)
        : refuse(401, "TokenExpired")(response, 1, request);
    let current = "old";
    let logins = 0;
    const made = uploader({
      getToken({ refresh }) {
        if (refresh) {
          logins += 1;
          current = "new";
        }
        return current;
      },
    });
    const outcomes = await uploadAll(
      made,
      Array.from({ length: 20 }, () => PHOTO),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => "uploaded"));
    expect(logins).toBe(1);
  });

  test("that is given instead of a function which returns it is not sent as an object", async () => {
    const options = {};
    Object.assign(options, { getToken: "the token itself" });
    const error = await errorOf(uploader(options).upload(PHOTO));
    expect(error).toMatchObject({ code: "TokenUnavailable", retryable: false });
    expect(error.message).toContain("is not a function");
    expect(service.signed).toHaveLength(0);
  });

  test("that cannot be obtained is the phone's own problem", async () => {
    const getToken = () => Promise.reject(new Error("login failed"));
    const error = await errorOf(uploader({ getToken }).upload(PHOTO));
    expect(error).toMatchObject({ kind: "client", code: "TokenUnavailable", message: "login failed" });
  });

  test.each<[string, () => unknown]>([
    ["an Error that says nothing", () => new Error("login failed")],
    ["the platform's failure", () => ({ errMsg: "login:fail timeout" })],
    ["an Error of the platform's failure", () => new Error("request:fail 请求超时。")],
    ["a busy service", () => Object.assign(new Error("busy"), { statusCode: 503 })],
    ["what says so", () => Object.assign(new Error("denied for now"), { retryable: true })],
  ])("that cannot be obtained temporarily is requested again: %s", async (_, thrown) => {
    service.onSign = inOrder(refuse(401, "TokenExpired"), refuse(401, "TokenExpired"));
    let logins = 0;
    const getToken = ({ refresh }: { refresh: boolean }) => {
      if (!refresh) return "old";
      logins += 1;
      if (logins === 1) throw thrown();
      return "new";
    };
    await uploader({ getToken }).upload(PHOTO);
    expect(logins).toBe(2);
    expect(service.signed.at(-1)?.authorization).toBe("Bearer new");
  });

  test.each<[string, () => unknown, Partial<UploadError>]>([
    ["a mistake in the code", () => new TypeError("x is undefined"), { code: "TokenUnavailable" }],
    ["a person's refusal", () => new Error("user denied"), { code: "TokenUnavailable" }],
    ["a refusal", () => Object.assign(new Error("no"), { statusCode: 403 }), { code: "TokenUnavailable" }],
    [
      "what says so",
      () => Object.assign(new Error("no"), { retryable: false }),
      { code: "TokenUnavailable" },
    ],
    ["the list", () => ({ errMsg: "request:fail url not in domain list" }), { code: "DomainNotAllowed" }],
  ])("that can never be obtained is requested once: %s", async (_, thrown, expected) => {
    const getToken = vi.fn(() => Promise.reject(thrown()));
    const error = await errorOf(uploader({ getToken }).upload(PHOTO));
    expect(error).toMatchObject({ ...expected, retryable: false });
    expect(getToken).toHaveBeenCalledTimes(1);
  });

  test("that never comes does not block the next upload", async () => {
    const getToken = vi.fn((): string | Promise<string> => new Promise(() => {}));
    const { upload } = uploader({ getToken, tokenTimeoutMs: 20, maxAttempts: 2, maxTransfers: 1 });
    const error = await errorOf(upload(PHOTO));
    expect(error).toMatchObject({ kind: "timeout", code: "Timeout", retryable: true });
    expect(getToken).toHaveBeenCalledTimes(2);
    getToken.mockReturnValue("token");
    await upload(PHOTO);
  });

  test("whose renewal never comes blocks neither those who wait for it nor the next login", async () => {
    service.onSign = (response, _, request) =>
      request.headers.authorization === "Bearer new"
        ? service.sendTicket(response)
        : refuse(401, "TokenExpired")(response, 1, request);
    let renewal: Promise<string> = new Promise(() => {});
    const made = uploader({
      getToken: ({ refresh }) => (refresh ? renewal : "old"),
      tokenTimeoutMs: 20,
      maxAttempts: 1,
    });
    const outcomes = await uploadAll(made, [PHOTO, PHOTO]);
    expect(outcomes).toMatchObject([{ error: { code: "Timeout" } }, { error: { code: "Timeout" } }]);
    renewal = Promise.resolve("new");
    expect(await uploadAll(made, [PHOTO])).toMatchObject([{ status: "uploaded" }]);
  });

  test("can be cancelled while waiting, which frees the slot at once", async () => {
    const { signal, cancel } = createCanceller();
    const { upload } = uploader({
      getToken: () => (signal.aborted ? "token" : new Promise(() => {})),
      maxTransfers: 1,
    });
    const first = errorOf(upload(PHOTO, { signal }));
    const second = upload(PHOTO);
    setImmediate(cancel);
    expect((await first).code).toBe("Cancelled");
    await second;
  });

  test("is never in an error", async () => {
    service.onSign = refuse(401, "TokenExpired");
    const error = await errorOf(uploader({ getToken: () => "secret" }).upload(PHOTO));
    expect(JSON.stringify(error) + error.message + error.stack).not.toContain("secret");
  });

  test("is not in the error for a gateway that quotes the header", async () => {
    service.onSign = (response) =>
      sendJson(response, 400, {
        error: { code: "BadHeader", message: "Cannot read Authorization: Bearer secret" },
      });
    const error = await errorOf(uploader({ getToken: () => "secret" }).upload(PHOTO));
    expect(error.message).toBe("Cannot read Authorization: ***");
    expect(JSON.stringify(error) + error.stack).not.toContain("secret");
  });
});

describe("timeouts", () => {
  test("apply to a signing function that never answers", async () => {
    service.onSign = hang;
    const error = await errorOf(uploader({ signTimeoutMs: 1000, maxAttempts: 2 }).upload(PHOTO));
    expect(error).toMatchObject({ kind: "timeout", code: "Timeout", retryable: true });
    expect(service.signed).toHaveLength(2);
  });

  test.each(["POST", "PUT"] as const)("apply to a COS that never answers a %s", async (method) => {
    service.onUpload = hang;
    const error = await errorOf(
      uploader({ transferTimeoutMs: 50, maxAttempts: 1 }).upload(PHOTO, by(method)),
    );
    expect(error).toMatchObject({ kind: "timeout", code: "Timeout" });
  });
});

describe("an upload can be cancelled", () => {
  test("before it starts", async () => {
    const { signal, cancel } = createCanceller();
    cancel();
    const error = await errorOf(uploader().upload(PHOTO, { signal }));
    expect(error).toMatchObject({ kind: "cancelled", code: "Cancelled", retryable: false });
    expect(service.signed).toHaveLength(0);
  });

  test("while it waits for its turn", async () => {
    service.onSign = hang;
    const { signal, cancel } = createCanceller();
    const { upload } = uploader({ maxTransfers: 1, signTimeoutMs: 1000, maxAttempts: 1 });
    const first = errorOf(upload(PHOTO));
    const second = errorOf(upload(PHOTO, { signal }));
    cancel();
    expect((await second).code).toBe("Cancelled");
    expect((await first).code).toBe("Timeout");
    expect(service.signed).toHaveLength(1);
  });

  test("while it is being signed", async () => {
    const { signal, cancel } = createCanceller();
    service.onSign = cancel;
    const error = await errorOf(uploader().upload(PHOTO, { signal }));
    expect(error.code).toBe("Cancelled");
    expect(service.uploadRequests).toBe(0);
  });

  test.each(["POST", "PUT"] as const)("during a %s, which cuts the transfer", async (method) => {
    const { signal, cancel } = createCanceller();
    const arrivedWhole = new Promise<boolean>((resolve) => {
      service.onUploadStart = (_, __, request) => {
        request.on("close", () => resolve(request.complete));
        cancel();
      };
    });
    phone.files.set(PHOTO, randomBytes(8_000_000));
    const error = await errorOf(uploader().upload(PHOTO, { ...by(method), signal }));
    expect(error.code).toBe("Cancelled");
    expect(await arrivedWhole).toBe(false);
    expect(service.signed).toHaveLength(1);
  });

  test("while the token is being requested", async () => {
    const { signal, cancel } = createCanceller();
    const getToken = () => {
      cancel();
      return "token";
    };
    const error = await errorOf(uploader({ getToken }).upload(PHOTO, { signal }));
    expect(error.code).toBe("Cancelled");
    await uploader().upload(PHOTO);
    expect(service.signed).toHaveLength(1);
  });

  test("at the first progress, before a token is requested", async () => {
    const { signal, cancel } = createCanceller();
    const getToken = vi.fn(() => Promise.reject(new Error("nobody is waiting")));
    const error = await errorOf(uploader({ getToken }).upload(PHOTO, { signal, onProgress: cancel }));
    expect(error.code).toBe("Cancelled");
    await new Promise(setImmediate);
    expect(getToken).not.toHaveBeenCalled();
  });

  test("while a PUT reads its file", async () => {
    const { signal, cancel } = createCanceller();
    phone.onRead = cancel;
    const { upload } = uploader({ maxTransfers: 1 });
    expect((await errorOf(upload(PHOTO, { method: put, signal }))).code).toBe("Cancelled");
    await upload(PHOTO);
    expect(service.uploadRequests).toBe(1);
  });

  test("while it waits to retry, which frees its slot", async () => {
    const { signal, cancel } = createCanceller();
    service.onSign = (response) => {
      response.on("close", () => setImmediate(() => setImmediate(cancel)));
      cut(response, 1, response.req);
    };
    const { upload } = uploader({ backoffMs: 60_000, maxTransfers: 1 });
    const error = await errorOf(upload(PHOTO, { signal }));
    expect(error.code).toBe("Cancelled");
    expect(service.signed).toHaveLength(1);
    service.onSign = undefined;
    await upload(PHOTO);
  });

  test("after its end, without effect", async () => {
    const { signal, cancel } = createCanceller();
    const uploaded = await uploader().upload(PHOTO, { signal });
    cancel();
    expect(uploaded.key).toBe("uploads/1.jpg");
  });

  test("which frees its slot", async () => {
    const { signal, cancel } = createCanceller();
    service.onSign = (response, count) => (count === 1 ? cancel() : service.sendTicket(response));
    const { upload } = uploader({ maxTransfers: 1 });
    const first = errorOf(upload(PHOTO, { signal }));
    await upload(PHOTO);
    expect((await first).code).toBe("Cancelled");
  });

  // Passing the controller instead of its signal is a mistake that JavaScript does not show.
  test.each([
    ["a canceller", () => createCanceller()],
    ["an AbortController", () => new AbortController()],
    ["a text", () => "signal"],
  ])("not with %s, and says what to give instead", async (_, wrong) => {
    const options = {};
    Object.assign(options, { signal: wrong() });
    const error = await errorOf(uploader().upload(PHOTO, options));
    expect(error).toMatchObject({ name: "UploadError", kind: "configuration", code: "InvalidOption" });
    expect(error.message).toBe("Give signal the signal of createCanceller().");
    expect(service.signed).toHaveLength(0);
  });

  test("with an AbortSignal too", async () => {
    const controller = new AbortController();
    const signal: CancelSignal = controller.signal;
    service.onUploadStart = () => controller.abort();
    phone.files.set(PHOTO, randomBytes(8_000_000));
    expect((await errorOf(uploader().upload(PHOTO, { signal }))).code).toBe("Cancelled");
  });

  test("after which no progress is reported", async () => {
    const { signal, cancel } = createCanceller();
    let late = 0;
    phone.files.set(PHOTO, randomBytes(2_000_000));
    const onProgress = ({ fraction }: UploadProgress) => {
      if (signal.aborted) late += 1;
      if (fraction > 0) cancel();
    };
    await errorOf(uploader().upload(PHOTO, { signal, onProgress }));
    expect(late).toBe(0);
  });
});

describe("progress", () => {
  test("of a POST grows from 0 to 1, and is 1 only at the end", async () => {
    const seen: UploadProgress[] = [];
    let seenWhenStored = 0;
    service.onUpload = (response) => {
      seenWhenStored = seen.at(-1)?.fraction ?? 0;
      response.end();
    };
    await uploader().upload(PHOTO, { onProgress: (progress) => seen.push(progress) });
    expect(seen[0]).toEqual({ fraction: 0, sentBytes: 0, totalBytes: BYTES.length });
    expect(seen.at(-1)).toEqual({ fraction: 1, sentBytes: BYTES.length, totalBytes: BYTES.length });
    expect(seen.length).toBeGreaterThan(3);
    expectGrowth(seen.map(({ fraction }) => fraction));
    expect(seenWhenStored).toBeLessThan(1);
  });

  test("never falls during retries", async () => {
    service.onUpload = inOrder(cut, refuseXml(500, "InternalError", "No."));
    const seen: number[] = [];
    await uploader().upload(PHOTO, { onProgress: ({ fraction }) => seen.push(fraction) });
    expect(service.uploads).toHaveLength(3);
    expectGrowth(seen);
    expect(seen.at(-1)).toBe(1);
  });

  test("of a PUT is reported only at its start and end", async () => {
    const seen: number[] = [];
    await uploader().upload(PHOTO, { method: put, onProgress: ({ fraction }) => seen.push(fraction) });
    expect(seen).toEqual([0, 1]);
  });

  function expectGrowth(fractions: readonly number[]): void {
    expect(fractions).toEqual([...new Set(fractions)].sort((a, b) => a - b));
  }
});

describe("a callback that throws", () => {
  const broken = () => {
    throw new Error("setData of undefined");
  };

  test("neither fails nor repeats an upload, and is reported once", async () => {
    const said = vi.spyOn(console, "error").mockImplementation(() => {});
    const made = uploader();
    await made.upload(PHOTO, { onProgress: broken });
    expect(said).toHaveBeenCalledTimes(1);
    expect(String(said.mock.calls[0])).toContain("setData of undefined");
    const outcomes = await uploadAll(made, [{ filePath: PHOTO, onProgress: broken }, PHOTO], {
      onProgress: broken,
    });
    expect(outcomes.map(({ status }) => status)).toEqual(["uploaded", "uploaded"]);
    expect(said).toHaveBeenCalledTimes(3);
    expect(service.uploads).toHaveLength(3);
    said.mockRestore();
  });

  test("or rejects is reported to onError", async () => {
    const told: unknown[] = [];
    const error = new Error("setData of undefined");
    const onProgress = () => Promise.reject(error);
    await uploader({ onError: (thrown) => told.push(thrown) }).upload(PHOTO, { onProgress });
    await new Promise(setImmediate);
    expect(told).toEqual([error]);
    await uploader({ onError: broken }).upload(PHOTO, { onProgress: broken });
  });

  test("does not stop other progress reports", async () => {
    const seen: number[] = [];
    await uploadAll(uploader(), [{ filePath: PHOTO, onProgress: broken }], {
      onProgress: ({ fraction }) => seen.push(fraction),
      onError: () => {},
    });
    expect(seen.at(-1)).toBe(1);
  });

  test("on a signal does not keep the uploads from stopping", async () => {
    const said = vi.spyOn(console, "error").mockImplementation(() => {});
    const { signal, cancel } = createCanceller();
    signal.addEventListener("abort", broken);
    service.onSign = cancel;
    expect((await errorOf(uploader().upload(PHOTO, { signal }))).code).toBe("Cancelled");
    expect(said).toHaveBeenCalledTimes(1);
    said.mockRestore();
  });
});

/** What TypeScript would refuse, and plain JavaScript does not. */
describe("an option of the wrong type", () => {
  test.each([
    ["parts", true, "parts"],
    ["method", "PUT", "put"],
    ["method", "POST", "put"],
    ["md5", true, "md5"],
    ["until", "accepted", "accepted"],
    // What `require` returns, in place of its export.
    ["parts", { parts() {} }, "parts"],
    ["method", { put }, "put"],
    ["md5", { md5 }, "md5"],
    ["until", { accepted() {} }, "accepted"],
  ])("fails before anything is sent, and says what to import: %s: %j", async (name, value, entry) => {
    const [options, own] = [{}, {}];
    Object.assign(name === "parts" ? options : own, { [name]: value });
    const error = await errorOf(uploader(options).upload(PHOTO, own));
    expect(error).toMatchObject({ kind: "configuration", code: "InvalidOption", retryable: false });
    expect(error.message).toBe(`For ${name}, import ${entry} from cos-uploader/${entry}.`);
    expect(service.signed).toHaveLength(0);
    expect(await import(`../../../packages/uploader/src/${entry}.ts`)).toHaveProperty(entry);
  });

  test.each([undefined, null, false, ""])("that is %j counts as left out", async (nothing) => {
    const names = ["rule", "method", "ext", "type", "md5", "onProgress", "signal", "name", "meta", "until"];
    await uploader().upload(PHOTO, Object.fromEntries(names.map((name) => [name, nothing])));
    expect(service.signed[0]?.query).toEqual({ ext: "JPG", size: String(BYTES.length) });
  });

  test("that is null in place of all options counts as left out", async () => {
    await Reflect.apply(uploader().upload, undefined, [PHOTO, null]);
    expect(service.uploads).toHaveLength(1);
  });

  test.each([undefined, null, Number.NaN, "", "many"])(
    "maxAttempts: %j is the default",
    async (maxAttempts) => {
      service.onSign = refuse(500, "InternalError");
      const options = {};
      Object.assign(options, { maxAttempts });
      await errorOf(uploader(options).upload(PHOTO));
      expect(service.signed).toHaveLength(4);
    },
  );

  test.each(["2", 2.9])("maxAttempts: %j is a number", async (maxAttempts) => {
    service.onSign = refuse(500, "InternalError");
    const options = {};
    Object.assign(options, { maxAttempts });
    await errorOf(uploader(options).upload(PHOTO));
    expect(service.signed).toHaveLength(2);
  });

  // Timers take more than 2^31 for 0: https://developer.mozilla.org/docs/Web/API/Window/setTimeout#maximum_delay_value
  test.each([Number.POSITIVE_INFINITY, "15000", null, undefined])(
    "timeouts of %j do not end an upload at once",
    async (ms) => {
      const options = {};
      const names = [
        "tokenTimeoutMs",
        "signTimeoutMs",
        "transferTimeoutMs",
        "stallTimeoutMs",
        "acceptTimeoutMs",
      ];
      Object.assign(options, { getToken: () => "t" }, Object.fromEntries(names.map((name) => [name, ms])));
      const request = Reflect.get(phone.wx, "request");
      const timeouts: unknown[] = [];
      vi.stubGlobal("wx", {
        ...phone.wx,
        request(option: { timeout: unknown }) {
          timeouts.push(option.timeout);
          return request(option);
        },
      });
      await uploader(options).upload(PHOTO, { method: put });
      for (const timeout of timeouts) expect(Number.isSafeInteger(timeout)).toBe(true);
    },
  );
});

describe("many files", () => {
  const paths = Array.from({ length: 30 }, (_, i) => `wxfile://tmp/${i}.png`);

  beforeEach(() => {
    for (const path of paths) phone.files.set(path, randomBytes(100_000));
  });

  test("upload at most 10 at a time, even with 30 at once", async () => {
    const outcomes = await uploadAll(uploader(), paths);
    expect(outcomes.map(({ status, filePath }) => [status, filePath])).toEqual(
      paths.map((path) => ["uploaded", path]),
    );
    expect(phone.mostInFlight).toBe(10);
    expect(service.mostInFlight).toBeLessThanOrEqual(10);
    expect(service.uploads.map(({ file }) => digestOf(file)).sort()).toEqual(
      paths.map((path) => digestOf(phone.files.get(path))).sort(),
    );
    expect(new Set(service.uploads.map(({ key }) => key)).size).toBe(30);
  });

  test("are limited by the platform, whatever the caller asks for", async () => {
    await uploadAll(uploader({ maxTransfers: 50 }), paths);
    expect(phone.mostInFlight).toBe(10);
  });

  test("share the limit over several calls", async () => {
    const made = uploader({ maxTransfers: 3 });
    await Promise.all([
      uploadAll(made, paths.slice(0, 10)),
      ...paths.slice(10).map((path) => made.upload(path)),
    ]);
    expect(phone.mostInFlight).toBe(3);
  });

  test("can have their own options, and one that fails leaves the others alone", async () => {
    const progress: [number, number, number][] = [];
    const own: number[] = [];
    const outcomes = await uploadAll(
      uploader(),
      [
        { filePath: "wxfile://gone.png" },
        { filePath: PHOTO, rule: undefined, method: put, onProgress: ({ fraction }) => own.push(fraction) },
        ...paths.slice(0, 2),
      ],
      {
        rule: "avatar",
        onProgress: ({ fraction, finished, total }) => progress.push([fraction, finished, total]),
      },
    );
    expect(outcomes.map(({ status }) => status)).toEqual(["failed", "uploaded", "uploaded", "uploaded"]);
    expect(outcomes[0]).toMatchObject({ filePath: "wxfile://gone.png", error: { code: "FileUnreadable" } });
    expect(outcomes[1]).toMatchObject({ file: { filePath: PHOTO, size: BYTES.length } });
    expect(service.signed.map(({ query }) => query["rule"])).toEqual(["avatar", "avatar", "avatar"]);
    expect(own).toEqual([0, 1]);
    expect(progress.at(-1)).toEqual([0.75, 4, 4]);
    const fractions = progress.map(([fraction]) => fraction);
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
  });

  test("are all cancelled by one signal", async () => {
    const { signal, cancel } = createCanceller();
    service.onUploadStart = cancel;
    const outcomes = await uploadAll(uploader({ maxTransfers: 2 }), paths, { signal });
    const codes = outcomes.map((outcome) => (outcome.status === "failed" ? outcome.error.code : "uploaded"));
    expect(codes).toEqual(paths.map(() => "Cancelled"));
  });

  test("may be none", async () => {
    expect(await uploadAll(uploader(), [])).toEqual([]);
  });

  // In plain JavaScript. A path has a length, and a Set has none.
  test.each<[string, () => unknown, string]>([
    ["a path", () => PHOTO, "uploaded"],
    ["a file with its options", () => ({ filePath: PHOTO, rule: "avatar" }), "uploaded"],
    ["a Set", () => new Set([PHOTO]), "failed"],
    ["undefined", () => undefined, "failed"],
  ])("in place of a list, %s counts as one file", async (_, wrong, status) => {
    const outcomes = await Reflect.apply(uploadAll, undefined, [uploader(), wrong()]);
    expect(outcomes).toMatchObject([{ status }]);
  });

  test("may be a list that is no array, such as the FileList of an <input>", async () => {
    const [first = ""] = paths;
    const outcomes = await uploadAll(uploader(), { length: 2, 0: PHOTO, 1: first });
    expect(outcomes.map(({ status, filePath }) => [status, filePath])).toEqual([
      ["uploaded", PHOTO],
      ["uploaded", first],
    ]);
  });
});

// As the options say in their documentation.
describe("without options", () => {
  const TICKET = { cosKey: "uploads/1.jpg", method: "POST", url: "https://b.example.com/", fields: {} };
  const FAILED = { errno: 600_001, errMsg: "request:fail errcode:-102" };
  const defaults = { endpoint: "https://f.example.com" };

  /** What WeChat calls back with. */
  interface Called {
    success(answer: object): void;
    fail(failure: object): void;
  }
  const signed = ({ success }: Called) => success({ statusCode: 200, data: TICKET });
  const nothing = () => {};

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  const silent = (onProgress?: (task: (update: object) => void) => void) => ({
    onProgressUpdate: (listener: (update: object) => void) => onProgress?.(listener),
    onHeadersReceived: nothing,
    offProgressUpdate: nothing,
    abort: nothing,
  });

  test.each<[string, number, object, Partial<UploaderOptions>]>([
    ["a login has 30 s", 30_000, {}, { getToken: () => new Promise<string>(nothing) }],
    ["a signing function has 15 s", 15_000, { request: nothing }, {}],
    ["a transfer has ten minutes", 600_000, { uploadFile: () => silent() }, {}],
    [
      "a transfer may be a minute without progress",
      60_000,
      { uploadFile: () => silent((tell) => tell({ progress: 10 })) },
      {},
    ],
  ])("%s", async (_, ms, platform, options) => {
    vi.stubGlobal("wx", { request: signed, uploadFile: nothing, ...platform });
    const isOver = vi.fn();
    const failed = errorOf(createUploader({ ...defaults, maxAttempts: 1, ...options }).upload(PHOTO));
    void failed.then(isOver);
    await vi.advanceTimersByTimeAsync(ms - 1);
    expect(isOver).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(await failed).toMatchObject({ kind: "timeout" });
  });

  test.each<[string, Partial<UploaderOptions>, readonly number[]]>([
    ["four tries, half a second and then twice as long after each", {}, [500, 1000, 2000]],
    ["no wait longer than ten seconds", { maxAttempts: 8 }, [500, 1000, 2000, 4000, 8000, 10_000, 10_000]],
  ])("%s", async (_, options, waits) => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    const request = vi.fn(({ fail }: Called) => fail(FAILED));
    vi.stubGlobal("wx", { request, uploadFile: nothing });
    const failed = errorOf(createUploader({ ...defaults, ...options }).upload(PHOTO));
    await vi.advanceTimersByTimeAsync(0);
    for (const [i, wait] of waits.entries()) {
      await vi.advanceTimersByTimeAsync(wait - 1);
      expect(request).toHaveBeenCalledTimes(i + 1);
      await vi.advanceTimersByTimeAsync(1);
      expect(request).toHaveBeenCalledTimes(i + 2);
    }
    expect(await failed).toMatchObject({ kind: "network" });
  });
});
