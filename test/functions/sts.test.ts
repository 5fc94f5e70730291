import { setTimeout as pause } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { errorOf, TEST_ENV } from "../support/bundle.ts";
import { BundleProcess } from "../support/bundle-process.ts";
import { type FakeSts, type Respond, refuse, startFakeSts, succeed } from "../support/fake-sts.ts";

let sts: FakeSts;
let put: BundleProcess;
beforeAll(async () => {
  sts = await startFakeSts();
  put = await BundleProcess.start("put-sign", { ...TEST_ENV, ...sts.env });
});
afterAll(async () => {
  await put.close();
  await sts.close();
});
afterEach(() => {
  sts.respond = succeed();
  sts.forms.length = 0;
});

const ask = (query: Record<string, string> = {}, bundle = put) =>
  bundle.invoke({ queryString: { ext: "jpg", ...query } });
const PLAIN = { "cos:x-cos-acl": ["default", "private"], "cos:x-cos-storage-class": "STANDARD" };
const policyOf = (form: URLSearchParams | undefined) =>
  JSON.parse(decodeURIComponent(form?.get("Policy") ?? ""));

describe("the request to STS", () => {
  test("is one call for one action on the one key, with the size limit, over HTTPS, and without a principal", async () => {
    const answer = JSON.parse((await ask()).body);
    expect(sts.forms).toHaveLength(1);
    expect(sts.forms[0]?.get("Action")).toBe("GetFederationToken");
    expect(sts.forms[0]?.get("DurationSeconds")).toBe("900");
    expect(policyOf(sts.forms[0])).toEqual({
      version: "2.0",
      statement: [
        {
          effect: "allow",
          action: ["name/cos:PutObject"],
          resource: [`qcs::cos:ap-guangzhou:uid/1250000000:uploads-1250000000/${answer.cosKey}`],
          condition: {
            numeric_less_than_equal: { "cos:content-length": answer.maxBytes },
            string_equal_if_exist: { ...PLAIN, "cos:content-type": expect.arrayContaining(["image/jpeg"]) },
            bool_equal: { "cos:secure-transport": "true" },
          },
        },
      ],
    });
  });

  test("has no condition on the length for a POST, since that would measure the whole form", async () => {
    const post = await BundleProcess.start("post-policy", { ...TEST_ENV, ...sts.env });
    await ask({}, post);
    await post.close();
    const [statement] = policyOf(sts.forms[0]).statement;
    expect(statement.action).toEqual(["name/cos:PostObject"]);
    expect(statement.condition).toEqual({
      string_equal_if_exist: PLAIN,
      bool_equal: { "cos:secure-transport": "true" },
    });
  });

  test("is not made for a request that is refused", async () => {
    await ask({ ext: "*" });
    expect(sts.forms).toHaveLength(0);
  });

  test("is one call for many files, whose policy lists exactly their keys", async () => {
    const answer = await put.invoke(listOf([{ ext: "jpg" }, { ext: "mp4" }, { ext: "png" }]));
    const keys = JSON.parse(answer.body).uploads.map((upload: { cosKey: string }) => upload.cosKey);
    expect(sts.forms).toHaveLength(1);
    const resources: string[] = policyOf(sts.forms[0]).statement.flatMap(
      (part: { resource: string[] }) => part.resource,
    );
    expect(resources.map((name) => name.slice(name.indexOf("/uploads/") + 1)).toSorted()).toEqual(
      keys.toSorted(),
    );
  });
});

describe("the times of a signature", () => {
  test("come from STS's clock, less a margin, however wrong this machine's clock is", async () => {
    sts.respond = succeed({ now: 1_500_000_000 });
    const { authorization, expiresAt, serverTime } = JSON.parse((await ask()).body);
    expect(authorization).toContain("q-key-time=1499999940;1500000900&");
    expect(expiresAt).toBe(1_500_000_900);
    expect(serverTime).toBe(1_500_000_000);
  });

  test("span SIGNATURE_SECONDS", async () => {
    const short = await BundleProcess.start("put-sign", {
      ...TEST_ENV,
      ...sts.env,
      SIGNATURE_SECONDS: "120",
    });
    const { expiresAt, serverTime } = JSON.parse((await ask({}, short)).body);
    await short.close();
    expect(sts.forms[0]?.get("DurationSeconds")).toBe("120");
    expect(expiresAt - serverTime).toBe(120);
  });
});

describe("a failing STS", () => {
  const hangUp: Respond = (response) => {
    response.destroy();
  };
  // How often it is asked: twice where a retry can help. (A hang-up on a kept connection does not count.)
  test.each<[string, Respond, number, string, number | undefined]>([
    ["hangs up", hangUp, 502, "CredentialsUnavailable", undefined],
    ["answers 500", (r) => void r.writeHead(500).end("{}"), 502, "CredentialsUnavailable", 2],
    ["answers HTML", (r) => void r.end("<html>maintenance</html>"), 502, "CredentialsUnavailable", 1],
    ["answers an empty object", (r) => void r.end("{}"), 502, "CredentialsUnavailable", 1],
    ["answers no credential", (r) => void r.end('{"Response":{}}'), 502, "CredentialsUnavailable", 1],
    [
      "redirects",
      (r) => void r.writeHead(307, { location: "https://127.0.0.1:1/" }).end(),
      500,
      "ConfigurationError",
      1,
    ],
    ["fails inside", refuse("InternalError.DbError"), 502, "CredentialsUnavailable", 2],
    ["throttles", refuse("RequestLimitExceeded"), 503, "CredentialsThrottled", 2],
    ["throttles in its other words", refuse("InvalidParameter.OverLimit"), 503, "CredentialsThrottled", 2],
    ["does not know the key", refuse("AuthFailure.SecretIdNotFound"), 500, "CredentialsDenied", 1],
    ["denies the right", refuse("UnauthorizedOperation"), 500, "CredentialsDenied", 1],
  ])("that %s", async (_, respond, status, code, calls) => {
    sts.respond = respond;
    const answer = await ask();
    expect(errorOf(answer).code).toBe(code);
    expect(answer.statusCode).toBe(status);
    if (calls !== undefined) expect(sts.forms).toHaveLength(calls);
    if (status === 503) expect(answer.headers["retry-after"]).toBe("1");
    sts.respond = succeed();
    expect((await ask()).statusCode).toBe(200);
  });

  test("that never answers is given up within the function's time limit", async () => {
    sts.respond = async (response) => {
      await pause(5000, undefined, { ref: false });
      response.destroy();
    };
    const before = put.output.length;
    const answer = await put.invoke({ queryString: { ext: "jpg" } }, { time_limit_in_ms: 1000 });
    expect(JSON.parse(put.output.slice(before)).totalMs).toBeLessThan(1000);
    expect(answer.statusCode).toBe(504);
    expect(errorOf(answer).code).toBe("CredentialsTimeout");
  });

  test("is named in the log by its own code and request id", async () => {
    sts.respond = refuse("UnauthorizedOperation");
    await ask();
    expect(put.output).toContain('"code":"CredentialsDenied"');
    expect(put.output).toContain('"stsCode":"UnauthorizedOperation","stsRequestId":"req-2"');
  });
});

test("a kept connection that STS has closed causes no error", async () => {
  expect((await ask()).statusCode).toBe(200);
  sts.respond = (response, form, request) => {
    // As after a freeze: the connection is dead by the time the next request is written to it.
    if (sts.forms.length === 1) request.socket.destroy();
    else return succeed()(response, form, request);
  };
  sts.forms.length = 0;
  expect((await ask()).statusCode).toBe(200);
});

test("an instance frozen for longer than STS keeps its connection still answers, 15 times out of 15", async () => {
  for (let i = 0; i < 15; i += 1) {
    expect((await ask()).statusCode).toBe(200);
    put.freeze();
    sts.closeIdle();
    const waiting = ask();
    await pause(20);
    put.thaw();
    expect((await waiting).statusCode).toBe(200);
  }
});

test("the log never has a secret, token or signature", async () => {
  for (const respond of [succeed(), refuse("AuthFailure.SignatureFailure"), refuse("x")]) {
    sts.respond = respond;
    await ask({ type: "image/jpeg", size: "5" });
  }
  const signatures = sts.forms.map((form) => form.get("Signature") ?? "");
  for (const secret of [
    TEST_ENV.COS_SECRET_KEY,
    TEST_ENV.COS_SECRET_ID,
    "the-token",
    "the-temporary-key",
    "q-signature",
    ...signatures,
  ]) {
    expect(put.output).not.toContain(secret);
  }
});

test("each request logs one line, with the key and the time spent in STS", async () => {
  const before = put.output.length;
  const { cosKey } = JSON.parse((await ask()).body);
  const lines = put.output.slice(before).trim().split("\n");
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? "")).toEqual({
    level: "info",
    requestId: expect.any(String),
    function: "put-sign",
    status: 200,
    code: "OK",
    key: cosKey,
    stsMs: expect.any(Number),
    totalMs: expect.any(Number),
  });
});

function listOf(files: object[]) {
  return {
    httpMethod: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ files }),
  };
}
