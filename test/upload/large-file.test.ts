import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { type BadNetwork, startBadNetwork } from "../support/bad-network.ts";
import { ask, startTestEmulator } from "./emulator.ts";
import { type GetAuthorization, type SdkCredentials, startNodeSdk, startWxSdk } from "./sdk.ts";

const MiB = 1024 ** 2;
const CREDENTIAL_SECONDS = 240;
/** Longer than a credential lasts, but not so long that STS rejects a function's clock. */
const JUMP_MS = 290_000;

let emulator: Awaited<ReturnType<typeof startTestEmulator>>;
let directory: string;
let bearer: { readonly headers: { readonly authorization: string } };
let now = Date.now();
beforeAll(async () => {
  emulator = await startTestEmulator({
    clock: () => now,
    environment: { UPLOAD_AUTH: "jwt", SIGNATURE_SECONDS: String(CREDENTIAL_SECONDS) },
  });
  const { json } = await ask<{ token: string }>(`${emulator.url}/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ code: "user-ann-1" }),
  });
  bearer = { headers: { authorization: `Bearer ${json.token}` } };
  directory = await mkdtemp(join(tmpdir(), "large-file-"));
});
afterAll(async () => {
  await emulator.close();
  await rm(directory, { recursive: true });
});
beforeEach(() => {
  now = Date.now();
});
/** The answer of upload-credentials. */
interface Grant {
  readonly bucket: string;
  readonly region: string;
  readonly key: string;
  readonly rule: string;
  readonly renewal: string;
  readonly credentials: SdkCredentials;
}

async function askFor(query: Record<string, string>): Promise<Grant> {
  const url = `${emulator.url}/upload-credentials?${new URLSearchParams(query)}`;
  const { status, json } = await ask<Grant>(url, bearer);
  expect(status).toBe(200);
  return json;
}

/** The getAuthorization of an app that keeps a grant and renews it shortly before it expires. */
function authorizationOf(first: Grant): { getAuthorization: GetAuthorization; readonly renewed: number } {
  let grant = first;
  let renewed = 0;
  const fresh = async (offsetMs: number): Promise<SdkCredentials> => {
    const seconds = (Date.now() + offsetMs) / 1000;
    if (grant.credentials.ExpiredTime - seconds < 120) {
      const { key, rule, renewal } = grant;
      grant = await askFor({ key, rule, renewal });
      renewed += 1;
    }
    // A copy: the SDK writes into what it gets.
    return { ...grant.credentials };
  };
  return {
    getAuthorization({ SystemClockOffset }, callback) {
      // Without credentials the SDK fails; without a call it would wait forever.
      fresh(SystemClockOffset).then(callback, () => callback({}));
    },
    get renewed() {
      return renewed;
    },
  };
}

async function newFile(size: number): Promise<{ path: string; bytes: Buffer }> {
  const bytes = randomBytes(size);
  const path = join(directory, `${createHash("md5").update(bytes).digest("hex")}.mp4`);
  await writeFile(path, bytes);
  onTestFinished(() => rm(path));
  return { path, bytes };
}

/** The object under the key, as a caller reads it. */
async function stored(key: string): Promise<Buffer> {
  const { json } = await ask<{ url: string }>(`${emulator.url}/object-url?key=${key}`, bearer);
  const response = await fetch(json.url.replace("https://", "http://"));
  expect(response.status).toBe(200);
  return Buffer.from(await response.arrayBuffer());
}

/** How many parts of an upload the bucket has, once the last that was on its way is stored or lost. */
async function partsStored(key: string): Promise<number> {
  const { uploads } = emulator.store;
  const [upload] = uploads.all().filter((one) => one.key === key);
  if (upload === undefined) throw new Error(`No upload of ${key} has begun.`);
  const folder = join(emulator.dataDirectory, "objects", "uploads", upload.uploadId);
  for (let before = -1; ; ) {
    await sleep(300);
    // On a busy machine the time may be over before what has arrived is read.
    for (let turn = 0; turn < 20; turn += 1) await nextTurn();
    const count = uploads.parts(upload.uploadId).length;
    const files = await readdir(folder);
    // The upload's own, and two for each part; a part that is arriving has one.
    if (count === before && files.length === 1 + 2 * count) return count;
    before = count;
  }
}

/** A test's own network to the bucket. */
async function newNetwork(): Promise<BadNetwork> {
  const network = await startBadNetwork(Number(new URL(emulator.cosUrl).port));
  onTestFinished(() => network.close());
  return network;
}

/** Moves both clocks of the cloud forward while a part is being sent. */
function jumpAtPart(network: BadNetwork, wanted: number): void {
  const said = vi.spyOn(console, "error").mockImplementation(() => undefined);
  let jumped = 0;
  network.onPart = (partNumber) => {
    if (partNumber !== wanted || jumped > 0) return;
    jumped = JUMP_MS;
    now += JUMP_MS;
  };
  onTestFinished(() => {
    now -= jumped;
    said.mockRestore();
  });
}

/** The two SDKs wrap COS's code in errors of different shapes. */
const withCode = (code: string) => (error: unknown) => JSON.stringify(error).includes(`"${code}"`);

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : JSON.stringify(error);
}

const SDKS = [
  ["cos-wx-sdk-v5", startWxSdk],
  ["cos-nodejs-sdk-v5", startNodeSdk],
] as const;

describe.each(SDKS)("%s", (_, startSdk) => {
  const start = (network: BadNetwork, getAuthorization: GetAuthorization) =>
    startSdk({ getAuthorization, directory, port: network.port });

  test("uploads 13 parts over a bad network: two are cut, then the app is restarted and continues", async () => {
    const { path, bytes } = await newFile(12.5 * MiB);
    const grant = await askFor({ ext: "mp4", size: String(bytes.length) });
    const { bucket: Bucket, region: Region, key: Key, rule, renewal } = grant;
    const upload = { Bucket, Region, Key, FilePath: path, ChunkSize: MiB, AsyncLimit: 2 };

    const lost = await newNetwork();
    lost.cuts.add(2).add(5);
    lost.onPart = (partNumber) => partNumber === 8 && lost.goOffline();
    const interrupted = start(lost, authorizationOf(grant).getAuthorization).sliceUploadFile(upload);
    await expect(interrupted).rejects.toBeDefined();
    const again = authorizationOf(await askFor({ key: Key, rule, renewal }));
    const storedBefore = await partsStored(Key);
    expect(storedBefore).toBeGreaterThanOrEqual(6);
    expect(storedBefore).toBeLessThan(13);
    for (const broken of [2, 5]) expect(lost.parts.filter((part) => part === broken)).toHaveLength(2);

    const network = await newNetwork();
    await start(network, again.getAuthorization).sliceUploadFile(upload);
    expect(network.parts).toHaveLength(13 - storedBefore);
    expect(new Set([...lost.parts, ...network.parts]).size).toBe(13);
    expect((await stored(Key)).equals(bytes)).toBe(true);
  });

  test("continues when the credential expires during the upload, and is renewed for the same key", async () => {
    const { path, bytes } = await newFile(6 * MiB);
    const grant = await askFor({ ext: "mp4", size: String(bytes.length) });
    const { bucket: Bucket, region: Region, key: Key } = grant;
    const network = await newNetwork();
    jumpAtPart(network, 3);
    const authorization = authorizationOf(grant);
    const sdk = start(network, authorization.getAuthorization);
    await sdk.sliceUploadFile({ Bucket, Region, Key, FilePath: path, ChunkSize: MiB, AsyncLimit: 1 });
    expect(authorization.renewed).toBe(1);
    expect(network.parts).toEqual([1, 2, 3, 3, 4, 5, 6]);
    expect((await stored(Key)).equals(bytes)).toBe(true);
  });

  test("fails if it gets the old credential again", async () => {
    const { path } = await newFile(3 * MiB);
    const grant = await askFor({ ext: "mp4" });
    const { bucket: Bucket, region: Region, key: Key } = grant;
    const network = await newNetwork();
    jumpAtPart(network, 2);
    const sdk = start(network, (_options, callback) => callback({ ...grant.credentials }));
    const upload = sdk.sliceUploadFile({
      Bucket,
      Region,
      Key,
      FilePath: path,
      ChunkSize: MiB,
      AsyncLimit: 1,
    });
    await expect(upload).rejects.toSatisfy(withCode("AccessDenied"));
  });

  test("fails, and does not hang, if the credential is not renewed", async () => {
    const { path } = await newFile(3 * MiB);
    const grant = await askFor({ ext: "mp4" });
    const { bucket: Bucket, region: Region, key: Key } = grant;
    const network = await newNetwork();
    jumpAtPart(network, 2);
    const sdk = start(network, authorizationOf({ ...grant, renewal: "made-up" }).getAuthorization);
    const upload = sdk.sliceUploadFile({
      Bucket,
      Region,
      Key,
      FilePath: path,
      ChunkSize: MiB,
      AsyncLimit: 1,
    });
    await expect(upload).rejects.toSatisfy((error) => messageOf(error).includes("TmpSecretId"));
  });

  test("cannot upload to another key with these credentials", async () => {
    const { path } = await newFile(2 * MiB);
    const grant = await askFor({ ext: "mp4" });
    const { bucket: Bucket, region: Region, key } = grant;
    const sdk = start(await newNetwork(), authorizationOf(grant).getAuthorization);
    const upload = sdk.sliceUploadFile({ Bucket, Region, Key: `${key}2`, FilePath: path });
    await expect(upload).rejects.toSatisfy(withCode("AccessDenied"));
  });

  test("aborts an upload with its parts", async () => {
    const { path } = await newFile(2 * MiB);
    const grant = await askFor({ ext: "mp4" });
    const { bucket: Bucket, region: Region, key: Key } = grant;
    const network = await newNetwork();
    network.onPart = (partNumber) => partNumber === 2 && network.goOffline();
    const upload = { Bucket, Region, Key, FilePath: path, ChunkSize: MiB, AsyncLimit: 1 };
    const { getAuthorization } = authorizationOf(grant);
    await expect(start(network, getAuthorization).sliceUploadFile(upload)).rejects.toBeDefined();

    const sdk = start(await newNetwork(), getAuthorization);
    const uploads = () => sdk.multipartList({ Bucket, Region, Prefix: Key });
    expect((await uploads()).Upload).toHaveLength(1);
    await sdk.abortUploadTask({ Bucket, Region, Key, Level: "file" });
    expect((await uploads()).Upload).toHaveLength(0);
  });
});

describe("a small file, which cos-wx-sdk-v5 sends in one piece,", () => {
  const send = async (SimpleUploadMethod: "putObject" | "postObject") => {
    const { path, bytes } = await newFile(1000);
    const grant = await askFor({ ext: "mp4", size: String(bytes.length) });
    const { bucket: Bucket, region: Region, key: Key } = grant;
    const { port } = await newNetwork();
    const { getAuthorization } = authorizationOf(grant);
    const sdk = startWxSdk({ getAuthorization, directory, port, SimpleUploadMethod });
    await sdk.uploadFile({ Bucket, Region, Key, FilePath: path });
    expect((await stored(Key)).equals(bytes)).toBe(true);
  };

  test("is sent by PUT if configured", () => send("putObject"));

  test("is not sent by POST, the default, whose size storage could not limit", async () => {
    await expect(send("postObject")).rejects.toSatisfy(withCode("AccessDenied"));
  });
});
