import { randomBytes } from "node:crypto";
import { zipSync } from "fflate";
import { scf } from "tencentcloud-sdk-nodejs-scf";
import { afterAll, beforeAll, expect, test } from "vitest";
import { MiniProgram, type PostAnswer, type PutAnswer } from "./client.ts";
import { ask, startTestEmulator } from "./emulator.ts";

const UPLOADS = "qcs::cos:ap-guangzhou:uid/1250000000:uploads-1250000000/uploads/*";
/** A package whose function answers with its environment. */
const SPY = Buffer.from(
  zipSync({ "index.js": Buffer.from("exports.main_handler = async () => process.env;") }),
).toString("base64");

function policyText(action: string, resource: string): string {
  return JSON.stringify({
    version: "2.0",
    statement: [{ effect: "allow", action: [action], resource: [resource] }],
  });
}

let emulator: Awaited<ReturnType<typeof startTestEmulator>>;
let phone: MiniProgram;
beforeAll(async () => {
  emulator = await startTestEmulator({ keyless: true });
  phone = new MiniProgram(emulator.caFile);
});
afterAll(() => emulator.close());

test("with the function's role and no permanent key, uploads work by PUT and by POST", async () => {
  const put = await ask<PutAnswer>(`${emulator.url}/put-sign?ext=jpg`);
  expect((await phone.put(put.json, randomBytes(1000))).status).toBe(200);
  const post = await ask<PostAnswer>(`${emulator.url}/post-policy?ext=jpg`);
  expect((await phone.post(post.json, randomBytes(1000))).status).toBe(200);
  expect(emulator.lines.filter((line) => line.startsWith("sts AssumeRole ok"))).toHaveLength(2);
});

test("that role also begins, sends and completes a file in parts", async () => {
  const post = <T>(path: string, body: object) =>
    ask<T>(`${emulator.url}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  const { json } = await post<{
    ticket: string;
    parts: { url: string; headers: Record<string, string> }[];
  }>("/multipart", { ext: "mp4", size: 1000 });
  const [part] = json.parts;
  const sent = await phone.request("PUT", part?.url ?? "", part?.headers ?? {}, randomBytes(1000));
  expect(sent.status).toBe(200);
  expect((await post("/multipart/complete", { ticket: json.ticket })).status).toBe(200);
});

test("listing and deleting need a role of their own; the upload role is not enough", async () => {
  const environment = { UPLOAD_AUTH: "jwt" };
  const authorize = async ({ url }: { readonly url: string }) => {
    const { json } = await ask<{ token: string }>(`${url}/login`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ code: "user-ann-keyless" }),
    });
    return { headers: { authorization: `Bearer ${json.token}` } };
  };
  const own = await startTestEmulator({ keyless: true, environment });
  const listed = await ask<{ objects: unknown[] }>(`${own.url}/objects`, await authorize(own));
  await own.close();
  expect([listed.status, listed.json]).toEqual([200, { objects: [] }]);
  const shared = await startTestEmulator({
    keyless: true,
    environment: { ...environment, OBJECTS_ROLE_ARN: "" },
  });
  const refused = await ask<{ error: { code: string } }>(`${shared.url}/objects`, await authorize(shared));
  await shared.close();
  expect([refused.status, refused.json.error.code]).toEqual([500, "StorageDenied"]);
});

test("the role's session policy also limits to the one key", async () => {
  const { json } = await ask<PutAnswer>(`${emulator.url}/put-sign?ext=jpg&rule=avatar`);
  const tooLarge = await phone.put(json, Buffer.alloc(json.maxBytes + 1));
  expect([tooLarge.status, tooLarge.code]).toEqual([403, "AccessDenied"]);
});

test("a missing role is the service's own problem, named in the log", async () => {
  const other = await startTestEmulator({
    keyless: true,
    roles: { "scf-execution": policyText("sts:AssumeRole", "*") },
    environment: { COS_ROLE_ARN: "qcs::cam::uin/100000000001:roleName/nobody" },
  });
  const { status, json } = await ask<{ error: { code: string } }>(`${other.url}/put-sign?ext=jpg`);
  await other.close();
  expect([status, json.error.code]).toEqual([500, "CredentialsDenied"]);
  expect(other.lines.join("\n")).toContain('"stsCode":"ResourceNotFound.RoleNotFound"');
});

test("an execution role that may not assume the upload role is refused by STS, and the log says so", async () => {
  const other = await startTestEmulator({
    keyless: true,
    roles: { "scf-execution": policyText("name/cos:*", "*") },
  });
  const { status, json } = await ask<{ error: { code: string } }>(`${other.url}/put-sign?ext=jpg`);
  await other.close();
  expect([status, json.error.code]).toEqual([500, "CredentialsDenied"]);
  expect(other.lines.join("\n")).toContain('"stsCode":"UnauthorizedOperation"');
});

test("an upload role without rights to the rule's prefix is refused by COS", async () => {
  const other = await startTestEmulator({
    keyless: true,
    roles: { "cos-upload": policyText("name/cos:PutObject", UPLOADS.replace("uploads/*", "elsewhere/*")) },
  });
  const { status, json } = await ask<PutAnswer>(`${other.url}/put-sign?ext=jpg`);
  const answer = await new MiniProgram(other.caFile).put(json, randomBytes(10));
  await other.close();
  expect([status, answer.status, answer.code]).toEqual([200, 403, "AccessDenied"]);
});

test("attack: a deployed function's role has no rights in SCF", async () => {
  const { account, scfEndpoint } = emulator;
  const connect = (key: { secretId: string; secretKey: string; token?: string }) =>
    new scf.v20180416.Client({
      credential: key,
      region: emulator.bucket.region,
      profile: { httpProfile: { protocol: "http://", endpoint: new URL(scfEndpoint).host } },
    });
  const owner = connect({ secretId: account.secretId, secretKey: account.secretKey });
  const name = { FunctionName: "spy" };
  await owner.CreateFunction({
    ...name,
    Runtime: "Nodejs20.19",
    Handler: "index.main_handler",
    Role: "scf-execution",
    Code: { ZipFile: SPY },
  });
  await expect.poll(async () => (await owner.GetFunction(name)).Status).toBe("Active");
  const env = JSON.parse((await owner.Invoke(name)).Result?.RetMsg ?? "{}");
  const role = {
    secretId: env.TENCENTCLOUD_SECRETID,
    secretKey: env.TENCENTCLOUD_SECRETKEY,
    token: env.TENCENTCLOUD_SESSIONTOKEN,
  };
  const refused = expect.objectContaining({ code: "UnauthorizedOperation.CAM" });
  await expect(connect(role).GetFunction(name)).rejects.toEqual(refused);
  await expect(
    connect(role).CreateFunction({ FunctionName: "spy2", Code: { ZipFile: SPY } }),
  ).rejects.toEqual(refused);
});

test("a function without an execution role says so in its log", async () => {
  const other = await startTestEmulator({
    environment: {
      COS_ROLE_ARN: "qcs::cam::uin/100000000001:roleName/cos-upload",
      COS_SECRET_ID: "",
      COS_SECRET_KEY: "",
    },
  });
  const { status } = await ask(`${other.url}/put-sign?ext=jpg`);
  await other.close();
  expect(status).toBe(500);
  expect(other.lines.join("\n")).toContain("the function has no execution role");
});
