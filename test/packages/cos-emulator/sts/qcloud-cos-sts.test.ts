import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { getPolicy } from "qcloud-cos-sts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listen, stop } from "../../../../packages/cos-emulator/src/cloud/listen.ts";
import { CredentialStore } from "../../../../packages/cos-emulator/src/sts/credential-store.ts";
import { createStsListener } from "../../../../packages/cos-emulator/src/sts/sts-listener.ts";
import { openCertificateAuthority } from "../../../../packages/cos-emulator/src/tls/certificate-authority.ts";
import { issueServerCertificate } from "../../../../packages/cos-emulator/src/tls/server-certificate.ts";
import { TEST_ACCOUNT } from "../../../support/account.ts";
import { ANYTHING, POLICY, RESOURCE, ROLE_ARN } from "./sts-client.ts";

const CLIENT = fileURLToPath(new URL("../../../fixtures/qcloud-cos-sts-client.cjs", import.meta.url));
const logged: string[] = [];
const store = new CredentialStore();
let directory: string;
let caFile: string;
let server: Server;
let port: number;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "sts-"));
  const authority = await openCertificateAuthority(directory, Date.now);
  caFile = authority.caFile;
  const listener = createStsListener(
    {
      account: TEST_ACCOUNT,
      store,
      clock: Date.now,
      roles: new Map([["uploader", ANYTHING]]),
      policyMaxBytes: 4096,
      onLeniency: (sentence) => logged.push(`warning: ${sentence}`),
    },
    (line) => logged.push(line),
  );
  server = createServer(await issueServerCertificate(authority, ["127.0.0.1"], Date.now), listener);
  port = await listen(server, 0);
});
afterAll(async () => {
  await stop(server);
  await rm(directory, { recursive: true, force: true });
});

async function getCredential(changes: object, environment = { NODE_EXTRA_CA_CERTS: caFile }) {
  const options = {
    secretId: TEST_ACCOUNT.secretId,
    secretKey: TEST_ACCOUNT.secretKey,
    endpoint: `127.0.0.1:${port}`,
    durationSeconds: 900,
    policy: POLICY,
    ...changes,
  };
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, [CLIENT, JSON.stringify(options)], { env: environment });
  return JSON.parse(stdout);
}

test("qcloud-cos-sts gets a federation token over HTTPS", async () => {
  const { data } = await getCredential({});
  const issued = store.find(data.credentials.tmpSecretId);
  expect(data.credentials.sessionToken).toBe(issued?.token);
  expect(data.startTime).toBe(issued?.issuedTime);
  expect(data.expiredTime).toBe(issued?.expiredTime);
  expect(issued?.rights[0].statements[0]?.resources).toEqual([RESOURCE]);
});

test("qcloud-cos-sts assumes a role", async () => {
  const { data } = await getCredential({ action: "AssumeRole", roleArn: ROLE_ARN });
  expect(store.find(data.credentials.tmpSecretId)?.token).toBe(data.credentials.sessionToken);
});

test("qcloud-cos-sts with a wrong key gets the API's own error", async () => {
  expect(await getCredential({ secretKey: "guessed" })).toEqual({ error: "AuthFailure.SignatureFailure" });
});

test("qcloud-cos-sts's own getPolicy, with a principal and an outdated resource, is accepted with a warning", async () => {
  const scope = {
    action: "name/cos:PutObject",
    bucket: "uploads-1250000000",
    region: "ap-guangzhou",
    prefix: "a/*",
  };
  logged.length = 0;
  const { data } = await getCredential({ policy: getPolicy([scope]) });
  const statement = store.find(data.credentials.tmpSecretId)?.rights[0].statements[0];
  expect(statement?.resources).toEqual(["qcs::cos:ap-guangzhou:uid/1250000000:uploads-1250000000/a/*"]);
  expect(statement?.principals).toBeUndefined();
  expect(logged.filter((line) => line.includes("warning"))).toEqual([
    expect.stringMatching(/principal .*document\/api\/1312\/48195/),
    expect.stringMatching(/resource\[0\] .*product\/598\/10606/),
  ]);
});

test("a client that does not trust the local authority does not connect", async () => {
  const { error } = await getCredential({}, { NODE_EXTRA_CA_CERTS: "" });
  expect(error).toBe("SELF_SIGNED_CERT_IN_CHAIN");
});
