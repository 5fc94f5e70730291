import { execFile } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { isIP } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Bucket } from "../../../../packages/cos-emulator/src/cloud/account.ts";
import { NotOwnError } from "../../../../packages/cos-emulator/src/cloud/own-files.ts";
import { openCertificateAuthority } from "../../../../packages/cos-emulator/src/tls/certificate-authority.ts";
import { permittedHosts } from "../../../../packages/cos-emulator/src/tls/name-constraints.ts";
import { serverNames } from "../../../../packages/cos-emulator/src/tls/names.ts";
import {
  newKeyPair,
  newSerialNumber,
  privateKeyPem,
  x509,
} from "../../../../packages/cos-emulator/src/tls/x509.ts";
import { giveToAnotherUser } from "../another-user.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const now = Date.parse("2026-03-01T00:00:00Z");
const clock = () => now;
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "tls-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

test("is created at the first start and kept", async () => {
  const first = await openCertificateAuthority(directory, clock);
  const second = await openCertificateAuthority(directory, () => now + 30 * DAY_MS);
  expect(second).toEqual(first);
  expect(first.caFile).toBe(join(directory, "ca.pem"));
  expect(await readFile(first.caFile, "utf8")).toBe(first.certificatePem);
});

test("is a self-signed authority", async () => {
  const certificate = new X509Certificate((await openCertificateAuthority(directory, clock)).certificatePem);
  expect(certificate.ca).toBe(true);
  expect(certificate.checkIssued(certificate)).toBe(true);
  expect(certificate.verify(certificate.publicKey)).toBe(true);
});

test("has a private key that only its owner can read", async () => {
  await openCertificateAuthority(directory, clock);
  expect((await stat(join(directory, "ca.key"))).mode & 0o777).toBe(0o600);
});

test.each([
  ["the certificate is damaged", "ca.pem"],
  ["the key is damaged", "ca.key"],
])("is replaced when %s", async (_why, file) => {
  const first = await openCertificateAuthority(directory, clock);
  await writeFile(join(directory, file), "-----BEGIN NONSENSE-----\n");
  const second = await openCertificateAuthority(directory, clock);
  expect(second.certificatePem).not.toBe(first.certificatePem);
  expect(await readFile(second.caFile, "utf8")).toBe(second.certificatePem);
});

test("is replaced when the key belongs to another certificate", async () => {
  const first = await openCertificateAuthority(directory, clock);
  const other = await openCertificateAuthority(join(directory, "other"), clock);
  await writeFile(join(directory, "ca.key"), other.privateKeyPem);
  expect((await openCertificateAuthority(directory, clock)).certificatePem).not.toBe(first.certificatePem);
});

test.each([
  ["about to expire", 246, "was near its end"],
  ["expired", 400, "was near its end"],
  ["not yet valid", -30, "is not valid yet"],
])("is replaced when it is %s, and the log says so", async (_why, days, says) => {
  const logged: string[] = [];
  const log = (line: string) => void logged.push(line);
  const first = await openCertificateAuthority(directory, clock, log);
  expect(logged).toEqual([]);
  const later = await openCertificateAuthority(directory, () => now + days * DAY_MS, log);
  expect(later.certificatePem).not.toBe(first.certificatePem);
  expect(logged).toEqual([
    `The local certificate authority ${first.caFile} ${says} and was replaced. Clients that trusted the old one must trust the new one; remove the old one from them.`,
  ]);
});

test("is valid for a year, and kept as long as it outlives every server certificate", async () => {
  const first = await openCertificateAuthority(directory, clock);
  const { validTo } = new X509Certificate(first.certificatePem);
  expect(Date.parse(validTo)).toBe(now + 365 * DAY_MS);
  expect(await openCertificateAuthority(directory, () => now + 244 * DAY_MS)).toEqual(first);
});

/** An authority of an earlier version, valid for ten years and every name. */
async function writeUnlimitedAuthority(): Promise<string> {
  const keys = await newKeyPair();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: newSerialNumber(),
    name: "CN=cos-direct-upload emulator 00000000",
    notBefore: new Date(now - DAY_MS),
    notAfter: new Date(now + 3650 * DAY_MS),
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
    ],
  });
  const pem = `${certificate.toString("pem")}\n`;
  await writeFile(join(directory, "ca.pem"), pem);
  await writeFile(join(directory, "ca.key"), await privateKeyPem(keys.privateKey));
  return pem;
}

test("attack: an older authority that can issue for any name is replaced", async () => {
  const old = await writeUnlimitedAuthority();
  const logged: string[] = [];
  const { certificatePem } = await openCertificateAuthority(directory, clock, (line) => logged.push(line));
  expect(certificatePem).not.toBe(old);
  expect(logged.join()).toContain("was not limited to the emulator's own hosts and was replaced");
});

test.each(["ca.key", "ca.pem"])(
  "attack: another user left a %s there, for an authority of theirs",
  async (name) => {
    await openCertificateAuthority(directory, clock);
    await giveToAnotherUser(join(directory, name));
    await expect(openCertificateAuthority(directory, clock)).rejects.toThrow(NotOwnError);
  },
);

test("attack: another user created the folder for the authority's key", async () => {
  await giveToAnotherUser(directory);
  await expect(openCertificateAuthority(directory, clock)).rejects.toThrow(NotOwnError);
});

test("attack: a key whose mode was widened is restricted again at the next start", async () => {
  await openCertificateAuthority(directory, clock);
  await chmod(join(directory, "ca.key"), 0o644);
  await openCertificateAuthority(directory, clock);
  expect((await stat(join(directory, "ca.key"))).mode & 0o777).toBe(0o600);
});

test("its limits are critical, and OpenSSL reads them as meant", async () => {
  const { caFile } = await openCertificateAuthority(directory, clock);
  const { stdout } = await promisify(execFile)("openssl", ["x509", "-in", caFile, "-noout", "-text"]);
  expect(stdout.replace(/\n\s+/g, "\n")).toContain(
    [
      "X509v3 Name Constraints: critical",
      "Permitted:",
      "IP:127.0.0.1/255.255.255.255",
      "IP:0:0:0:0:0:0:0:1/FFFF:FFFF:FFFF:FFFF:FFFF:FFFF:FFFF:FFFF",
      "DNS:localhost",
      "DNS:uploads-1250000000.cos.ap-guangzhou.myqcloud.com",
      "DNS:uploads-1250000000.cos.ap-guangzhou.tencentcos.cn",
    ].join("\n"),
  );
});

describe("the names of additional buckets", () => {
  const PICTURES = { name: "pictures-1250000000", region: "ap-beijing" };
  const FILMS = { name: "films-1250000000", region: "ap-shanghai" };
  const open = (buckets: readonly Bucket[], log?: (line: string) => void) =>
    openCertificateAuthority(directory, clock, log, serverNames(buckets));

  test("are added to the authority's limits, and kept by a start without them", async () => {
    const first = await open([PICTURES]);
    expect(permittedHosts(first.certificatePem)).toEqual(
      serverNames([PICTURES]).filter((name) => !isIP(name)),
    );
    expect(await open([])).toEqual(first);
    expect(await open([PICTURES])).toEqual(first);
  });

  test("that it lacks are added, with the same key and name, and the log says so", async () => {
    const logged: string[] = [];
    const first = await open([PICTURES]);
    const both = await open([FILMS], (line) => logged.push(line));
    expect(both.certificatePem).not.toBe(first.certificatePem);
    expect(permittedHosts(both.certificatePem)).toEqual(
      expect.arrayContaining(serverNames([PICTURES, FILMS]).filter((name) => !isIP(name))),
    );
    const before = new X509Certificate(first.certificatePem);
    const after = new X509Certificate(both.certificatePem);
    expect(after.subject).toBe(before.subject);
    expect(after.publicKey.equals(before.publicKey)).toBe(true);
    expect(after.serialNumber).not.toBe(before.serialNumber);
    expect(await readFile(both.caFile, "utf8")).toBe(both.certificatePem);
    expect(logged).toEqual([
      `The local certificate authority ${both.caFile} has a new certificate, which also covers films-1250000000.cos.ap-shanghai.myqcloud.com, films-1250000000.cos.ap-shanghai.tencentcos.cn. Clients that trust the previous one need it for these names.`,
    ]);
    expect(await open([PICTURES])).toEqual(both);
  });

  test.each([
    ["of another APPID", { name: "shop-1259999999", region: "ap-guangzhou" }],
    ["with a pattern as its name", { name: "*", region: "ap-guangzhou" }],
    ["in a region that leads elsewhere", { name: "a-1250000000", region: "example.com/" }],
  ])("attack: a bucket %s adds no name", async (_, bucket) => {
    expect(serverNames([bucket])).toEqual(serverNames());
  });

  test("attack: an authority that can also issue for somebody else's bucket is replaced", async () => {
    const foreign = "shop-1259999999.cos.ap-guangzhou.myqcloud.com";
    const old = await openCertificateAuthority(directory, clock, undefined, [...serverNames(), foreign]);
    const { certificatePem } = await open([]);
    expect(certificatePem).not.toBe(old.certificatePem);
    expect(permittedHosts(certificatePem)).not.toContain(foreign);
  });
});
