import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { get as httpGet } from "node:http";
import { get as httpsGet } from "node:https";
import { connect } from "node:net";
import { join } from "node:path";
import { Readable } from "node:stream";
import { connect as connectTls } from "node:tls";
import cosUtil from "cos-nodejs-sdk-v5/sdk/util.js";
import { expect, test, vi } from "vitest";
import {
  type Emulator,
  type EmulatorOptions,
  startEmulator,
} from "../../../packages/cos-emulator/src/index.ts";
import { onTestEnd, SHOW_ENVIRONMENT, temporaryFolder, writeFunctions } from "./fixture-functions.ts";

async function start(options: Partial<EmulatorOptions> = {}): Promise<Emulator> {
  const emulator = await startEmulator(options);
  onTestEnd(() => emulator.close());
  return emulator;
}

/** A function of the test's own, by its name. */
async function functionOf(name: string, source: string) {
  const folder = await writeFunctions({ [name]: source });
  return [{ name, file: join(folder, name, "index.js") }];
}

interface Signer {
  readonly secretId: string;
  readonly secretKey: string;
  readonly token?: string;
}

/** A request to COS, signed by the official SDK's code for 900 seconds from now. */
function signed(
  emulator: Emulator,
  method: string,
  key: string,
  signer: Signer = emulator.account,
  query = "",
) {
  const { host } = new URL(emulator.cosUrl);
  const { secretId: SecretId, secretKey: SecretKey, token } = signer;
  const Headers = { host };
  const Query = query === "" ? {} : { [query]: "" };
  const now = Math.floor(Date.now() / 1000);
  const KeyTime = `${now - 5};${now + 900}`;
  const authorization = cosUtil.getAuth({
    SecretId,
    SecretKey,
    Method: method,
    Key: key,
    Headers,
    KeyTime,
    Query,
  });
  const headers = { authorization, ...(token !== undefined && { "x-cos-security-token": token }) };
  return (body?: string) =>
    fetch(`${emulator.cosUrl}/${key}?${query}`, { method, headers, ...(body !== undefined && { body }) });
}

const ANY = {
  version: "2.0",
  statements: [{ effect: "allow", actions: ["*"], resources: ["*"], conditions: [] }],
} as const;

test("moving the clock forward makes a signature and a credential expire without waiting", async () => {
  const emulator = await start();
  const put = signed(emulator, "PUT", "a.txt");
  expect((await put("a")).status).toBe(200);
  emulator.clock.advance(901_000);
  const late = await put("a");
  expect(late.status).toBe(403);
  expect(await late.text()).toContain("<Message>Request has expired</Message>");

  emulator.clock.reset();
  const now = Math.floor(emulator.clock.now() / 1000);
  const { tmpSecretId, tmpSecretKey, token } = emulator.credentials.issue([ANY], 600, now);
  const get = signed(emulator, "GET", "a.txt", { secretId: tmpSecretId, secretKey: tmpSecretKey, token });
  expect((await get()).status).toBe(200);
  emulator.clock.advance(601_000);
  expect((await get()).status).toBe(403);
  expect(emulator.requests.at(-1)).toMatchObject({ service: "COS", code: "ExpiredToken" });
});

test("the clock runs on from the time that it is set to, and a certificate stays valid", async () => {
  const emulator = await start({ clock: () => 1_000 });
  emulator.clock.set(new Date("2030-01-01T00:00:00Z"));
  expect(emulator.clock.now()).toBe(Date.UTC(2030, 0));
  emulator.clock.advance(-1500);
  expect(emulator.clock.now()).toBe(Date.UTC(2030, 0) - 1500);
  expect(() => emulator.clock.set(Number.NaN)).toThrow(RangeError);
  expect(() => emulator.clock.advance(Number.POSITIVE_INFINITY)).toThrow(RangeError);
  expect(emulator.clock.now()).toBe(Date.UTC(2030, 0) - 1500);
  expect(await healthByTls(emulator.stsEndpoint, emulator)).toEqual([200, '{"status":"ok"}']);
});

test("every request is logged with the reason for a refusal, and without anything that could be a signature", async () => {
  const emulator = await start({ functions: await functionOf("show", SHOW_ENVIRONMENT) });
  await signed(emulator, "PUT", "photos/a.jpg")("a");
  await fetch(`${emulator.cosUrl}/photos/a.jpg?sign=q-signature%3Dsecret`);
  await fetch(`${emulator.url}/show?token=secret`);
  await fetch(`${emulator.url}/nothing`);
  await getByTls(emulator.stsEndpoint, "/?Action=GetFederationToken&SecretId=secret", emulator);
  await getByTls(emulator.weChatEndpoint, "/sns/jscode2session?secret=secret", emulator);
  await fetch(emulator.url, { headers: { origin: "https://evil.example" } });
  expect(emulator.requests).toMatchObject([
    { service: "COS", method: "PUT", path: "/photos/a.jpg", status: 200, code: undefined },
    { service: "COS", method: "GET", path: "/photos/a.jpg", status: 403, code: "InvalidSecurity" },
    { service: "functions", method: "GET", path: "/show", status: 200, code: undefined },
    { service: "functions", method: "GET", path: "/nothing", status: 404, code: "NotFound" },
    { service: "STS", method: "GET", path: "/", status: 200, code: "MissingParameter" },
    { service: "WeChat", path: "/sns/jscode2session", status: 200, code: "41002", reason: "appid missing" },
    { service: "functions", path: "/", status: 403, code: "OriginNotAllowed" },
  ]);
  for (const { code, reason, requestId } of emulator.requests.slice(0, 5)) {
    if (code !== undefined) expect(reason).toMatch(/\w/);
    if (code !== "NotFound") expect(requestId).toMatch(/\w/);
  }
  const kept = JSON.stringify(emulator.requests);
  expect(kept).not.toContain("secret");
  expect(kept).not.toContain(emulator.account.secretKey);
});

test("the loopback address as host opens nothing more, and no second listener on the same port", async () => {
  const emulator = await start({ host: "127.0.0.1" });
  expect(emulator.networkUrl).toBeUndefined();
  expect((await fetch(`${emulator.url}/health`)).status).toBe(200);
  expect((await fetch(emulator.cosUrl)).status).not.toBe(500);
});

test.each(["0.0.0.0", "::", "8.8.8.8", "10.255.255.254", "localhost", ""])(
  "attack: the host %j cannot open it to the internet",
  async (host) => {
    await expect(startEmulator({ host })).rejects.toThrow(/^The host ".*" is not an address of this machine/);
  },
);

test("a function call is logged without secrets that would let others repeat it, however they are named and encoded", async () => {
  const emulator = await start({ functions: await functionOf("show", SHOW_ENVIRONMENT) });
  const signed = `${"eyJhbGciOiJIUzI1NiJ9"}.${"c2VjcmV0c2VjcmV0c2VjcmV0"}`;
  const hidden = [
    "renewal",
    "Renewal",
    "%72enewal",
    "sig%6eature",
    "session",
    "apikey",
    "otp",
    "x-cos-security%2Dtoken",
  ];
  const asked = [
    ...hidden.map((name) => [`${name}=kept-from-others`, `${name}=…`]),
    [`r=${signed}`, "r=…"],
    [`r=${signed.replace(".", "%2E")}.`, "r=…"],
    ["ext=jpg&name=a+b%zz.jpg&token&sign=&=x", "ext=jpg&name=a+b%zz.jpg&token&sign=&=x"],
    ["key=uploads%2F20261127%2F1795789465_48848afd97e450c07e3623cb31899738.jpg", undefined],
  ] as const;
  for (const [query] of asked) await fetch(`${emulator.url}/show?${query}`);
  expect(emulator.requests.map(({ query }) => query)).toEqual(asked.map(([query, shown]) => shown ?? query));
});

test("a request that is cut off is logged with the active fault", async () => {
  const emulator = await start({ faults: ["sts=reset"] });
  await expect(getByTls(emulator.stsEndpoint, "/", emulator)).rejects.toThrow();
  await expect
    .poll(() => emulator.requests)
    .toMatchObject([{ service: "STS", status: 0, reason: "the fault sts=reset is on" }]);
});

test("only the last thousand requests are kept", async () => {
  const emulator = await start();
  await signed(emulator, "PUT", "first")("a");
  const { port } = new URL(emulator.url);
  const pipelined = "HEAD /x HTTP/1.1\r\nhost: localhost\r\n\r\n".repeat(1000);
  const socket = connect(Number(port), "127.0.0.1").resume();
  onTestEnd(async () => socket.destroy());
  socket.write(pipelined);
  await expect.poll(() => emulator.requests.at(-1)?.path).toBe("/x");
  await expect.poll(() => emulator.requests.some(({ path }) => path === "/first")).toBe(false);
  expect(emulator.requests).toHaveLength(1000);
});

test("seed stores a folder's files under their paths, with the types of their extensions", async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, "photos", "照片"), { recursive: true });
  await writeFile(join(folder, "photos", "照片", "a.JPG"), "jpeg");
  await writeFile(join(folder, "b.json"), "{}");
  await writeFile(join(folder, "none"), "");
  const emulator = await start();
  expect(await emulator.seed(folder)).toEqual(["b.json", "none", "photos/照片/a.JPG"]);
  const types = emulator.store.all().map(({ key, contentType, size }) => [key, contentType, size]);
  expect(types.sort()).toEqual([
    ["b.json", "application/json", 2],
    ["none", "application/octet-stream", 0],
    ["photos/照片/a.JPG", "image/jpeg", 4],
  ]);
  const got = await signed(emulator, "GET", "b.json")();
  expect([got.headers.get("content-type"), await got.text()]).toEqual(["application/json", "{}"]);
  expect(emulator.requests).toHaveLength(1);
});

test("seed stores nothing if a path is not a valid key or the folder is missing", async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, "a.txt"), "a");
  await writeFile(join(folder, "line\nbreak.txt"), "b");
  const emulator = await start();
  await expect(emulator.seed(folder)).rejects.toMatchObject({ code: "InvalidURI" });
  await expect(emulator.seed(join(folder, "nowhere"))).rejects.toThrow("nowhere");
  expect(emulator.store.all()).toEqual([]);
});

test("reset removes everything since the start, and keeps addresses and secrets", async () => {
  const source =
    "let n = 0; exports.main_handler = async () => ({ statusCode: 200, body: String((n += 1)) });";
  const dataDirectory = await temporaryFolder();
  const emulator = await start({
    dataDirectory,
    faults: ["cos=slow"],
    functions: await functionOf("count", source),
  });
  emulator.faults.cos = undefined;
  const count = async () => (await fetch(`${emulator.url}/count`)).text();
  expect([await count(), await count()]).toEqual(["1", "2"]);
  await signed(emulator, "PUT", "a.txt")("a");
  await emulator.store.uploads.begin(
    "b.txt",
    { contentType: "text/plain", storageClass: "STANDARD", headers: {} },
    0,
  );
  const { tmpSecretId, tmpSecretKey, token } = emulator.credentials.issue([ANY], 600, Date.now() / 1000);
  const versioning = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
  expect((await signed(emulator, "PUT", "", emulator.account, "versioning")(versioning)).status).toBe(200);
  emulator.clock.advance(60_000);

  await emulator.reset();
  expect(emulator.faults.cos).toBe("slow");
  emulator.faults.cos = undefined;
  expect(Math.abs(emulator.clock.now() - Date.now())).toBeLessThan(30_000);
  expect(emulator.requests).toEqual([]);
  expect(emulator.store.all()).toEqual([]);
  expect(emulator.store.uploads.all()).toEqual([]);
  expect(await readdir(join(dataDirectory, "objects", "data"))).toEqual([]);
  expect(await readdir(join(dataDirectory, "objects", "uploads"))).toEqual([]);
  expect(await count()).toBe("1");
  const settings = await signed(emulator, "GET", "", emulator.account, "versioning")();
  expect(await settings.text()).not.toContain("Enabled");
  const temporary = { secretId: tmpSecretId, secretKey: tmpSecretKey, token };
  expect((await signed(emulator, "GET", "a.txt", temporary)()).status).toBe(403);
  expect(emulator.requests.at(-1)).toMatchObject({ code: "InvalidAccessKeyId" });
  expect((await signed(emulator, "GET", "a.txt")()).status).toBe(404);
});

test("more buckets exist from the start, and again, empty, after a reset", async () => {
  const name = "pictures-1250000000";
  const emulator = await start({ buckets: [{ name, region: "ap-beijing" }] });
  const folder = await temporaryFolder();
  await writeFile(join(folder, "a.txt"), "a");
  await emulator.seed(folder, name);
  expect(
    emulator
      .storeOf(name)
      ?.all()
      .map(({ key }) => key),
  ).toEqual(["a.txt"]);
  expect(emulator.store.all()).toEqual([]);
  await emulator.reset();
  expect(emulator.storeOf(name)?.all()).toEqual([]);
  await expect(emulator.seed(folder, "none-1250000000")).rejects.toThrow(
    "There is no bucket none-1250000000",
  );
});

test("HTTPS works for the names of more buckets, for clients that trust the local authority", async () => {
  const buckets = [{ name: "pictures-1250000000", region: "ap-beijing" }];
  const emulator = await start({ buckets });
  const ca = await readFile(emulator.caFile);
  const { port } = new URL(emulator.cosUrl);
  const authorized = (servername: string) =>
    new Promise<boolean>((resolve, reject) => {
      const options = { host: "127.0.0.1", port: Number(port), servername, ca, rejectUnauthorized: false };
      const socket = connectTls(options, () => {
        resolve(socket.authorized);
        socket.destroy();
      }).on("error", reject);
    });
  expect(await authorized("pictures-1250000000.cos.ap-beijing.myqcloud.com")).toBe(true);
  expect(await authorized("uploads-1250000000.cos.ap-guangzhou.myqcloud.com")).toBe(true);
  expect(await authorized("others-1250000000.cos.ap-beijing.myqcloud.com")).toBe(false);
});

test.each([
  ["another account's bucket", { name: "a-1250000001", region: "ap-beijing" }, "AccessDenied"],
  ["a name without an APPID", { name: "pictures", region: "ap-beijing" }, "InvalidBucketName"],
  ["a path as a name", { name: "../a-1250000000", region: "ap-beijing" }, "InvalidBucketName"],
  ["an invalid region", { name: "a-1250000000", region: "beijing" }, "InvalidRegionName"],
])("an invalid bucket is refused at the start: %s", async (_what, bucket, code) => {
  await expect(startEmulator({ buckets: [bucket] })).rejects.toMatchObject({ code });
});

test("several emulators run in one process, independently of each other", async () => {
  const [one, two, three] = await Promise.all([start(), start(), start()]);
  expect(new Set([one, two, three].flatMap(({ url, cosUrl }) => [url, cosUrl])).size).toBe(6);
  expect((await signed(one, "PUT", "a.txt")("a")).status).toBe(200);
  expect((await signed(two, "PUT", "a.txt", one.account)("a")).status).toBe(403);
  two.clock.advance(901_000);
  expect((await signed(one, "GET", "a.txt")()).status).toBe(200);
  expect([one.store.all().length, two.store.all().length, three.requests.length]).toEqual([1, 0, 0]);
});

test("close leaves no file when no data folder was given", async () => {
  const folder = await temporaryFolder();
  vi.stubEnv("TMPDIR", folder);
  onTestEnd(async () => vi.unstubAllEnvs());
  const emulator = await startEmulator({ functions: await functionOf("show", SHOW_ENVIRONMENT) });
  await signed(emulator, "PUT", "a.txt")("a");
  await fetch(`${emulator.url}/show`);
  expect((await readdir(folder)).length).toBeGreaterThan(1);
  await emulator.close();
  expect(await readdir(folder)).toEqual([expect.stringMatching(/^emulator-test-/)]);
});

test("close leaves no thread: what needs it fails", async () => {
  const buckets = [{ name: "other-1250000000", region: "ap-beijing" }];
  const emulator = await start({ buckets, dataDirectory: await temporaryFolder() });
  const large = () => Readable.from([Buffer.alloc(2_000_000)], { objectMode: false });
  const stores = [emulator.store, emulator.storeOf("other-1250000000")];
  for (const store of stores) await (await store?.receive(large(), 2_000_000))?.discard();
  await emulator.close();
  for (const store of stores) {
    await expect(store?.receive(large(), 2_000_000)).rejects.toThrow("the thread was ended");
  }
});

test("functions may be given by a callback, even an asynchronous one, that gets the addresses", async () => {
  const emulator = await start({
    functions: async ({ cosHost }) =>
      (await functionOf("show", SHOW_ENVIRONMENT)).map((item) => ({
        ...item,
        environment: { COS: cosHost },
      })),
  });
  const answer: { env: Record<string, string> } = JSON.parse(
    await (await fetch(`${emulator.url}/show`)).text(),
  );
  expect(answer.env["COS"]).toBe(emulator.cosHost);
});

test("an unknown fault is reported, and nothing is started", async () => {
  await expect(startEmulator({ faults: ["sts=hnag"] })).rejects.toThrow('"sts=hnag" is not a fault');
});

test("GET /health answers on every port but COS's, where a path is a key, and is not logged", async () => {
  const emulator = await start();
  const ok = [200, '{"status":"ok"}'];
  for (const url of [emulator.url, emulator.scfEndpoint]) {
    const answer = await fetch(`${url}/health`);
    expect([answer.status, await answer.text()]).toEqual(ok);
  }
  for (const endpoint of [emulator.stsEndpoint, emulator.weChatEndpoint]) {
    expect(await healthByTls(endpoint, emulator)).toEqual(ok);
  }
  expect((await fetch(`${emulator.url}/health`, { method: "POST" })).status).toBe(405);
  expect(emulator.requests).toEqual([]);
  expect((await signed(emulator, "PUT", "health")("a")).status).toBe(200);
  expect(await (await signed(emulator, "GET", "health")()).text()).toBe("a");
});

test("every port keeps an idle connection for longer than a busy client may take", async () => {
  const emulator = await start({ cdnDomains: ["files.example.com"] });
  const { https } = emulator;
  for (const url of [emulator.url, emulator.cosUrl, emulator.scfEndpoint, `http://${https?.edge}`]) {
    const { headers } = await fetch(url);
    expect([url, headers.get("keep-alive")]).toEqual([url, "timeout=30"]);
  }
});

test("a function called health answers at /health itself", async () => {
  const emulator = await start({ functions: await functionOf("health", SHOW_ENVIRONMENT) });
  expect(await (await fetch(`${emulator.url}/health`)).text()).toContain('"pid"');
});

test("GET /_requests shows the last requests, newest first: as JSON, or as a table for a browser", async () => {
  const emulator = await start();
  await signed(emulator, "PUT", "a.txt")("a");
  // fetch would percent-encode it.
  await new Promise((resolve, reject) => {
    const options = { port: new URL(emulator.cosUrl).port, path: "/<script>alert(1)</script>", agent: false };
    httpGet(options, (response) => response.resume().on("end", resolve)).on("error", reject);
  });
  const { requests } = JSON.parse(await (await fetch(`${emulator.url}/_requests`)).text());
  expect(requests).toMatchObject([
    { service: "COS", method: "GET", status: 403, code: "AccessDenied", reason: expect.stringMatching(/\w/) },
    { service: "COS", method: "PUT", path: "/a.txt", status: 200 },
  ]);
  const answer = await fetch(`${emulator.url}/_requests`, { headers: { accept: "text/html,*/*" } });
  const page = await answer.text();
  expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
  expect(page).toContain("<td>/a.txt</td>");
  expect(page).toContain("alert(1)");
  expect(page).not.toContain("<script");
});

test("attack: a function's answer cannot make the log of requests large", async () => {
  const source = `exports.main_handler = async () => ({
    statusCode: 400, headers: {}, body: JSON.stringify({ error: { code: "c".repeat(1e6), message: "m".repeat(1e6) } }),
  });`;
  const emulator = await start({ functions: await functionOf("loud", source) });
  await (await fetch(`${emulator.url}/loud?${"q".repeat(5000)}`)).text();
  expect(JSON.stringify(emulator.requests).length).toBeLessThan(4000);
  expect(emulator.requests).toMatchObject([{ path: "/loud", code: expect.stringMatching(/^c{100}/) }]);
});

test("attack: a page of another site cannot read /_requests", async () => {
  const emulator = await start();
  const answer = await fetch(`${emulator.url}/_requests`, { headers: { origin: "https://evil.example" } });
  expect(answer.status).toBe(403);
});

function healthByTls(endpoint: string, emulator: Emulator) {
  return getByTls(endpoint, "/health", emulator);
}

function getByTls(
  endpoint: string,
  path: string,
  emulator: Emulator,
): Promise<[status: number, text: string]> {
  return new Promise((resolve, reject) => {
    const ca = emulator.authority.certificatePem;
    httpsGet(`https://${endpoint}${path}`, { ca, agent: false }, async (response) => {
      let text = "";
      for await (const chunk of response) text += chunk;
      resolve([response.statusCode ?? 0, text]);
    }).on("error", reject);
  });
}

test("the lifecycle is applied on request, by a call or by POST, at the emulator's time", async () => {
  const emulator = await start();
  const rules =
    "<LifecycleConfiguration><Rule><Filter><Prefix>tmp/</Prefix></Filter><Status>Enabled</Status><Expiration><Days>1</Days></Expiration></Rule></LifecycleConfiguration>";
  expect((await signed(emulator, "PUT", "", emulator.account, "lifecycle")(rules)).status).toBe(200);
  await signed(emulator, "PUT", "tmp/a")("x");
  const ask = async (method: string, headers = {}) =>
    fetch(`${emulator.url}/_emulator/lifecycle`, { method, headers });
  expect(await (await ask("POST")).json()).toEqual({ expired: 0, transitioned: 0, aborted: 0 });
  emulator.clock.advance(86_400_000);
  expect((await ask("GET")).status).toBe(405);
  expect((await ask("POST", { origin: "https://evil.example" })).status).toBe(403);
  expect(emulator.store.keys()).toEqual(["tmp/a"]);
  expect(await (await ask("POST")).json()).toEqual({ expired: 1, transitioned: 0, aborted: 0 });
  expect(await emulator.applyLifecycle()).toEqual({ expired: 0, transitioned: 0, aborted: 0 });
});
