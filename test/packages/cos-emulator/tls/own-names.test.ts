import { readFile } from "node:fs/promises";
import { type ClientRequest, request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { join } from "node:path";
import cosUtil from "cos-nodejs-sdk-v5/sdk/util.js";
import { expect, test } from "vitest";
import {
  type Emulator,
  type EmulatorOptions,
  startEmulator,
} from "../../../../packages/cos-emulator/src/index.ts";
import { onTestEnd, temporaryFolder } from "../fixture-functions.ts";

const UPLOADS = "uploads-1250000000.cos.ap-guangzhou.myqcloud.com";
const PICTURES = "pictures-1250000000.cos.ap-beijing.myqcloud.com";
const FILMS = "films-1250000000.cos.ap-shanghai.tencentcos.cn";

async function start(options: Partial<EmulatorOptions> = {}): Promise<Emulator> {
  const emulator = await startEmulator(options);
  onTestEnd(() => emulator.close());
  return emulator;
}

interface Asked {
  readonly method?: string;
  /** The only authority to trust; plain HTTP without one. */
  readonly ca?: string;
  /** @default COS's own */
  readonly at?: string;
}

/** The status of a signed request to a bucket's own name, or the code of what prevented it. */
function ask(emulator: Emulator, host: string, { method = "HEAD", ca, at }: Asked): Promise<number | string> {
  const [hostname, port] = (at ?? emulator.cosHost).split(":");
  const now = Math.floor(Date.now() / 1000);
  const authorization = cosUtil.getAuth({
    SecretId: emulator.account.secretId,
    SecretKey: emulator.account.secretKey,
    Method: method,
    Key: "",
    Headers: { host },
    KeyTime: `${now - 5};${now + 900}`,
  });
  const options = { hostname, port, method, headers: { host, authorization }, agent: false };
  return new Promise((resolve) => {
    const answered = (response: IncomingMessage) => resolve(response.resume().statusCode ?? 0);
    const sent: ClientRequest =
      ca === undefined
        ? httpRequest(options, answered)
        : httpsRequest({ ...options, ca, servername: host }, answered);
    sent.on("error", (error) => resolve("code" in error ? String(error.code) : error.message));
    sent.end();
  });
}

const caOf = (emulator: Emulator) => readFile(emulator.caFile, "utf8");

test("a bucket created at run time has HTTPS under its own names, for clients that read the authority again", async () => {
  const emulator = await start();
  const before = await caOf(emulator);
  expect(await ask(emulator, PICTURES, { ca: before })).toBe("ERR_TLS_CERT_ALTNAME_INVALID");
  expect(await ask(emulator, PICTURES, { method: "PUT" })).toBe(200);
  const after = await caOf(emulator);
  expect(after).toBe(emulator.authority.certificatePem);
  expect(await ask(emulator, PICTURES, { ca: after })).toBe(200);
  expect(await ask(emulator, PICTURES.replace("myqcloud.com", "tencentcos.cn"), { ca: after })).toBe(200);
  expect(await ask(emulator, UPLOADS, { ca: after })).toBe(200);
});

test("clients with the earlier authority keep access to the other buckets", async () => {
  const emulator = await start();
  const before = await caOf(emulator);
  await ask(emulator, PICTURES, { method: "PUT" });
  expect(await ask(emulator, UPLOADS, { ca: before })).toBe(200);
  // The code for a name that the authority may not certify differs between versions of OpenSSL.
  expect(await ask(emulator, PICTURES, { ca: before })).toBeTypeOf("string");
});

test("two buckets created at the same time both have it", async () => {
  const emulator = await start();
  const made = [PICTURES, FILMS].map((host) => ask(emulator, host, { method: "PUT" }));
  expect(await Promise.all(made)).toEqual([200, 200]);
  const ca = await caOf(emulator);
  expect(await ask(emulator, PICTURES, { ca })).toBe(200);
  expect(await ask(emulator, FILMS, { ca })).toBe(200);
});

test("a bucket still has it after the next start, under the same authority", async () => {
  const dataDirectory = await temporaryFolder();
  const first = await start({ dataDirectory });
  await ask(first, PICTURES, { method: "PUT" });
  const ca = await caOf(first);
  await first.close();
  const again = await start({ dataDirectory });
  expect(await caOf(again)).toBe(ca);
  expect(await ask(again, PICTURES, { ca })).toBe(200);
});

test("the edge presents it too, and the file of all authorities includes it", async () => {
  const emulator = await start({ cdnDomains: ["img.example.test"] });
  await ask(emulator, PICTURES, { method: "PUT" });
  const ca = await readFile(join(emulator.dataDirectory, "tls", "all-ca.pem"), "utf8");
  expect(ca.startsWith(await caOf(emulator))).toBe(true);
  expect(await ask(emulator, PICTURES, { ca, at: emulator.https?.edge ?? "" })).toBe(200);
});

test("attack: a bucket of another APPID, which is refused, gets no certificate", async () => {
  const emulator = await start();
  const before = await caOf(emulator);
  expect(await ask(emulator, PICTURES.replace("1250000000", "1259999999"), { method: "PUT" })).toBe(403);
  expect(await caOf(emulator)).toBe(before);
});
