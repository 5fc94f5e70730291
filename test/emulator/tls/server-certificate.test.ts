import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import { afterEach, beforeEach, expect, test } from "vitest";
import { listen, stop } from "../../../emulator/listen.ts";
import { openCertificateAuthority } from "../../../emulator/tls/certificate-authority.ts";
import { issueServerCertificate } from "../../../emulator/tls/server-certificate.ts";

const NAMES = ["127.0.0.1", "::1", "localhost", "*.cos.ap-guangzhou.myqcloud.com"];
const now = Date.now();
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "tls-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function issue() {
  const authority = await openCertificateAuthority(directory, () => now);
  return { authority, certificate: await issueServerCertificate(authority, NAMES, () => now) };
}

test("names every host and address, and is for servers only", async () => {
  const { authority, certificate } = await issue();
  const leaf = new X509Certificate(certificate.cert);
  expect(leaf.checkHost("localhost")).toBe("localhost");
  expect(leaf.checkHost("uploads-1250000000.cos.ap-guangzhou.myqcloud.com")).toBeDefined();
  expect(leaf.checkHost("evil.example")).toBeUndefined();
  expect(leaf.checkIP("127.0.0.1")).toBe("127.0.0.1");
  expect(leaf.checkIP("::1")).toBe("::1");
  expect(leaf.checkIP("127.0.0.2")).toBeUndefined();
  expect(leaf.ca).toBe(false);
  expect(leaf.keyUsage).toEqual(["1.3.6.1.5.5.7.3.1"]);
  expect(leaf.verify(new X509Certificate(authority.certificatePem).publicKey)).toBe(true);
});

test("is shorter lived than the longest a browser accepts", async () => {
  const leaf = new X509Certificate((await issue()).certificate.cert);
  const days = (Date.parse(leaf.validTo) - Date.parse(leaf.validFrom)) / 86_400_000;
  expect(days).toBe(91);
});

test("is sent with its whole chain, and a client that trusts the authority accepts it", async () => {
  const { authority, certificate } = await issue();
  const server = createServer(certificate, (_request, response) => response.end("ok"));
  const port = await listen(server, 0);
  const socket = connect({ port, host: "127.0.0.1", ca: authority.certificatePem, servername: "localhost" });
  await once(socket, "secureConnect");
  const peer = socket.getPeerCertificate(true);
  expect(socket.authorized).toBe(true);
  expect(peer.issuerCertificate.raw).toEqual(new X509Certificate(authority.certificatePem).raw);
  socket.destroy();
  await stop(server);
});
