import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer, get as httpGet } from "node:http";
import { get as httpsGet, type RequestOptions } from "node:https";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { expect, test } from "vitest";
import { type DevOptions, startDev } from "../../dev/emulator.ts";
import { listen, stop } from "../../packages/cos-emulator/src/cloud/listen.ts";
import { PortError } from "../../packages/cos-emulator/src/index.ts";
import {
  onTestEnd,
  SHOW_ENVIRONMENT,
  temporaryFolder,
  writeFunctions,
} from "../packages/cos-emulator/fixture-functions.ts";
import { lives } from "../packages/cos-emulator/scf/runtime/functions.ts";
import { freePort } from "../support/free-port.ts";

async function start(changes: Partial<DevOptions> = {}) {
  const logged: string[] = [];
  const emulator = await startDev({
    port: 0,
    cosPort: 0,
    stsPort: 0,
    dataDirectory: await temporaryFolder(),
    functionsDirectory: await writeFunctions({ show: SHOW_ENVIRONMENT }),
    log: (line) => logged.push(line),
    ...changes,
  });
  onTestEnd(() => emulator.close());
  return { emulator, logged };
}

function fetchText(url: string, options: RequestOptions = {}): Promise<{ status: number; text: string }> {
  const get = url.startsWith("https:") ? httpsGet : httpGet;
  return new Promise((resolve, reject) => {
    get(url, options, async (response) => {
      let text = "";
      for await (const chunk of response) text += chunk;
      resolve({ status: response.statusCode ?? 0, text });
    }).on("error", reject);
  });
}

test("a function gets exactly the environment that reaches the emulated cloud", async () => {
  const { emulator } = await start();
  const { status, text } = await fetchText(`${emulator.url}/show`);
  expect(status).toBe(200);
  const { env } = JSON.parse(text);
  expect(env).toMatchObject({
    COS_SECRET_ID: emulator.account.secretId,
    COS_SECRET_KEY: emulator.account.secretKey,
    COS_BUCKET: "uploads-1250000000",
    COS_REGION: "ap-guangzhou",
    COS_DOMAIN: emulator.cosHost,
    STS_ENDPOINT: emulator.stsEndpoint,
    UPLOAD_AUTH: "none",
    NODE_EXTRA_CA_CERTS: emulator.caFile,
    SCF_FUNCTIONNAME: "show",
    TENCENTCLOUD_REGION: "ap-guangzhou",
  });
});

test("a build under a running emulator does no harm, and code can be replaced in place", async () => {
  const functionsDirectory = await writeFunctions({ show: SHOW_ENVIRONMENT });
  const { emulator } = await start({ functionsDirectory });
  await rm(functionsDirectory, { recursive: true });
  emulator.functions.get("show")?.restart();
  expect((await fetchText(`${emulator.url}/show`)).status).toBe(200);
  const other = await writeFunctions({ show: `exports.main_handler = async () => ({ says: "other" });` });
  const file = join(other, "show", "index.js");
  await emulator.replaceCode("show", file);
  expect((await fetchText(`${emulator.url}/show`)).text).toBe('{"says":"other"}');
  await expect(emulator.replaceCode("nothing", file)).rejects.toThrow("There is no function nothing.");
});

test("variables of the command line override the defaults, and an empty one removes a default", async () => {
  const { emulator } = await start({ environment: { UPLOAD_AUTH: "jwt", COS_DOMAIN: "", EXTRA: "1" } });
  const { env } = JSON.parse((await fetchText(`${emulator.url}/show`)).text);
  expect(env).toMatchObject({ UPLOAD_AUTH: "jwt", EXTRA: "1" });
  expect(env).not.toHaveProperty("COS_DOMAIN");
});

test("COS answers http and https on one port, STS https, both under the local authority", async () => {
  const { emulator } = await start();
  const ca = await readFile(emulator.caFile);
  const plain = await fetchText(`${emulator.cosUrl}/nothing`);
  const secure = await fetchText(`https://${emulator.cosHost}/nothing`, { ca });
  expect([plain.status, secure.status]).toEqual([403, 403]);
  expect(secure.text).toContain("<Code>AccessDenied</Code>");
  const sts = await fetchText(`https://${emulator.stsEndpoint}/`, { ca });
  expect(JSON.parse(sts.text).Response.Error.Code).toBe("MissingParameter");
  await expect(fetchText(`https://${emulator.stsEndpoint}/`)).rejects.toMatchObject({
    code: "SELF_SIGNED_CERT_IN_CHAIN",
  });
});

test("/ lists the functions", async () => {
  const { emulator } = await start();
  const { text } = await fetchText(`${emulator.url}/`);
  expect(text).toContain(`${emulator.url}/show`);
});

test("the event shape can be chosen", async () => {
  const echo = "exports.main_handler = async (event) => ({ statusCode: 200, body: JSON.stringify(event) });";
  const functionsDirectory = await writeFunctions({ echo });
  const url = (await start({ functionsDirectory })).emulator.url;
  expect(JSON.parse((await fetchText(`${url}/echo`)).text)).not.toHaveProperty("requestContext");
  const gateway = (await start({ functionsDirectory, eventShape: "apigw" })).emulator.url;
  expect(JSON.parse((await fetchText(`${gateway}/echo`)).text)).toHaveProperty("requestContext");
});

test("the log has what a function prints, unchanged, after the function's name", async () => {
  const print = 'exports.main_handler = async () => { console.log(\'{"code":"OK"}\'); return {}; };';
  const { emulator, logged } = await start({ functionsDirectory: await writeFunctions({ print }) });
  await fetchText(`${emulator.url}/print`);
  expect(logged[0]).toBe('[print] {"code":"OK"}');
  expect(logged[1]).toMatch(/^print GET 200 \d+ ms \d+ MB cold [0-9a-f-]{36}$/);
});

test("the certificate authority survives a restart", async () => {
  const dataDirectory = await temporaryFolder();
  const first = (await start({ dataDirectory })).emulator;
  const certificate = await readFile(first.caFile, "utf8");
  await first.close();
  const second = (await start({ dataDirectory })).emulator;
  expect(await readFile(second.caFile, "utf8")).toBe(certificate);
});

test("close ends every instance and frees every port, however often it is called", async () => {
  const { emulator } = await start();
  const { pid } = JSON.parse((await fetchText(`${emulator.url}/show`)).text);
  await Promise.all([emulator.close(), emulator.close()]);
  expect(lives(pid)).toBe(false);
  for (const url of [emulator.url, emulator.cosUrl, `https://${emulator.stsEndpoint}`]) {
    await expect(fetchText(url)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  }
});

test.each([
  ["functions", "port"],
  ["COS", "cosPort"],
  ["STS", "stsPort"],
] as const)("a taken port of %s is named, and no other port stays open", async (service, option) => {
  const other = createServer();
  const port = await listen(other, 0);
  onTestEnd(() => stop(other));
  const free = await freePort();
  const ports = { port: free, cosPort: 0, stsPort: 0, ...(option === "port" ? { cosPort: free } : {}) };
  const starting = start({ ...ports, [option]: port });
  await expect(starting).rejects.toThrow(new PortError(service, port, "EADDRINUSE"));
  await expect(starting).rejects.toMatchObject({ service, port });
  const again = createServer();
  expect(await listen(again, free)).toBe(free);
  await stop(again);
});

test("an empty functions folder is an error that names it", async () => {
  const functionsDirectory = join(await temporaryFolder(), "dist");
  await expect(start({ functionsDirectory })).rejects.toThrow(functionsDirectory);
});

test("a reserved variable is refused by name", async () => {
  await expect(start({ environment: { SCF_X: "secret" } })).rejects.toThrow(
    "The environment variable SCF_X starts with SCF_, which is reserved.",
  );
});

test("the emulator's own addresses do not count towards a function's 4 KB", async () => {
  const dataDirectory = join(await temporaryFolder(), "long".repeat(50));
  const EXTRA = "x".repeat(3600);
  const { emulator } = await start({ dataDirectory, environment: { EXTRA } });
  const { env } = JSON.parse((await fetchText(`${emulator.url}/show`)).text);
  expect(env).toMatchObject({ EXTRA, NODE_EXTRA_CA_CERTS: emulator.caFile });
  await expect(start({ environment: { EXTRA: "x".repeat(4096) } })).rejects.toThrow("4096 is the limit");
});

test("the functions, deploy.env and the account file hold the emulator's own secrets", async () => {
  const { emulator } = await start();
  const { account, jwtSecret, userPrefixSecret, miniProgram } = emulator;
  const secrets = {
    COS_SECRET_ID: account.secretId,
    COS_SECRET_KEY: account.secretKey,
    JWT_SECRET: jwtSecret,
    USER_PREFIX_SECRET: userPrefixSecret,
    WX_APPID: miniProgram.appId,
    WX_SECRET: miniProgram.secret,
  };
  const { env } = JSON.parse((await fetchText(`${emulator.url}/show`)).text);
  expect(env).toMatchObject(secrets);
  const rehearsal = parseEnv(await readFile(emulator.rehearsalFile, "utf8"));
  expect(rehearsal).toMatchObject(secrets);
  expect(JSON.parse(rehearsal["tencent_serverless_devs_key"] ?? "")).toEqual({
    AccountID: account.ownerUin,
    SecretID: account.secretId,
    SecretKey: account.secretKey,
  });
  const kept = await readFile(emulator.accountFile, "utf8");
  for (const secret of Object.values(secrets)) expect(kept).toContain(secret);
});

test("attack: a deploy.env that others can read is replaced", async () => {
  const dataDirectory = await temporaryFolder();
  await (await start({ dataDirectory })).emulator.close();
  await writeFile(join(dataDirectory, "deploy.env"), "", { mode: 0o644 });
  const { emulator } = await start({ dataDirectory });
  expect((await stat(emulator.rehearsalFile)).mode & 0o777).toBe(0o600);
});

test("attack: the page sends no secret to the browser", async () => {
  const { emulator } = await start();
  const { account, jwtSecret, userPrefixSecret, miniProgram } = emulator;
  const { text: page } = await fetchText(`${emulator.url}/`);
  expect(page).toContain(emulator.bucket.name);
  for (const secret of [
    account.secretId,
    account.secretKey,
    jwtSecret,
    userPrefixSecret,
    miniProgram.secret,
  ]) {
    expect(page).not.toContain(secret);
  }
});

test("attack: the startup log holds no secret", async () => {
  const { emulator, logged } = await start();
  const { account, jwtSecret, userPrefixSecret, miniProgram } = emulator;
  for (const secret of [account.secretKey, jwtSecret, userPrefixSecret, miniProgram.secret]) {
    expect(logged.join()).not.toContain(secret);
  }
});

test.each([
  ["COS_REGION", "ap-beijing", "ap-guangzhou"],
  ["COS_BUCKET", "other-1250000000", "uploads-1250000000"],
  ["STS_ENDPOINT", "sts.tencentcloudapi.com", "127.0.0.1:"],
  ["WX_ENDPOINT", "https://api.weixin.qq.com", "https://127.0.0.1:"],
])("warns about a %s that is not its own, and says what its own is", async (name, value, own) => {
  const { logged } = await start({ environment: { [name]: value } });
  const warnings = logged.filter((line) => line.startsWith("warning: "));
  expect(warnings).toEqual([
    expect.stringContaining(`warning: ${name} is ${value}, but this emulator has ${own}`),
  ]);
});

test("warns about every value that the functions cannot use", async () => {
  const { logged } = await start({ environment: { QUOTA_FILES_PER_DAY: "many", UPLOAD_AUTH: "jwtt" } });
  const warnings = logged.filter((line) => line.startsWith("warning: "));
  expect(warnings.sort()).toEqual([
    expect.stringMatching(/^warning: QUOTA_FILES_PER_DAY must be .* 500 ConfigurationError/),
    expect.stringMatching(/^warning: UPLOAD_AUTH must be .* 500 ConfigurationError/),
  ]);
});

test.each<Partial<DevOptions>>([
  { environment: { COS_REGION: "ap-guangzhou", WX_ENDPOINT: "" } },
  { environment: { UPLOADED_WEBHOOK: "http://127.0.0.1:8080", WEBHOOK_SECRET: `whsec_${"QUJD".repeat(8)}` } },
  { keyless: true },
  { mediaCheck: true },
])("does not warn about its own values, or about removed and usable ones: %j", async (options) => {
  const { logged } = await start(options);
  expect(logged.filter((line) => line.startsWith("warning: "))).toEqual([]);
});
