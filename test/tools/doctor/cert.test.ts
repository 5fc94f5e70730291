import { createPrivateKey, X509Certificate } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { type Issued, issue, testAuthority } from "../../support/certificates.ts";
import { doctor, type Outcome, temporaryFile } from "./support.ts";

const NAME = "upload.example.test";

let authority: Awaited<ReturnType<typeof testAuthority>>;
let server: Issued;
beforeAll(async () => {
  authority = await testAuthority();
  server = await authority.server({ names: [NAME, "*.img.example.test"] });
});

async function cert(
  content: string | Buffer,
  key?: string | Buffer,
  args: readonly string[] = [],
): Promise<Outcome> {
  const files = [await temporaryFile("cert.pem", content)];
  if (key !== undefined) files.push(await temporaryFile("key.pem", key));
  const ca = await temporaryFile("ca.pem", authority.root.pem);
  return await doctor(["cert", ...files, "--json", "--ca", ca, ...args]);
}

function fullChain(): string {
  return server.pem + authority.intermediate.pem;
}

test("a full chain with its key passes every check", async () => {
  const outcome = await cert(fullChain(), server.keyPem, ["--host", NAME]);
  expect(outcome.checks.map(({ id, status }) => [id, status])).toEqual([
    ["cert.pem", "pass"],
    ["cert.first", "pass"],
    ["cert.key", "pass"],
    ["cert.chain", "pass"],
    ["cert.trust", "pass"],
    ["cert.date", "pass"],
    ["cert.names", "pass"],
    [`cert.covers@${NAME}`, "pass"],
    ["cert.strength", "pass"],
  ]);
  expect(outcome.check("cert.names").detail).toBe(`${NAME}, *.img.example.test.`);
  expect(outcome.check("cert.date").detail).toMatch(/until \d{4}-\d\d-\d\d, 89 days/);
  expect(outcome.code).toBe(0);
});

test("CRLF line ends and text around the certificates do no harm", async () => {
  const outcome = await cert(`Bag Attributes\r\n${fullChain().replaceAll("\n", "\r\n")}`);
  expect(outcome.code).toBe(0);
});

describe("reports what is not PEM:", () => {
  const der = () => new X509Certificate(server.pem).raw;

  test.each([
    ["DER", der, "openssl x509 -inform der"],
    // ContentInfo with signedData (RFC 2315, section 7).
    [
      "PKCS#7 in DER",
      () => Buffer.from("308203e606092a864886f70d010702a08203d7", "hex"),
      "openssl pkcs7 -inform der",
    ],
    [
      "PKCS#7 in PEM",
      () => "-----BEGIN PKCS7-----\nMIID\n-----END PKCS7-----\n",
      "openssl pkcs7 -print_certs",
    ],
    // PFX with version 3 (RFC 7292, section 4).
    ["PKCS#12", () => Buffer.from("30820503020103308204c9", "hex"), "openssl pkcs12 -in"],
    ["a certificate request", () => "-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n", "authority"],
    ["a private key", () => server.keyPem, "certificate first"],
    ["base64 alone", () => der().toString("base64"), "-----BEGIN CERTIFICATE-----"],
    ["a Java key store", () => Buffer.from("feedfeed00000002", "hex"), "keytool"],
    ["UTF-16", () => Buffer.from(`\ufeff${server.pem}`, "utf16le"), "iconv"],
    // https://github.com/cert-manager/cert-manager/issues/2264, https://github.com/kubernetes/kubernetes/issues/9483
    ["base64 of PEM", () => Buffer.from(server.pem).toString("base64"), "base64 -d"],
    ["a line with spaces", () => server.pem.replaceAll("\n", " "), "Copy or download the file itself"],
    ["JSON", () => JSON.stringify(server.pem), "printf '%b"],
    ["YAML's indented lines", () => server.pem.replaceAll(/^/gm, "  "), "sed 's/^[[:space:]]*//"],
    ["a word processor's dashes", () => server.pem.replaceAll("-----", "—————"), "five hyphens"],
    ["other letters", () => server.pem.replaceAll("CERTIFICATE", "Certificate"), "in capitals"],
    ["the SSL console's zip", () => Buffer.from("504b0304140000000800", "hex"), "NAME_bundle.crt"],
    [
      "OpenSSL's own form, and an intermediate",
      () => server.pem.replaceAll("CERTIFICATE", "TRUSTED CERTIFICATE") + authority.intermediate.pem,
      "openssl x509",
    ],
    ["an empty file", () => "", "Download"],
    ["a web page", () => "<html>Log in</html>", "Download"],
    ["a damaged certificate", () => server.pem.replace(/\n.{20}/, "\nAAAAAAAAAAAAAAAAAAAA"), "again"],
    ["a truncated certificate", () => server.pem.slice(0, 300), "again"],
  ])("%s", async (_, content, fix) => {
    const outcome = await cert(content());
    expect(outcome.check("cert.pem")).toMatchObject({ status: "fail", fix: expect.stringContaining(fix) });
    expect(outcome.check("cert.chain").status).toBe("skip");
    expect(outcome.code).toBe(1);
  });
});

describe("the chain", () => {
  test("with the intermediate first", async () => {
    const outcome = await cert(authority.intermediate.pem + server.pem);
    expect(outcome.check("cert.first")).toMatchObject({
      status: "fail",
      detail: expect.stringContaining('"Test Intermediate" comes first'),
    });
    expect(outcome.code).toBe(1);
  });

  test("without the intermediate", async () => {
    const outcome = await cert(server.pem);
    expect(outcome.check("cert.chain")).toMatchObject({
      status: "fail",
      detail: expect.stringContaining("Test Intermediate"),
    });
  });

  test("with the root: not needed, no harm", async () => {
    const outcome = await cert(fullChain() + authority.root.pem);
    expect(outcome.check("cert.chain")).toMatchObject({
      status: "pass",
      detail: expect.stringContaining("need not be sent"),
    });
  });

  test("of a self-signed certificate", async () => {
    const outcome = await cert((await issue({ names: [NAME] })).pem);
    expect(outcome.check("cert.trust").status).toBe("fail");
    expect(outcome.check("cert.chain").status).toBe("skip");
  });
});

describe("the certificate", () => {
  test("expired", async () => {
    const old = await authority.server({ names: [NAME], fromDays: -90, toDays: -1.5 });
    const outcome = await cert(old.pem + authority.intermediate.pem);
    expect(outcome.check("cert.date")).toMatchObject({
      status: "fail",
      detail: expect.stringContaining("1 day ago"),
    });
  });

  test("without names", async () => {
    const nameless = await authority.server({ name: NAME });
    const outcome = await cert(nameless.pem + authority.intermediate.pem);
    expect(outcome.check("cert.names").status).toBe("fail");
  });

  test("not for the intended host", async () => {
    const outcome = await cert(fullChain(), undefined, ["--host", "a.b.img.example.test"]);
    expect(outcome.check("cert.covers")).toMatchObject({
      status: "fail",
      detail: expect.stringContaining("covers only one level"),
    });
  });

  test("for a host that is written in other letters", async () => {
    const issued = await authority.server({ names: ["xn--fiqs8s.example.test"] });
    const chain = issued.pem + authority.intermediate.pem;
    const outcome = await cert(chain, undefined, ["--host", "中国.example.test"]);
    expect(outcome.check("cert.covers").status).toBe("pass");
  });

  test("RSA of 1024 bits: a warning", async () => {
    const weak = await authority.server({ names: [NAME], rsaBits: 1024 });
    const outcome = await cert(weak.pem + authority.intermediate.pem);
    expect(outcome.check("cert.strength")).toMatchObject({
      status: "warn",
      detail: "RSA of 1024 bits is weak.",
    });
  });
});

// RFC 5280, section 4.2.1.12.
test.each<[string, purposes: string[], "pass" | "fail"]>([
  ["a client", ["1.3.6.1.5.5.7.3.2"], "fail"],
  ["code", ["1.3.6.1.5.5.7.3.3"], "fail"],
  ["a client and a server", ["1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.1"], "pass"],
  ["anything", ["2.5.29.37.0"], "pass"],
])("a certificate for %s", async (_, purposes, status) => {
  const { pem } = await authority.server({ names: [NAME], purposes });
  expect((await cert(pem + authority.intermediate.pem)).check("cert.trust").status).toBe(status);
});

describe("the key", () => {
  test("of another certificate", async () => {
    const outcome = await cert(fullChain(), authority.intermediate.keyPem);
    expect(outcome.check("cert.key")).toMatchObject({
      status: "fail",
      detail: "The key belongs to another certificate.",
    });
    expect(outcome.code).toBe(1);
  });

  test("encrypted", async () => {
    const encrypted = createPrivateKey(server.keyPem).export({
      type: "pkcs8",
      format: "pem",
      cipher: "aes-256-cbc",
      passphrase: "x",
    });
    expect((await cert(fullChain(), encrypted)).check("cert.key")).toMatchObject({
      status: "fail",
      detail: expect.stringContaining("passphrase"),
    });
  });

  test.each([
    [
      "a certificate request",
      () => "-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n",
      "together with the request",
    ],
    ["a public key", () => "-----BEGIN PUBLIC KEY-----\nMIIB\n", "the private key that it was made from"],
    ["OpenSSH's form", () => "-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n", "ssh-keygen -p -m PEM"],
    ["PKCS#12", () => Buffer.from("30820503020103308204c9", "hex"), "openssl pkcs12"],
    ["UTF-16", () => Buffer.from(`\ufeff${server.keyPem}`, "utf16le"), "iconv"],
    ["JSON", () => JSON.stringify(server.keyPem), "printf '%b"],
  ])("as %s", async (_, content, fix) => {
    const outcome = await cert(fullChain(), content());
    expect(outcome.check("cert.key")).toMatchObject({ status: "fail", fix: expect.stringContaining(fix) });
    expect(outcome.output).not.toContain("PRIVATE KEY-----");
  });

  test("in DER: it matches, a warning", async () => {
    const der = Buffer.from(server.keyPem.replaceAll(/-----[^-]+-----|\s/g, ""), "base64");
    expect((await cert(fullChain(), der)).check("cert.key").status).toBe("warn");
  });

  test("the two files swapped, or no key at all", async () => {
    expect((await cert(fullChain(), fullChain())).check("cert.key").status).toBe("fail");
    expect((await cert(fullChain(), "nothing")).check("cert.key").status).toBe("fail");
  });

  test("in the certificate's file: a warning", async () => {
    const outcome = await cert(fullChain() + server.keyPem);
    expect(outcome.check("cert.pem").status).toBe("warn");
    expect(outcome.output).not.toContain("PRIVATE KEY-----");
  });
});
