import { join } from "node:path";
import COS from "cos-nodejs-sdk-v5";
import { describe, expect, test } from "vitest";
import { EMULATED_BUCKET } from "../../../../packages/cos-emulator/src/cloud/account.ts";
import { BucketSettings } from "../../../../packages/cos-emulator/src/cos/store/bucket-settings.ts";
import { TEST_ACCOUNT } from "../../../support/account.ts";
import { type Answer, resource, signedHeaders, startCos, type TestCos } from "./support.ts";

const ANYONE = { qcs: ["qcs::cam::anyone:anyone"] };
const FORCE_HTTPS = {
  principal: ANYONE,
  effect: "deny",
  action: ["*"],
  resource: [resource("*")],
  condition: { bool_equal: { "cos:secure-transport": "false" } },
};

function policyOf(...statement: readonly object[]): string {
  return JSON.stringify({ version: "2.0", statement });
}

function ask(cos: TestCos, method: "GET" | "PUT" | "DELETE", body?: string): Promise<Answer> {
  const headers = signedHeaders({ method, key: "", query: { policy: "" }, headers: { host: cos.host } });
  return cos.send({ method, path: "/?policy", headers, ...(body !== undefined && { body }) });
}

function object(cos: TestCos, method: "GET" | "PUT", key: string): Promise<Answer> {
  const headers = signedHeaders({ method, key, headers: { host: cos.host } });
  return cos.send({ method, path: `/${key}`, headers, ...(method === "PUT" && { body: "x" }) });
}

describe("GET, PUT and DELETE ?policy", () => {
  test("answers 404 NoSuchBucketPolicy when there is none", async () => {
    expect(await ask(await startCos(), "GET")).toMatchObject({ status: 404, code: "NoSuchBucketPolicy" });
  });

  test("returns a policy as it was put, with its statements as Statement, also after a restart; DELETE works twice", async () => {
    const first = await startCos();
    const file = join(first.directory, "bucket.json");
    const cos = await startCos({ settings: await BucketSettings.open(file) });
    const text = `${policyOf(FORCE_HTTPS)}\n`;
    expect((await ask(cos, "PUT", text)).status).toBe(204);
    const again = await startCos({ settings: await BucketSettings.open(file) });
    const told = (await ask(again, "GET")).body.toString();
    expect(JSON.parse(told)).toEqual({ version: "2.0", Statement: [FORCE_HTTPS] });
    expect((await ask(again, "DELETE")).status).toBe(204);
    expect((await ask(again, "DELETE")).status).toBe(204);
    expect((await ask(again, "GET")).status).toBe(404);
  });

  test("reads an outdated resource as the current form, with a warning; a strict bucket refuses it", async () => {
    const text = policyOf({
      principal: ANYONE,
      effect: "allow",
      action: ["name/cos:GetObject"],
      resource: [resource("*").replace(/:([^:]+)-(\d+)\/\*$/, ":prefix//$2/$1/public/*")],
    });
    const strict = await startCos({ strictPolicy: true });
    expect(await ask(strict, "PUT", text)).toMatchObject({ status: 400, code: "InvalidArgument" });
    const cos = await startCos();
    expect((await ask(cos, "PUT", text)).status).toBe(204);
    expect(cos.log[0]).toMatch(/^cos warning: policy statement\[0\]\.resource\[0\] .*598\/10606/);
    await object(cos, "PUT", "public/a.txt");
    await object(cos, "PUT", "private/a.txt");
    const anonymous = (path: string) => cos.send({ method: "GET", path });
    expect((await anonymous("/public/a.txt")).status).toBe(200);
    expect((await anonymous("/private/a.txt")).status).toBe(403);
  });

  test("accepts a sid, and names in the case of the API's examples", async () => {
    const cos = await startCos({ strictTransport: true });
    const statement = {
      Sid: "costs-1700000000000",
      Principal: ANYONE,
      Effect: "Deny",
      Action: ["name/cos:PutObject"],
      Resource: [resource("*")],
    };
    // CAM's examples have a single statement without a list too (https://cloud.tencent.com/document/product/598/10608).
    for (const Statement of [[statement], statement]) {
      expect((await ask(cos, "PUT", JSON.stringify({ Statement, version: "2.0" }))).status).toBe(204);
      expect((await object(cos, "PUT", "a")).code).toBe("AccessDenied");
    }
  });

  test.each([
    ["not JSON", "{", "not JSON"],
    ["no statement", policyOf(), "statement"],
    ["no principal", policyOf({ ...FORCE_HTTPS, principal: undefined }), "principal"],
    ["a repeated name", '{"version":"2.0","Statement":[],"statement":[]}', "twice"],
    ["an unknown element", policyOf({ ...FORCE_HTTPS, condition_: {} }), "condition_"],
    [
      "a condition key that COS does not have",
      policyOf({ ...FORCE_HTTPS, condition: { bool_equal: { "cos:secure_transport": "false" } } }),
      "cos:secure_transport",
    ],
  ])("%s: 400 InvalidArgument, and nothing changes", async (_, text, reason) => {
    const cos = await startCos();
    const answer = await ask(cos, "PUT", text);
    expect(answer).toMatchObject({ status: 400, code: "InvalidArgument" });
    expect(answer.headers["x-emulator-reason"]).toContain(reason);
    expect((await ask(cos, "GET")).status).toBe(404);
  });

  test("refuses a damaged body with 400 BadDigest", async () => {
    const cos = await startCos();
    const md5 = Buffer.alloc(16).toString("base64");
    const signed = signedHeaders({
      method: "PUT",
      key: "",
      query: { policy: "" },
      headers: { host: cos.host, "content-md5": md5 },
    });
    const answer = await cos.send({
      method: "PUT",
      path: "/?policy",
      headers: signed,
      body: policyOf(FORCE_HTTPS),
    });
    expect(answer).toMatchObject({ status: 400, code: "BadDigest" });
  });

  test.each(["GET", "PUT", "DELETE"] as const)(
    "refuses %s without a signature with 403 AccessDenied",
    async (method) => {
      const cos = await startCos();
      const body = method === "PUT" ? { body: policyOf(FORCE_HTTPS) } : {};
      expect(await cos.send({ method, path: "/?policy", ...body })).toMatchObject({
        status: 403,
        code: "AccessDenied",
      });
    },
  );

  test("refuses a temporary key for uploads with 403 AccessDenied", async () => {
    const cos = await startCos();
    const credential = cos.issue("name/cos:PutObject", "a");
    const options = { method: "DELETE", key: "", query: { policy: "" }, credential } as const;
    const headers = signedHeaders({ ...options, headers: { host: cos.host } });
    expect(await cos.send({ method: "DELETE", path: "/?policy", headers })).toMatchObject({
      status: 403,
      code: "AccessDenied",
    });
  });

  test("works with the SDK's own methods", async () => {
    const { host } = await startCos({ clock: Date.now });
    const sdk = new COS({
      SecretId: TEST_ACCOUNT.secretId,
      SecretKey: TEST_ACCOUNT.secretKey,
      Domain: host,
      Protocol: "http:",
      ConfCwd: "/nonexistent",
    });
    const bucket = { Bucket: EMULATED_BUCKET.name, Region: EMULATED_BUCKET.region };
    await sdk.putBucketPolicy({ ...bucket, Policy: JSON.parse(policyOf(FORCE_HTTPS)) });
    expect((await sdk.getBucketPolicy(bucket)).Policy).toEqual({ version: "2.0", Statement: [FORCE_HTTPS] });
    await sdk.deleteBucketPolicy(bucket);
    await expect(sdk.getBucketPolicy(bucket)).rejects.toMatchObject({ statusCode: 404 });
  });
});

describe("enforces a policy:", () => {
  test("with HTTPS forced, plain HTTP is refused to everyone, even the account's own key, except for the policy itself", async () => {
    const cos = await startCos({ strictTransport: true });
    expect((await object(cos, "PUT", "a")).status).toBe(200);
    await ask(cos, "PUT", policyOf(FORCE_HTTPS));
    const refused = await object(cos, "PUT", "a");
    expect(refused).toMatchObject({ status: 403, code: "AccessDenied" });
    expect(refused.headers["x-emulator-reason"]).toBe(
      `a statement denies name/cos:PutObject on ${resource("a")} where cos:secure-transport is "false" (the bucket's policy)`,
    );
    expect((await object(cos, "GET", "a")).status).toBe(403);
    const credential = cos.issue("name/cos:PutObject", "a");
    const headers = signedHeaders({ method: "PUT", key: "a", headers: { host: cos.host }, credential });
    expect((await cos.send({ method: "PUT", path: "/a", headers, body: "x" })).status).toBe(403);
    expect((await ask(cos, "GET")).status).toBe(200);
    expect((await ask(cos, "PUT", policyOf(FORCE_HTTPS))).status).toBe(204);
    expect((await ask(cos, "DELETE")).status).toBe(204);
    expect((await object(cos, "PUT", "a")).status).toBe(200);
  });

  test("the policy itself stays accessible to the account's own key only", async () => {
    const cos = await startCos({ strictTransport: true });
    await ask(cos, "PUT", policyOf(FORCE_HTTPS));
    const credential = cos.issue("name/cos:GetBucketPolicy", "");
    const options = { method: "GET", key: "", query: { policy: "" }, credential } as const;
    const headers = signedHeaders({ ...options, headers: { host: cos.host } });
    expect((await cos.send({ method: "GET", path: "/?policy", headers })).code).toBe("AccessDenied");
    expect((await cos.send({ method: "GET", path: "/?policy" })).code).toBe("AccessDenied");
  });

  test("without strictTransport, plain HTTP on loopback counts as HTTPS", async () => {
    const cos = await startCos();
    await ask(cos, "PUT", policyOf(FORCE_HTTPS));
    expect((await object(cos, "PUT", "a")).status).toBe(200);
  });

  test("a deny for somebody else denies nothing", async () => {
    const cos = await startCos({ strictTransport: true });
    const { ownerUin } = TEST_ACCOUNT;
    const about = (name: string) => policyOf({ ...FORCE_HTTPS, principal: { qcs: [name] } });
    await ask(cos, "PUT", about("qcs::cam::uin/100000000009:uin/100000000009"));
    expect((await object(cos, "PUT", "a")).status).toBe(200);
    await ask(cos, "PUT", about(`qcs::cam::uin/${ownerUin}:uin/*`));
    expect((await object(cos, "PUT", "a")).status).toBe(403);
  });

  test("an allow for anyone permits an unsigned request, and no more than it says", async () => {
    const cos = await startCos();
    await object(cos, "PUT", "public/a");
    await object(cos, "PUT", "private/a");
    const allow = {
      principal: ANYONE,
      effect: "allow",
      action: ["name/cos:GetObject"],
      resource: [resource("public/*")],
    };
    await ask(cos, "PUT", policyOf(allow));
    expect((await cos.send({ method: "GET", path: "/public/a" })).status).toBe(200);
    expect((await cos.send({ method: "GET", path: "/private/a" })).status).toBe(403);
    expect((await cos.send({ method: "DELETE", path: "/public/a" })).status).toBe(403);
  });

  test("an allow does not widen a temporary key's rights", async () => {
    const cos = await startCos();
    const allow = { principal: ANYONE, effect: "allow", action: ["*"], resource: [resource("*")] };
    await ask(cos, "PUT", policyOf(allow));
    const credential = cos.issue("name/cos:PutObject", "a");
    const headers = signedHeaders({ method: "PUT", key: "b", headers: { host: cos.host }, credential });
    expect((await cos.send({ method: "PUT", path: "/b", headers, body: "x" })).status).toBe(403);
  });
});
