import { looseObject } from "valibot";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { type Emulator, startEmulator } from "../../../packages/cos-emulator/src/index.ts";
import { CloudApi, usesOf } from "../../../packages/https-account/src/index.ts";
import { testAuthority } from "../../support/certificates.ts";

/** More than one page of an answer. */
const HOSTS = Array.from({ length: 101 }, (_, i) => `h${i}.example.test`);

let emulator: Emulator;
/** Time passes only where a test says so: on a busy machine, a search would end while it is asked about. */
const startedAt = Date.now();
let passed = 0;

beforeAll(async () => {
  emulator = await startEmulator({
    cdnDomains: HOSTS,
    deploySeconds: 1,
    clock: () => startedAt + passed,
  });
});
beforeEach(() => emulator.reset());
afterAll(() => emulator.close());

const sleep = async (ms: number) => {
  passed += ms;
};

function api(name: "cdn" | "ssl"): CloudApi {
  const endpoint = name === "cdn" ? emulator.https?.cdnEndpoint : emulator.https?.sslEndpoint;
  return new CloudApi(name, { credential: { ...emulator.account }, endpoint, timeoutSeconds: 60, sleep });
}

async function upload(): Promise<string> {
  const { pem, keyPem } = await (await testAuthority()).server({ names: ["*.example.test"] });
  const uploaded = { CertificatePublicKey: pem, CertificatePrivateKey: keyPem };
  const answer = await api("ssl").call("UploadCertificate", uploaded, looseObject({}));
  return String(answer["CertificateId"]);
}

test("every use of a certificate is found, however many pages the answer has", async () => {
  const id = await upload();
  for (const Domain of HOSTS) {
    const Https = { Switch: "on", CertInfo: { CertId: id } };
    await api("cdn").call("UpdateDomainConfig", { Domain, Https }, looseObject({}));
  }
  await sleep(2000);
  const uses = (await usesOf(api("ssl"), [id], sleep)).get(id) ?? [];
  expect(uses.map(({ host }) => host).sort()).toEqual([...HOSTS].sort());
});

test("a search that does not end is an error, not a certificate that nothing uses", async () => {
  const id = await upload();
  const wait = vi.fn(async () => {});
  await expect(usesOf(api("ssl"), [id], wait)).rejects.toMatchObject({ code: "TaskNotFinished" });
  expect(wait).toHaveBeenCalledTimes(60);
});
