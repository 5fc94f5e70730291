import { readFile } from "node:fs/promises";
import { looseObject } from "valibot";
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import type { HostState } from "../../../functions/cert-watch/look.ts";
import { renewAll } from "../../../functions/cert-watch/renew.ts";
import { type Emulator, rolePolicy, startEmulator } from "../../../packages/cos-emulator/src/index.ts";
import { CloudApi } from "../../../packages/https-account/src/index.ts";
import { testAuthority } from "../../support/certificates.ts";

const HOST = "img.example.test";
const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;

let emulator: Emulator;

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  emulator = await startEmulator({
    cdnDomains: [HOST],
    dnsPodZones: ["example.test"],
    deploySeconds: 1,
    clock: () => Date.now(),
    roles: { renewer: await readFile("deploy/policies/cert-renewal.json", "utf8") },
  });
});
beforeEach(async () => {
  vi.setSystemTime(vi.getRealSystemTime());
  await emulator.reset();
});
afterAll(async () => {
  await emulator.close();
  vi.useRealTimers();
});

function putForward(ms: number): void {
  vi.setSystemTime(Date.now() + ms);
}

function api(name: "cdn" | "ssl", credential = { ...emulator.account }): CloudApi {
  const endpoint = name === "cdn" ? emulator.https?.cdnEndpoint : emulator.https?.sslEndpoint;
  const sleep = async (ms: number) => putForward(ms);
  return new CloudApi(name, { credential, endpoint, timeoutSeconds: 60, sleep });
}

async function call(
  name: "cdn" | "ssl",
  action: string,
  parameters: object,
): Promise<Record<string, unknown>> {
  return await api(name).call(action, parameters, looseObject({}));
}

/** Puts a free certificate with this many days left on the name. @returns its id */
async function applied(daysLeft: number): Promise<string> {
  const answer = await call("ssl", "ApplyCertificate", { DvAuthMethod: "DNS_AUTO", DomainName: HOST });
  const id = String(answer["CertificateId"]);
  putForward(2000);
  await call("cdn", "UpdateDomainConfig", {
    Domain: HOST,
    Https: { Switch: "on", CertInfo: { CertId: id } },
  });
  putForward((90 - daysLeft) * DAY_MS);
  return id;
}

const ENDING: HostState = { host: HOST, verdict: "ending", daysLeft: 20, problems: [] };

/** One day's run, with a key that has the rights of deploy/policies/cert-renewal.json. */
async function run(state: HostState = ENDING) {
  const key = await renewerKey();
  return await renewAll([state], {
    ssl: api("ssl", key),
    now: Date.now(),
    withinMs: 60_000,
    sleep: async (ms) => putForward(ms),
  });
}

async function renewerKey() {
  const policy = rolePolicy("renewer", await readFile("deploy/policies/cert-renewal.json", "utf8"));
  const { tmpSecretId, tmpSecretKey, token } = emulator.credentials.issue(
    [policy],
    7200,
    Math.floor(Date.now() / 1000),
  );
  return { ...emulator.account, secretId: tmpSecretId, secretKey: tmpSecretKey, token };
}

test("applies on one day and replaces the certificate on the next, with only the rights of its policy", async () => {
  const old = await applied(20);
  expect(await run()).toEqual([
    {
      host: HOST,
      done: expect.stringMatching(/^The next one was applied for \(\w{8}\)\.$/),
      needsHelp: false,
    },
  ]);
  putForward(DAY_MS);
  const [second] = await run();
  expect(second).toMatchObject({
    done: expect.stringContaining(`was put on ${HOST}. ${old} is kept.`),
    needsHelp: false,
  });
  putForward(DAY_MS);
  expect((await run())[0]?.done).toContain("a fresh one in place");
});

test("a second run on the same day does not apply again", async () => {
  await applied(20);
  await run();
  expect((await run())[0]?.done).toMatch(/applied for and not issued yet|was put on/);
  const { Certificates } = await call("ssl", "DescribeCertificates", {});
  expect(Certificates).toHaveLength(2);
});

test("leaves a good, broken or unknown certificate alone", async () => {
  const before = emulator.requests.length;
  for (const verdict of ["good", "broken", "unknown"] as const) {
    expect(await run({ ...ENDING, verdict })).toEqual([]);
  }
  expect(emulator.requests.length).toBe(before);
});

test("does not renew a certificate from elsewhere, and says how to", async () => {
  const authority = await testAuthority();
  const { pem, keyPem } = await authority.server({ names: [HOST], toDays: 20 });
  const answer = await call("ssl", "UploadCertificate", {
    CertificatePublicKey: pem,
    CertificatePrivateKey: keyPem,
  });
  await call("cdn", "UpdateDomainConfig", {
    Domain: HOST,
    Https: { Switch: "on", CertInfo: { CertId: answer["CertificateId"] } },
  });
  expect((await run())[0]).toMatchObject({
    needsHelp: true,
    done: expect.stringContaining("--with FULLCHAIN KEY"),
  });
});

test("reports a refusal for lack of rights in the API's words", async () => {
  await applied(20);
  const { tmpSecretId, tmpSecretKey, token } = emulator.credentials.issue(
    [{ version: "2.0", statements: [] }],
    7200,
    Math.floor(Date.now() / 1000),
  );
  const ssl = api("ssl", {
    ...emulator.account,
    secretId: tmpSecretId,
    secretKey: tmpSecretKey,
    ...{ token },
  });
  const [report] = await renewAll([ENDING], {
    ssl,
    now: Date.now(),
    withinMs: 60_000,
    sleep: async () => {},
  });
  expect(report).toMatchObject({
    needsHelp: true,
    done: expect.stringContaining("FailedOperation.AuthError"),
  });
});

test("begins nothing when only the eight seconds are left that reporting may take", async () => {
  await applied(20);
  vi.useFakeTimers({ toFake: ["Date", "hrtime"], now: Date.now() });
  onTestFinished(() => void vi.useFakeTimers({ toFake: ["Date"], now: Date.now() }));
  const begin = (withinMs: number) =>
    renewAll([ENDING], {
      ssl: api("ssl"),
      now: Date.now(),
      withinMs,
      sleep: async (ms) => putForward(ms),
    });
  const before = emulator.requests.length;
  expect((await begin(8000))[0]?.done).toContain("no time");
  expect(emulator.requests.length).toBe(before);
  expect((await begin(8001))[0]?.done).toContain("was applied for");
});

test("after an application that has failed, applies again on the next day, even if a little early", async () => {
  await applied(20);
  const first = /\((\w{8})\)/.exec((await run())[0]?.done ?? "")?.[1];
  const ssl = api("ssl");
  const asked = ssl.call.bind(ssl);
  // A status of 2 is a failure (https://cloud.tencent.com/document/api/400/41671), which the emulator does not have.
  vi.spyOn(ssl, "call").mockImplementation(async (...question) => {
    const answer: unknown = await asked(...question);
    for (const one of [Object(answer).Certificates ?? []].flat()) {
      if (one.CertificateId === first) one.Status = 2;
    }
    return answer;
  });
  const sleep = async (ms: number) => putForward(ms);
  const runAgain = async () =>
    (await renewAll([ENDING], { ssl, now: Date.now(), withinMs: 60_000, sleep }))[0];
  putForward(23 * HOUR_MS - 60_000);
  expect(await runAgain()).toMatchObject({
    needsHelp: true,
    done: "The application of today has failed; there is one a day. See the SSL console.",
  });
  putForward(60_000);
  expect((await runAgain())?.done).toContain("was applied for");
});
