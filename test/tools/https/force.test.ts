import { chmod } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { describe, expect, test } from "vitest";
import { EMULATED_BUCKET } from "../../../packages/cos-emulator/src/cloud/account.ts";
import { signedHeaders } from "../../packages/cos-emulator/cos/support.ts";
import { TEST_ACCOUNT } from "../../support/account.ts";
import { freePort } from "../../support/free-port.ts";
import { answering, https, startBucket, type TestBucket } from "./support.ts";

const { appId } = TEST_ACCOUNT;
const RESOURCE = `qcs::cos:${EMULATED_BUCKET.region}:uid/${appId}:${EMULATED_BUCKET.name}/*`;

const FORCED = {
  effect: "deny",
  principal: { qcs: ["qcs::cam::anyone:anyone"] },
  action: ["*"],
  resource: [RESOURCE],
  condition: { bool_equal: { "cos:secure-transport": "false" } },
};

/** Somebody else's statement, in the form of the API's examples, with members that this command does not know. */
const FOREIGN = {
  Sid: "costs-17",
  Principal: { qcs: ["qcs::cam::uin/100000000001:uin/100000000011"] },
  Effect: "allow",
  Action: ["name/cos:GetObject"],
  Resource: [RESOURCE],
};

const yes = answering("y");

function put(bucket: TestBucket, scheme: "http" | "https"): Promise<number> {
  const now = Math.floor(Date.now() / 1000);
  const headers = signedHeaders({
    method: "PUT",
    key: "a",
    headers: { host: bucket.host },
    keyTime: `${now - 60};${now + 60}`,
  });
  const request = scheme === "http" ? httpRequest : httpsRequest;
  return new Promise((resolve, reject) => {
    const options = { method: "PUT", headers, ca: bucket.authority.root.pem, agent: false };
    const sent = request(`${scheme}://${bucket.host}/a`, options, (response) => {
      response.resume().on("end", () => resolve(response.statusCode ?? 0));
    });
    sent.on("error", reject);
    sent.end("x");
  });
}

describe("force", () => {
  test("without a policy: shows the statement, asks, adds it, and COS enforces it", async () => {
    const bucket = await startBucket();
    expect(await put(bucket, "http")).toBe(200);
    const outcome = await bucket.https(["force"], yes);
    expect(outcome).toMatchObject({ code: 0, errors: "" });
    expect(outcome.questions).toEqual([`Force HTTPS on ${EMULATED_BUCKET.name}? [y/N] `]);
    expect(outcome.output).toContain('+           "cos:secure-transport": "false"');
    expect(outcome.output).not.toMatch(/^-/m);
    expect(outcome.output).toContain("There was no policy before");
    expect(bucket.policy()).toEqual({ version: "2.0", statement: [FORCED] });
    expect(await put(bucket, "http")).toBe(403);
    expect(await put(bucket, "https")).toBe(200);
    expect(await bucket.saved()).toEqual([]);
  });

  test("keeps other statements and unknown fields as they are, and saves the old policy", async () => {
    const bucket = await startBucket();
    const before = { Statement: [FOREIGN], version: "2.0" };
    await bucket.setPolicy(before);
    const text = bucket.settings.policy?.text;
    const outcome = await bucket.https(["force"], yes);
    expect(outcome.code).toBe(0);
    expect(bucket.policy()).toEqual({ version: "2.0", Statement: [FOREIGN, FORCED] });
    const [name = "", ...others] = await bucket.saved();
    expect(others).toEqual([]);
    expect(name).toMatch(new RegExp(`^bucket-policy-${EMULATED_BUCKET.name}-\\d{8}T\\d{9}Z\\.json$`));
    expect(outcome.output).toContain(`${bucket.directory}/${name}`);
    expect(await bucket.read(name)).toBe(text);
    expect(outcome.output).not.toMatch(/^- .*(Sid|qcs)/m);
  });

  test("changes and asks nothing the second time", async () => {
    const bucket = await startBucket();
    await bucket.https(["force", "-y"]);
    const requests = bucket.log.length;
    const outcome = await bucket.https(["force"]);
    expect(outcome).toMatchObject({ code: 0, questions: [], output: expect.stringContaining("already") });
    expect(bucket.log.slice(requests).filter((line) => line.startsWith("cos PUT"))).toEqual([]);
    expect(bucket.policy()).toEqual({ version: "2.0", statement: [FORCED] });
  });

  test("an equivalent statement counts", async () => {
    const bucket = await startBucket();
    const written = {
      Condition: { bool_equal: { "cos:secure-transport": ["false"] } },
      Sid: "given by the console",
      Resource: RESOURCE,
      Action: "*",
      Effect: "Deny",
      Principal: { qcs: "qcs::cam::anyone:anyone" },
    };
    await bucket.setPolicy({ version: "2.0", Statement: [written] });
    expect((await bucket.https(["force"])).output).toContain("already");
    expect((await bucket.https(["unforce", "-y"])).code).toBe(0);
    expect(bucket.policy()).toBeUndefined();
  });

  test.each([
    ["one that denies less", { action: ["name/cos:PutObject"] }],
    ["one that applies to fewer requests", { condition: { bool_equal: { "cos:secure-transport": "true" } } }],
    ["one for a single user", { principal: { qcs: ["qcs::cam::uin/100000000001:uin/100000000011"] } }],
    ["one for a folder", { resource: [RESOURCE.replace("/*", "/a/*")] }],
    [
      "one with another condition",
      { condition: { ...FORCED.condition, string_equal: { "cos:prefix": "a" } } },
    ],
  ])("%s does not count", async (_, change) => {
    const bucket = await startBucket();
    const other = { ...FORCED, ...change };
    await bucket.setPolicy({ version: "2.0", statement: [other] });
    expect((await bucket.https(["unforce", "-y"])).output).toContain("nothing to do");
    expect((await bucket.https(["force", "-y"])).code).toBe(0);
    expect(bucket.policy()).toEqual({ version: "2.0", Statement: [other, FORCED] });
    await bucket.https(["unforce", "-y"]);
    expect(bucket.policy()).toEqual({ version: "2.0", Statement: [other] });
  });
});

describe("for programs", () => {
  test("--dry-run shows the change, asks nothing and changes nothing", async () => {
    const bucket = await startBucket();
    const outcome = await bucket.https(["force", "--dry-run"], yes);
    expect(outcome).toMatchObject({ code: 0, questions: [], errors: expect.stringContaining("--dry-run") });
    expect(outcome.output).toContain("cos:secure-transport");
    expect(bucket.policy()).toBeUndefined();
    const json = await bucket.https(["force", "--dry-run", "--json"]);
    expect(json).toMatchObject({ code: 0, checks: [{ id: "command", status: "skip" }] });
  });

  test("--json reports the outcome: done with -y, and not without", async () => {
    const bucket = await startBucket();
    expect(await bucket.https(["force", "--json"], yes)).toMatchObject({
      code: 1,
      questions: [],
      checks: [{ id: "command", status: "fail", detail: expect.stringContaining("-y") }],
    });
    expect(await bucket.https(["force", "--json", "-y"])).toMatchObject({
      code: 0,
      checks: [{ status: "pass" }],
    });
    expect(bucket.policy()).toEqual({ version: "2.0", statement: [FORCED] });
  });
});

describe("changes nothing", () => {
  test("if nobody can be asked without -y, but shows the change", async () => {
    const bucket = await startBucket();
    const outcome = await bucket.https(["force"]);
    expect(outcome).toMatchObject({ code: 1, errors: expect.stringContaining("-y") });
    expect(outcome.output).toContain("cos:secure-transport");
    expect(bucket.policy()).toBeUndefined();
  });

  test.each(["", "n", "no", "yy", "force"])("if the answer is %j", async (answer) => {
    const bucket = await startBucket();
    await bucket.setPolicy({ version: "2.0", statement: [FORCED] });
    expect(await bucket.https(["unforce"], answering(answer))).toMatchObject({
      code: 1,
      errors: "Nothing was changed.\n",
    });
    expect(bucket.policy()).toEqual({ version: "2.0", statement: [FORCED] });
    expect(await bucket.saved()).toEqual([]);
  });

  test("if somebody else changes the policy during the question", async () => {
    const bucket = await startBucket();
    const theirs = { version: "2.0", statement: [FOREIGN] };
    const ask = async () => {
      await bucket.setPolicy(theirs);
      return "y";
    };
    expect(await bucket.https(["force"], { ask })).toMatchObject({
      code: 1,
      errors: expect.stringContaining("in the meantime"),
    });
    expect(bucket.policy()).toEqual(theirs);
  });

  test("if the old policy cannot be saved", async () => {
    const bucket = await startBucket();
    await bucket.setPolicy({ version: "2.0", statement: [FOREIGN] });
    const directory = await bucket.file("a-file", "");
    await chmod(directory, 0o600);
    expect(await bucket.https(["force", "-y"], { directory })).toMatchObject({
      code: 1,
      errors: expect.stringContaining("could not be saved"),
    });
    expect(bucket.policy()).toEqual({ version: "2.0", statement: [FOREIGN] });
  });
});

describe("unforce", () => {
  test("removes exactly the statement, and saves the previous policy", async () => {
    const bucket = await startBucket();
    await bucket.setPolicy({ version: "2.0", statement: [FOREIGN, FORCED, FOREIGN] });
    const outcome = await bucket.https(["unforce"], yes);
    expect(outcome.code).toBe(0);
    expect(outcome.output).toMatch(/^- .*"deny"/m);
    expect(outcome.output).not.toMatch(/^\+ /m);
    expect(bucket.policy()).toEqual({ version: "2.0", Statement: [FOREIGN, FOREIGN] });
    expect(await bucket.saved()).toHaveLength(1);
  });

  test("removing the only statement deletes the policy, and plain HTTP is answered again", async () => {
    const bucket = await startBucket();
    await bucket.https(["force", "-y"]);
    const outcome = await bucket.https(["unforce", "-y"]);
    expect(outcome.output).toContain("deleted");
    expect(bucket.policy()).toBeUndefined();
    expect(bucket.log.at(-2)).toMatch(/^cos DELETE .* 204/);
    expect(await put(bucket, "http")).toBe(200);
  });

  test("without the statement, or without a policy: nothing to do", async () => {
    const bucket = await startBucket();
    expect(await bucket.https(["unforce"])).toMatchObject({ code: 0, questions: [] });
    await bucket.setPolicy({ version: "2.0", statement: [FOREIGN] });
    expect(await bucket.https(["unforce"])).toMatchObject({ code: 0, questions: [] });
    expect(bucket.policy()).toEqual({ version: "2.0", statement: [FOREIGN] });
  });
});

describe("status", () => {
  test("not forced: fails, for the policy and for plain HTTP", async () => {
    const bucket = await startBucket();
    const outcome = await bucket.https(["status", "--json"]);
    expect(outcome.code).toBe(1);
    expect([outcome.status("https.policy"), outcome.status("https.plain")]).toEqual(["fail", "fail"]);
  });

  test("forced: passes, and plain HTTP was tried", async () => {
    const bucket = await startBucket();
    await bucket.https(["force", "-y"]);
    const outcome = await bucket.https(["status", "--json"]);
    expect(outcome.code).toBe(0);
    expect([outcome.status("https.policy"), outcome.status("https.plain")]).toEqual(["pass", "pass"]);
    expect(bucket.log.filter((line) => line.includes("/https-status-"))).toHaveLength(2);
  });

  test("with a policy that denies all reading, cannot tell whether plain HTTP is refused", async () => {
    const bucket = await startBucket();
    const denyReading = { ...FORCED, action: ["name/cos:GetObject"], condition: undefined };
    await bucket.setPolicy({ version: "2.0", statement: [FORCED, denyReading] });
    const outcome = await bucket.https(["status", "--json"]);
    expect(outcome.status("https.plain")).toBe("skip");
    expect(outcome.code).toBe(2);
  });
});

describe("exits with 2 and changes nothing", () => {
  test("if COS cannot be reached", async () => {
    const bucket = await startBucket();
    const endpoint = `https://127.0.0.1:${await freePort()}`;
    expect(await bucket.https(["force", "-y", "--endpoint", endpoint])).toMatchObject({
      code: 2,
      errors: expect.stringContaining("ECONNREFUSED"),
    });
  });

  test("if COS refuses the key; nothing of it is printed", async () => {
    const bucket = await startBucket();
    const env = {
      COS_SECRET_ID: "AKIDsomebody",
      COS_SECRET_KEY: "a-secret-key",
      COS_BUCKET: EMULATED_BUCKET.name,
      COS_REGION: EMULATED_BUCKET.region,
      COS_DOMAIN: bucket.host,
    };
    const outcome = await bucket.https(["force", "-y"], { env });
    expect(outcome).toMatchObject({ code: 2, errors: expect.stringContaining("InvalidAccessKeyId") });
    expect(outcome.output + outcome.errors).not.toMatch(/a-secret-key|q-signature/);
  });

  test("if a setting is missing", async () => {
    const bucket = await startBucket();
    expect(await bucket.https(["status"], { env: {} })).toMatchObject({
      code: 2,
      errors: expect.stringContaining("COS_BUCKET"),
    });
  });

  test("if COS's certificate is not trusted", async () => {
    const bucket = await startBucket();
    const env = { COS_SECRET_ID: "a", COS_SECRET_KEY: "b", COS_BUCKET: "b-12345", COS_REGION: "ap-x" };
    const outcome = await https(["force", "-y", "--endpoint", `https://${bucket.host}`], { env });
    expect(outcome).toMatchObject({ code: 2, errors: expect.stringContaining("--ca FILE") });
    expect(bucket.log).toEqual([]);
  });

  test.each([
    [
      "http:// to another machine",
      ["status", "--endpoint", "http://bucket.example.com"],
      "only for an emulator on this machine",
    ],
    ["an endpoint with a path", ["status", "--endpoint", "https://bucket.example.com/x"], "https://HOST"],
    ["an unknown command", ["froce"], "unknown command"],
    ["an unknown option", ["force", "--no-ask"], "unknown option"],
  ])("for %s", async (_, args, message) => {
    expect(await https(args, {})).toMatchObject({ code: 2, errors: expect.stringContaining(message) });
  });
});

test("http:// on this machine means the emulator", async () => {
  const bucket = await startBucket();
  expect((await bucket.https(["force", "-y", "--endpoint", `http://${bucket.host}`])).code).toBe(0);
  expect(bucket.policy()).toBeDefined();
});

test("leaves an unknown form of policy alone", async () => {
  const bucket = await startBucket();
  const text = '{"version":"2.0","statement":{}}';
  await bucket.settings.setPolicy({ text, policy: { version: "2.0", statements: [] } });
  expect(await bucket.https(["force", "-y"])).toMatchObject({
    code: 2,
    errors: expect.stringContaining("no list of statements"),
  });
  expect(bucket.settings.policy?.text).toBe(text);
});
