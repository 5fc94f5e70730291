import { X509Certificate } from "node:crypto";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openCertificateAuthority } from "../../../emulator/tls/certificate-authority.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const now = Date.parse("2026-03-01T00:00:00Z");
const clock = () => now;
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "tls-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

test("makes an authority at first start and keeps it", async () => {
  const first = await openCertificateAuthority(directory, clock);
  const second = await openCertificateAuthority(directory, () => now + 30 * DAY_MS);
  expect(second).toEqual(first);
  expect(first.caFile).toBe(join(directory, "ca.pem"));
  expect(await readFile(first.caFile, "utf8")).toBe(first.certificatePem);
});

test("is a self-signed authority for certificates only", async () => {
  const certificate = new X509Certificate((await openCertificateAuthority(directory, clock)).certificatePem);
  expect(certificate.ca).toBe(true);
  expect(certificate.checkIssued(certificate)).toBe(true);
  expect(certificate.verify(certificate.publicKey)).toBe(true);
});

test("writes the private key for its owner alone", async () => {
  await openCertificateAuthority(directory, clock);
  expect((await stat(join(directory, "ca.key"))).mode & 0o777).toBe(0o600);
});

test.each([
  ["the certificate is damaged", "ca.pem"],
  ["the key is damaged", "ca.key"],
])("is made anew when %s", async (_why, file) => {
  const first = await openCertificateAuthority(directory, clock);
  await writeFile(join(directory, file), "-----BEGIN NONSENSE-----\n");
  const second = await openCertificateAuthority(directory, clock);
  expect(second.certificatePem).not.toBe(first.certificatePem);
  expect(await readFile(second.caFile, "utf8")).toBe(second.certificatePem);
});

test("is made anew when the key belongs to another certificate", async () => {
  const first = await openCertificateAuthority(directory, clock);
  const other = await openCertificateAuthority(join(directory, "other"), clock);
  await writeFile(join(directory, "ca.key"), other.privateKeyPem);
  expect((await openCertificateAuthority(directory, clock)).certificatePem).not.toBe(first.certificatePem);
});

test.each([
  ["near its end", 3600],
  ["expired", 4000],
  ["not yet valid", -30],
])("is made anew when it is %s", async (_why, days) => {
  const first = await openCertificateAuthority(directory, clock);
  const later = await openCertificateAuthority(directory, () => now + days * DAY_MS);
  expect(later.certificatePem).not.toBe(first.certificatePem);
});
