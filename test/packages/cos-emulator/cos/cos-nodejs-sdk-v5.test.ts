import { createHash, randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import COS from "cos-nodejs-sdk-v5";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { parsePolicy } from "../../../../packages/cos-emulator/src/cam/parse-policy.ts";
import { EMULATED_BUCKET } from "../../../../packages/cos-emulator/src/cloud/account.ts";
import { TEST_ACCOUNT } from "../../../support/account.ts";
import { resource, startCos, type TestCos } from "./support.ts";

const AT = { Bucket: EMULATED_BUCKET.name, Region: EMULATED_BUCKET.region };
const KEY = "目录/a b+c!'()*~100%.bin";

async function client(cos: TestCos, options: Partial<COS.COSOptions> = {}): Promise<COS> {
  const home = await mkdtemp(join(tmpdir(), "cos-sdk-"));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  return new COS({
    SecretId: TEST_ACCOUNT.secretId,
    SecretKey: TEST_ACCOUNT.secretKey,
    Protocol: "http:",
    Domain: cos.host,
    AutoSwitchHost: false,
    Timeout: 60_000,
    ConfCwd: home,
    ...options,
  });
}

describe.each([
  ["configured by Domain", (cos: TestCos) => ({ Domain: cos.host })],
  ["configured by Ip, with the bucket's own host", (cos: TestCos) => ({ Domain: "", Ip: cos.host })],
])("the official SDK, %s,", (_, options) => {
  test("puts, heads, gets, lists and deletes", async () => {
    const cos = await startCos({ clock: Date.now });
    const sdk = await client(cos, options(cos));
    const body = randomBytes(200_000);
    const put = await sdk.putObject({ ...AT, Key: KEY, Body: body, ContentType: "application/x-test" });
    expect(put.statusCode).toBe(200);
    expect(put.ETag).toBe(`"${createHash("md5").update(body).digest("hex")}"`);

    const head = await sdk.headObject({ ...AT, Key: KEY });
    expect(head.headers).toMatchObject({ "content-length": "200000", "content-type": "application/x-test" });

    const get = await sdk.getObject({ ...AT, Key: KEY });
    expect(get.Body.equals(body)).toBe(true);
    const part = await sdk.getObject({ ...AT, Key: KEY, Range: "bytes=100-199" });
    expect(part.statusCode).toBe(206);
    expect(part.Body.equals(body.subarray(100, 200))).toBe(true);

    const list = await sdk.getBucket({ ...AT, Prefix: "目录/", MaxKeys: 10 });
    expect(list.Contents.map((object) => object.Key)).toEqual([KEY]);

    expect((await sdk.deleteObject({ ...AT, Key: KEY })).statusCode).toBe(204);
    await expect(sdk.headObject({ ...AT, Key: KEY })).rejects.toMatchObject({ statusCode: 404 });
    await expect(sdk.getObject({ ...AT, Key: KEY })).rejects.toMatchObject({
      statusCode: 404,
      code: "NoSuchKey",
    });
  });
});

test("the official SDK uploads a file as a stream", async () => {
  const cos = await startCos({ clock: Date.now });
  const sdk = await client(cos);
  const path = join(cos.directory, "source.bin");
  const body = randomBytes(3_000_000);
  await writeFile(path, body);
  await sdk.putObject({ ...AT, Key: "big.bin", Body: createReadStream(path), ContentLength: body.length });
  expect(cos.store.get("big.bin")?.md5).toBe(createHash("md5").update(body).digest("hex"));
});

test("the official SDK signs with a temporary key and its token", async () => {
  const cos = await startCos({ clock: Date.now });
  const statement = [{ effect: "allow", action: "name/cos:PutObject", resource: resource("u/1/a.jpg") }];
  const now = Math.floor(Date.now() / 1000);
  const policy = parsePolicy(JSON.stringify({ version: "2.0", statement }));
  const credential = cos.credentials.issue([policy], 1800, now);
  const sdk = await client(cos, {
    getAuthorization: (_options, callback) =>
      callback({
        TmpSecretId: credential.tmpSecretId,
        TmpSecretKey: credential.tmpSecretKey,
        SecurityToken: credential.token,
        StartTime: credential.issuedTime,
        ExpiredTime: credential.expiredTime,
        ScopeLimit: true,
      }),
  });
  expect((await sdk.putObject({ ...AT, Key: "u/1/a.jpg", Body: "x" })).statusCode).toBe(200);
  await expect(sdk.putObject({ ...AT, Key: "u/2/a.jpg", Body: "x" })).rejects.toMatchObject({
    statusCode: 403,
    code: "AccessDenied",
  });
  await expect(sdk.getObject({ ...AT, Key: "u/1/a.jpg" })).rejects.toMatchObject({ statusCode: 403 });
});

test("a URL that the official SDK signs downloads the object", async () => {
  const cos = await startCos({ clock: Date.now });
  const sdk = await client(cos);
  await sdk.putObject({ ...AT, Key: KEY, Body: "bytes" });
  const url = await new Promise<string>((resolve, reject) => {
    const query = { "response-content-type": "text/plain; charset=utf-8" };
    sdk.getObjectUrl({ ...AT, Key: KEY, Sign: true, Query: query }, (error, data) => {
      if (error) reject(error);
      else resolve(data.Url);
    });
  });
  const answer = await fetch(url);
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toBe("text/plain; charset=utf-8");
  expect(await answer.text()).toBe("bytes");
  expect((await fetch(url.replace("text%2Fplain", "text%2Fhtml"))).status).toBe(403);
});

test("the official SDK corrects its clock by a refusal's Date and retries", async () => {
  const cos = await startCos({ clock: () => Date.now() + 3_600_000 });
  const said = vi.spyOn(console, "error").mockImplementation(() => undefined);
  onTestFinished(() => said.mockRestore());
  const sdk = await client(cos);
  expect((await sdk.putObject({ ...AT, Key: "a", Body: "x" })).statusCode).toBe(200);
  expect(said).toHaveBeenCalledWith("error: Local time is too skewed.");
});
