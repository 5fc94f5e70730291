import { SignJWT } from "jose";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { renewals } from "../../functions/upload-credentials/renewal.ts";
import { TEST_JWT_SECRET } from "../support/account.ts";
import { errorOf, loadBundle, TEST_ENV } from "../support/bundle.ts";
import { BundleProcess } from "../support/bundle-process.ts";
import { type FakeSts, startFakeSts } from "../support/fake-sts.ts";

const secret = TEST_JWT_SECRET;
let sts: FakeSts;
let functionUnderTest: BundleProcess;
beforeAll(async () => {
  sts = await startFakeSts();
  const env = { ...TEST_ENV, ...sts.env, UPLOAD_AUTH: "jwt", JWT_SECRET: secret };
  functionUnderTest = await BundleProcess.start("upload-credentials", env);
});
afterAll(async () => {
  await functionUnderTest.close();
  await sts.close();
});
afterEach(() => {
  sts.forms.length = 0;
});

async function ask(sub: string, queryString: Record<string, unknown>) {
  const jwt = new SignJWT({ sub }).setProtectedHeader({ alg: "HS256" }).setExpirationTime("5m");
  const token = await jwt.sign(new TextEncoder().encode(secret));
  return functionUnderTest.invoke({ headers: { authorization: `Bearer ${token}` }, queryString });
}

async function begin(sub: string) {
  return JSON.parse((await ask(sub, { ext: "mp4", size: "5000000" })).body);
}

test("a request with only a key is told what else to send", async () => {
  const { key } = await begin("ann");
  const answer = await ask("ann", { key });
  expect(errorOf(answer)).toMatchObject({ code: "InvalidParameter" });
  expect(errorOf(answer).message).toContain("key, rule and renewal");
});

test("answers with credentials in the SDK's shape, for exactly the upload actions on the one key", async () => {
  const answer = await begin("ann");
  expect(answer.serverTime).toBe(answer.credentials.StartTime);
  expect(answer).toMatchObject({
    bucket: "uploads-1250000000",
    region: "ap-guangzhou",
    key: expect.stringMatching(/^uploads\/[0-9a-f]{32}\/\d{8}\/\d+_[0-9a-f]{32}\.mp4$/),
    credentials: {
      TmpSecretId: "AKIDtmp",
      TmpSecretKey: "the-temporary-key",
      SecurityToken: "the-token",
      StartTime: expect.any(Number),
      ExpiredTime: expect.any(Number),
      ScopeLimit: true,
    },
  });
  const { statement } = JSON.parse(decodeURIComponent(sts.forms[0]?.get("Policy") ?? ""));
  const resource = [`qcs::cos:ap-guangzhou:uid/1250000000:uploads-1250000000/${answer.key}`];
  const length = { numeric_less_than_equal: { "cos:content-length": answer.maxBytes } };
  const plain = { "cos:x-cos-acl": ["default", "private"], "cos:x-cos-storage-class": "STANDARD" };
  const overHttps = { bool_equal: { "cos:secure-transport": "true" } };
  expect(statement).toEqual([
    {
      effect: "allow",
      action: ["name/cos:PutObject"],
      resource,
      condition: {
        ...length,
        string_equal_if_exist: { ...plain, "cos:content-type": expect.arrayContaining(["video/mp4"]) },
        ...overHttps,
      },
    },
    {
      effect: "allow",
      action: ["name/cos:InitiateMultipartUpload"],
      resource,
      condition: { string_equal_if_exist: plain, ...overHttps },
    },
    {
      effect: "allow",
      action: ["name/cos:UploadPart"],
      resource,
      condition: { ...length, ...overHttps },
    },
    {
      effect: "allow",
      action: [
        "name/cos:ListMultipartUploads",
        "name/cos:ListParts",
        "name/cos:CompleteMultipartUpload",
        "name/cos:AbortMultipartUpload",
      ],
      resource,
      condition: overHttps,
    },
  ]);
});

test("renews for the same key and the same caller", async () => {
  const { key, rule, renewal } = await begin("ann");
  const renewed = JSON.parse((await ask("ann", { key, rule, renewal })).body);
  expect(renewed.key).toBe(key);
  expect(renewed.renewal).toBe(renewal);
  expect(sts.forms).toHaveLength(2);
});

test.each<[string, string, Record<string, unknown>, number]>([
  ["another caller", "bob", {}, 403],
  ["another key", "ann", { key: "uploads/20261123/1_a.mp4" }, 403],
  ["another rule, with a larger limit", "ann", { rule: "document" }, 403],
  ["a rule that does not exist", "ann", { rule: "constructor" }, 403],
  ["a renewal that was made up", "ann", { renewal: "x" }, 403],
  ["no key", "ann", { key: undefined }, 400],
  ["two renewals", "ann", { renewal: ["a", "b"] }, 400],
])("does not renew for %s", async (_, sub, change, status) => {
  const { key, rule, renewal } = await begin("ann");
  sts.forms.length = 0;
  const query = Object.entries({ key, rule, renewal, ...change }).filter(([, value]) => value !== undefined);
  const answer = await ask(sub, Object.fromEntries(query));
  expect(answer.statusCode).toBe(status);
  expect(errorOf(answer).code).toBe(status === 403 ? "KeyNotAllowed" : "InvalidParameter");
  expect(sts.forms).toHaveLength(0);
});

test("attack: a stolen renewal ends a day after the upload began, however often it was renewed", async () => {
  const proofs = renewals(secret, TEST_ENV.COS_BUCKET, 86_400);
  const { key, rule, renewal, renewableUntil } = await begin("ann");
  const now = Math.floor(Date.now() / 1000);
  expect(renewableUntil - now).toBeGreaterThan(86_400 - 60);
  expect(renewableUntil - now).toBeLessThanOrEqual(86_400);
  const again = JSON.parse((await ask("ann", { key, rule, renewal })).body);
  expect(again).toMatchObject({ renewal, renewableUntil });
  const caller = { user: key.split("/")[1] };
  const late = proofs.proofFor({ key, ruleName: rule, pinned: {}, renewableUntil: now }, caller);
  sts.forms.length = 0;
  const answer = await ask("ann", { key, rule, renewal: late });
  expect(answer.statusCode).toBe(403);
  expect(errorOf(answer)).toMatchObject({
    code: "RenewalExpired",
    message: expect.stringContaining("start over"),
  });
  expect(sts.forms).toHaveLength(0);
  const inTime = proofs.proofFor({ key, ruleName: rule, pinned: {}, renewableUntil: now + 60 }, caller);
  expect((await ask("ann", { key, rule, renewal: inTime })).statusCode).toBe(200);
});

test("RENEWAL_SECONDS sets the limit, and is checked at cold start", () => {
  const env = { ...TEST_ENV, RENEWAL_SECONDS: "60" };
  expect(loadBundle("upload-credentials", env).log.join()).toContain(
    "RENEWAL_SECONDS must be a whole number from 3600 to 604800",
  );
});

test("the credential and each renewal enforce size and type", async () => {
  const asked = { ext: "mp4", size: "5000000", type: "video/mp4;codecs=avc1" };
  const { key, rule, renewal, ...answer } = JSON.parse((await ask("ann", asked)).body);
  expect(answer).toMatchObject({ maxBytes: 5_000_000, type: "video/mp4;codecs=avc1" });
  await ask("ann", { key, rule, renewal });
  expect(sts.forms).toHaveLength(2);
  for (const form of sts.forms) {
    const { statement } = JSON.parse(decodeURIComponent(form.get("Policy") ?? ""));
    const of = (action: string) =>
      statement.find((one: { action: string[] }) => one.action.includes(`name/cos:${action}`))?.condition;
    for (const action of ["PutObject", "UploadPart"]) {
      expect(of(action).numeric_less_than_equal).toEqual({ "cos:content-length": 5_000_000 });
    }
    for (const action of ["PutObject", "InitiateMultipartUpload"]) {
      expect(of(action).string_equal).toEqual({ "cos:content-type": "video/mp4;codecs=avc1" });
    }
  }
});

test("refuses md5, which cannot be enforced, by name", async () => {
  const answer = await ask("ann", { ext: "mp4", md5: "990fdf561f35e45de4e930149bc9b47a" });
  expect(answer.statusCode).toBe(400);
  expect(errorOf(answer)).toMatchObject({
    code: "InvalidParameter",
    message: expect.stringMatching(/^md5 /),
  });
  expect(sts.forms).toHaveLength(0);
});

const ASKED = ["ext", "type", "size", "md5", "name", "meta", "meta.album"];
test.each(ASKED)("refuses a renewal that asks for another %s", async (name) => {
  const { key, rule, renewal } = await begin("ann");
  sts.forms.length = 0;
  const answer = await ask("ann", { key, rule, renewal, [name]: "5" });
  expect(answer.statusCode).toBe(400);
  expect(errorOf(answer).message).toContain(`no ${name.replace(/\..*/, "")}:`);
  expect(sts.forms).toHaveLength(0);
});

test("applies the same rules and limits as every upload", async () => {
  expect(errorOf(await ask("ann", { ext: "html" })).code).toBe("ExtensionNotAllowed");
  expect(errorOf(await ask("ann", { ext: "mp4", size: "999999999999" })).code).toBe("FileTooLarge");
  const anonymous = await functionUnderTest.invoke({ queryString: { ext: "mp4" } });
  expect(errorOf(anonymous).code).toBe("TokenMissing");
});

test("the log has neither the temporary key nor the renewal", async () => {
  const { renewal } = await begin("ann");
  for (const hidden of ["the-temporary-key", "the-token", renewal])
    expect(functionUnderTest.output).not.toContain(hidden);
});

test("does not start without a secret, since anybody could forge a renewal", async () => {
  const { COS_SECRET_ID: _, COS_SECRET_KEY: __, ...rest } = TEST_ENV;
  const { log } = loadBundle("upload-credentials", {
    ...rest,
    COS_ROLE_ARN: "qcs::cam::uin/100000000001:roleName/cos-upload",
  });
  expect(log.join()).toContain("USER_PREFIX_SECRET is not set");
});

test.each([
  ["USER_PREFIX_SECRET", "x", /USER_PREFIX_SECRET must be at least 16 characters/],
  ["JWT_SECRET", "secret", /JWT_SECRET must be at least 32 bytes/],
])(
  "attack: does not start with a guessable %s, with which a renewal for any key could be forged",
  async (name, guessable, message) => {
    // Without callers' tokens, nothing else reads these two.
    const { main_handler, log } = loadBundle("upload-credentials", { ...TEST_ENV, [name]: guessable });
    const key = "backups/everything.zip";
    const upload = { key, ruleName: "video", pinned: {}, renewableUntil: Date.now() / 1000 + 60 };
    const renewal = renewals(guessable, TEST_ENV.COS_BUCKET, 60).proofFor(upload, { user: undefined });
    const answer = await main_handler({ queryString: { key, rule: "video", renewal } });
    expect([answer.statusCode, errorOf(answer).code]).toEqual([500, "ConfigurationError"]);
    expect(log.join()).toMatch(message);
  },
);
