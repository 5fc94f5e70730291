import { X509Certificate } from "node:crypto";
import { beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { checkCertificate } from "../../../packages/tls-check/src/check-certificate.ts";
import { trustAnchors } from "../../../packages/tls-check/src/trust-anchors.ts";
import { testAuthority } from "../../support/certificates.ts";
import { serveTls } from "../../tools/doctor/support.ts";

let authority: Awaited<ReturnType<typeof testAuthority>>;
let port: number;
beforeAll(async () => {
  authority = await testAuthority();
});

/** Checks a server whose certificate is for another name. */
async function look(cnamesOf?: () => Promise<readonly string[]>) {
  const { pem, keyPem } = await authority.server({ names: ["files.example.test"] });
  port = await serveTls({ key: keyPem, cert: pem + authority.intermediate.pem });
  const options = { anchors: trustAnchors([authority.root.pem]), timeoutMs: 60_000, now: Date.now() };
  return checkCertificate({ host: "127.0.0.1", port }, { ...options, ...(cnamesOf && { cnamesOf }) });
}

test("an exception is reported as a finding for that server, without the control characters in its text", async () => {
  const report = await look(() => Promise.reject(new RangeError("bad\u001b[31m\ntime")));
  expect(report.findings.map(({ id, status }) => [id, status])).toEqual(
    ["connect", "certificate.trust", "certificate.chain", "certificate.date", "certificate.name"].map(
      (check) => [`${check}@127.0.0.1:${port}`, "blocked"],
    ),
  );
  expect(report.findings[0]?.detail).toBe(
    "What the server sends could not be examined (RangeError: bad [31m time).",
  );
  expect(report).toMatchObject({ daysLeft: undefined, handshake: undefined });
});

test("a certificate that cannot be read in the handshake is reported for that server", async () => {
  const spy = vi.spyOn(X509Certificate.prototype, "issuerCertificate", "get").mockImplementation(() => {
    throw new Error("asn1");
  });
  onTestFinished(() => spy.mockRestore());
  const report = await look();
  expect(report.errorCode).toBe("UNREADABLE_CERTIFICATE");
  expect(report.findings[0]?.status).toBe("fail");
});

test("quotes no more than 200 characters of an exception, which may have the certificate's text", async () => {
  const { findings } = await look(() => Promise.reject(new RangeError("x".repeat(300))));
  expect(findings[0]?.detail).toContain(`(RangeError: ${"x".repeat(188)}).`);
});

test.each([
  ["30 days", 0, "pass", 30],
  ["a moment less", 1, "warn", 29],
])("with %s left, a certificate is a %s", async (_, later, status, daysLeft) => {
  const { pem, keyPem } = await authority.server({ names: ["localhost"], toDays: 60 });
  const at = {
    host: "localhost",
    port: await serveTls({ key: keyPem, cert: pem + authority.intermediate.pem }),
  };
  const now = Date.parse(new X509Certificate(pem).validTo) - 30 * 24 * 3600 * 1000 + later;
  const report = await checkCertificate(at, {
    anchors: trustAnchors([authority.root.pem]),
    timeoutMs: 60_000,
    now,
  });
  const date = report.findings.find(({ id }) => id.startsWith("certificate.date"));
  expect([date?.status, report.daysLeft]).toEqual([status, daysLeft]);
});
