import { execFile } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { listen, stop } from "../../../../packages/cos-emulator/src/cloud/listen.ts";
import { openCertificateAuthority } from "../../../../packages/cos-emulator/src/tls/certificate-authority.ts";
import { serverNames } from "../../../../packages/cos-emulator/src/tls/names.ts";
import { issueServerCertificate } from "../../../../packages/cos-emulator/src/tls/server-certificate.ts";

const now = Date.now();
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "tls-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function issue() {
  const authority = await openCertificateAuthority(directory, () => now);
  return { authority, certificate: await issueServerCertificate(authority, serverNames(), () => now) };
}

test("names every host and address, for servers only", async () => {
  const { authority, certificate } = await issue();
  const leaf = new X509Certificate(certificate.cert);
  expect(leaf.checkHost("localhost")).toBe("localhost");
  expect(leaf.checkHost("uploads-1250000000.cos.ap-guangzhou.myqcloud.com")).toBeDefined();
  expect(leaf.checkHost("uploads-1250000000.cos.ap-guangzhou.tencentcos.cn")).toBeDefined();
  expect(leaf.checkHost("evil.example")).toBeUndefined();
  expect(leaf.checkIP("127.0.0.1")).toBe("127.0.0.1");
  expect(leaf.checkIP("::1")).toBe("::1");
  expect(leaf.checkIP("127.0.0.2")).toBeUndefined();
  expect(leaf.ca).toBe(false);
  expect(leaf.keyUsage).toEqual(["1.3.6.1.5.5.7.3.1"]);
  expect(leaf.verify(new X509Certificate(authority.certificatePem).publicKey)).toBe(true);
});

test("is valid for less than the longest that browsers accept", async () => {
  const leaf = new X509Certificate((await issue()).certificate.cert);
  const days = (Date.parse(leaf.validTo) - Date.parse(leaf.validFrom)) / 86_400_000;
  expect(days).toBe(91);
});

test("is sent with its whole chain, and accepted by a client that trusts the authority", async () => {
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

const OWN = [
  "localhost",
  "uploads-1250000000.cos.ap-guangzhou.myqcloud.com",
  "uploads-1250000000.cos.ap-guangzhou.tencentcos.cn",
];
const FOREIGN = [
  "www.example.com",
  "myqcloud.com",
  "uploads-1250000000.cos.ap-shanghai.myqcloud.com",
  "somebody-1259999999.cos.ap-guangzhou.myqcloud.com",
  "*.cos.ap-guangzhou.myqcloud.com",
  "*.cos.ap-guangzhou.tencentcos.cn",
  "scf.tencentcloudapi.com",
  "evilcos.ap-guangzhou.myqcloud.com",
  "localhost.example.com",
  "10.0.0.1",
  "127.0.0.2",
];

/** The result of a client that trusts the authority for a certificate that its key made for a name. */
async function greet(name: string): Promise<string> {
  const authority = await openCertificateAuthority(directory, () => now);
  const server = createServer(await issueServerCertificate(authority, [name], () => now));
  const port = await listen(server, 0);
  const check = { checkServerIdentity: () => undefined };
  const socket = connect({ port, host: "127.0.0.1", ca: authority.certificatePem, ...check });
  const outcome = await new Promise<string>((resolve) => {
    socket.once("secureConnect", () => resolve("accepted"));
    socket.once("error", (error) => resolve(error.message));
  });
  socket.destroy();
  await stop(server);
  return outcome;
}

/** The result of `openssl verify`. */
async function verify(name: string): Promise<string> {
  const authority = await openCertificateAuthority(directory, () => now);
  const { cert } = await issueServerCertificate(authority, [name], () => now);
  const file = join(directory, "leaf.pem");
  await writeFile(file, cert);
  const args = ["verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", authority.caFile, file];
  return await promisify(execFile)("openssl", args).then(
    ({ stdout }) => stdout.slice(file.length + 2).trim(),
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}

describe("attack: the authority's key signs a certificate for", () => {
  test.each(FOREIGN)("%s, and every client refuses it", async (name) => {
    expect(await greet(name)).toContain("permitted subtree violation");
    expect(await verify(name)).toContain("permitted subtree violation");
  });
});

describe("the emulator's own names are accepted:", () => {
  test.each([...OWN, "127.0.0.1", "::1"])("%s", async (name) => {
    expect(await greet(name)).toBe("accepted");
    expect(await verify(name)).toBe("OK");
  });
});
