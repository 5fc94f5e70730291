import { chmod, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { connect } from "node:tls";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { NotOwnError } from "../../../../packages/cos-emulator/src/cloud/own-files.ts";
import { listenCos } from "../../../../packages/cos-emulator/src/cos/server.ts";
import { BucketSettings } from "../../../../packages/cos-emulator/src/cos/store/bucket-settings.ts";
import { type Issued, issue } from "../../../support/certificates.ts";
import { giveToAnotherUser } from "../another-user.ts";
import { type Answer, signedHeaders, startCos, type TestCos } from "./support.ts";

const NAME = "files.example.com";
let pair: Issued;
let other: Issued;
beforeAll(async () => {
  pair = await issue({ name: "the domain's", names: [NAME] });
  other = await issue({ name: "the port's own", names: ["127.0.0.1"] });
});

function assignment(certificate: string, privateKey: string, ...names: readonly string[]): string {
  const list = names.map((name) => `<DomainName>${name}</DomainName>`).join("");
  return (
    "<DomainCertificate><CertificateInfo><CertType>CustomCert</CertType><CustomCert>" +
    `<Cert>${certificate}</Cert><PrivateKey>${privateKey}</PrivateKey>` +
    `</CustomCert></CertificateInfo><DomainList>${list}</DomainList></DomainCertificate>`
  );
}

function ask(cos: TestCos, method: "GET" | "PUT" | "DELETE", query: Record<string, string>, body?: string) {
  const all = { domaincertificate: "", ...query };
  const headers = signedHeaders({ method, key: "", query: all, headers: { host: cos.host } });
  const text = Object.entries(all).map(([name, value]) => (value === "" ? name : `${name}=${value}`));
  return cos.send({ method, path: `/?${text.join("&")}`, headers, ...(body !== undefined && { body }) });
}

async function startWithDomain(settings = BucketSettings.inMemory()): Promise<TestCos> {
  await settings.setDomains([{ status: "ENABLED", name: NAME, type: "REST" }]);
  return await startCos({ settings });
}

function status(answer: Answer): string | undefined {
  return /<DomainCertificate><Status>(\w+)<\/Status><\/DomainCertificate>/.exec(answer.body.toString())?.[1];
}

test("a certificate can be put, read and deleted", async () => {
  const cos = await startWithDomain();
  expect(status(await ask(cos, "GET", { domainname: NAME }))).toBe("DISABLED");
  expect((await ask(cos, "PUT", {}, assignment(pair.pem, pair.keyPem, NAME))).status).toBe(200);
  expect(status(await ask(cos, "GET", { domainname: NAME }))).toBe("ENABLED");
  expect((await ask(cos, "DELETE", { domainname: NAME })).status).toBe(204);
  expect((await ask(cos, "DELETE", { domainname: NAME })).status).toBe(204);
  expect(status(await ask(cos, "GET", { domainname: NAME }))).toBe("DISABLED");
});

test("the TLS port presents it to clients that ask for that name, and its own to others", async () => {
  const settings = BucketSettings.inMemory();
  const cos = await startWithDomain(settings);
  await ask(cos, "PUT", {}, assignment(pair.pem, pair.keyPem, NAME));
  const tls = { key: other.keyPem, cert: other.pem };
  const secureContext = (name: string) => settings.secureContext(name);
  const listener = await listenCos(() => undefined, { port: 0, host: "127.0.0.1", tls, secureContext });
  onTestFinished(() => listener.close());
  expect(await presentedSubject(listener.port, NAME)).toBe("the domain's");
  expect(await presentedSubject(listener.port, NAME.toUpperCase())).toBe("the domain's");
  expect(await presentedSubject(listener.port, "www.example.com")).toBe("the port's own");
});

test("it survives a restart, in a file for its owner only, and is deleted with its domain", async () => {
  const file = join((await startCos()).directory, "bucket.json");
  const cos = await startWithDomain(await BucketSettings.open(file));
  await ask(cos, "PUT", {}, assignment(pair.pem, pair.keyPem, NAME));
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const settings = await BucketSettings.open(file);
  expect(settings.certificate(NAME)?.privateKey).toBe(pair.keyPem);
  await settings.setDomains([]);
  expect(settings.certificate(NAME)).toBeUndefined();
  expect(await readFile(file, "utf8")).not.toContain("PRIVATE KEY");
});

test("attack: an open file left beside it does not make the key file readable", async () => {
  const file = join((await startCos()).directory, "bucket.json");
  const cos = await startWithDomain(await BucketSettings.open(file));
  await writeFile(`${file}.new`, "");
  await chmod(`${file}.new`, 0o666);
  await ask(cos, "PUT", {}, assignment(pair.pem, pair.keyPem, NAME));
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test("attack: a file whose mode was widened is restricted again, and another user's file is not used", async () => {
  const file = join((await startCos()).directory, "bucket.json");
  await (await BucketSettings.open(file)).setDomains([]);
  await chmod(file, 0o644);
  await BucketSettings.open(file);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  await giveToAnotherUser(file);
  await expect(BucketSettings.open(file)).rejects.toThrow(NotOwnError);
});

test("a damaged file is an error that names it", async () => {
  const file = join((await startCos()).directory, "bucket.json");
  await writeFile(file, '{"domains":[],"certificates":{"a.example.com":{"certificate":"x"}}}');
  await expect(BucketSettings.open(file)).rejects.toThrow(file);
});

describe("refused, and nothing changes:", () => {
  test.each([
    ["the key of another certificate", () => assignment(pair.pem, other.keyPem, NAME), "InvalidArgument"],
    ["an invalid certificate", () => assignment("x", pair.keyPem, NAME), "InvalidArgument"],
    ["another domain", () => assignment(pair.pem, pair.keyPem, "www.example.com"), "InvalidArgument"],
    [
      "one of the bucket's domains and another",
      () => assignment(pair.pem, pair.keyPem, NAME, "a.example.com"),
      "InvalidArgument",
    ],
    ["no domain", () => assignment(pair.pem, pair.keyPem), "MalformedXML"],
    [
      "a certificate of the SSL service",
      () => assignment(pair.pem, pair.keyPem, NAME).replace("CustomCert<", "SSL<"),
      "InvalidArgument",
    ],
  ])("%s", async (_, body, code) => {
    const cos = await startWithDomain();
    expect(await ask(cos, "PUT", {}, body())).toMatchObject({ status: 400, code });
    expect(status(await ask(cos, "GET", { domainname: NAME }))).toBe("DISABLED");
  });

  test.each(["GET", "DELETE"] as const)("%s without a domain, or with another", async (method) => {
    const cos = await startWithDomain();
    expect(await ask(cos, method, {})).toMatchObject({ status: 400, code: "InvalidArgument" });
    expect(await ask(cos, method, { domainname: "a.example.com" })).toMatchObject({ status: 400 });
  });

  test.each(["GET", "PUT", "DELETE"] as const)("%s without a signature", async (method) => {
    const cos = await startWithDomain();
    const path = `/?domaincertificate&domainname=${NAME}`;
    const body = method === "PUT" ? { body: assignment(pair.pem, pair.keyPem, NAME) } : {};
    expect((await cos.send({ method, path, ...body })).code).toBe("AccessDenied");
  });
});

function presentedSubject(port: number, servername: string): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", servername, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerX509Certificate()?.subject.replace("CN=", ""));
      socket.destroy();
    });
    socket.on("error", reject);
  });
}
