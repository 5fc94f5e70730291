import {
  type Commands,
  chainFinding,
  dateFinding,
  type Evidence,
  nameFinding,
  trustFinding,
} from "./certificate-findings.ts";
import { type Claim, type Finding, fail, pass, skip, warn } from "./finding.ts";
import { keyFinding, strengthFinding } from "./key.ts";
import { listNames, namesCovered, subjectName } from "./names.ts";
import { findPath } from "./path.ts";
import { type NamedFile, readCertificates } from "./read-certificates.ts";
import type { TrustAnchors } from "./trust-anchors.ts";

export interface FileCheckOptions {
  readonly anchors: TrustAnchors;
  /** The hosts that the certificate should serve; each is checked. */
  readonly hosts?: readonly string[];
  /** Unix time in milliseconds. */
  readonly now: number;
  /** How to give both files to the caller's command, such as `doctor cert FILE KEY`. */
  readonly usage: string;
  /** The caller's commands that install certificates, for the findings' fixes. */
  readonly commands?: Commands | undefined;
}

const CLAIMS = {
  pem: { id: "cert.pem", title: "the file holds certificates in PEM" },
  first: { id: "cert.first", title: "the server's certificate comes first" },
  key: { id: "cert.key", title: "the key belongs to the certificate" },
  chain: { id: "cert.chain", title: "the chain is complete and in order" },
  trust: { id: "cert.trust", title: "the certificate is trusted" },
  date: { id: "cert.date", title: "the certificate is in date" },
  names: { id: "cert.names", title: "the certificate covers names" },
  strength: { id: "cert.strength", title: "the key is strong enough" },
} satisfies Record<string, Claim>;

/**
 * Checks a certificate file, and its key if given, before it is installed anywhere. It is a pure function. If a finding
 * is a fail, do not install the file.
 */
export function checkCertificateFiles(
  file: NamedFile,
  key: NamedFile | undefined,
  { anchors, hosts = [], now, usage, commands }: FileCheckOptions,
): Finding[] {
  const read = readCertificates(file, usage);
  if ("fault" in read) {
    const { pem, ...others } = CLAIMS;
    return [
      fail(pem, read.fault, read.fix),
      ...Object.values(others).map((claim) => skip(claim, "No certificate could be read.")),
    ];
  }
  const { certificates, holdsPrivateKey } = read;
  const server = certificates.find(({ ca }) => !ca) ?? certificates[0];
  if (server === undefined) return [fail(CLAIMS.pem, "There is no certificate in it.", "Download it again.")];
  // The path starts at the server's certificate wherever it is in the file; another finding reports its place.
  const sent = [server, ...certificates.filter((certificate) => certificate !== server)];
  const evidence: Evidence = { sent, path: findPath(sent, anchors), now, commands };
  const names = namesCovered(server);
  return [
    holdsPrivateKey
      ? warn(
          CLAIMS.pem,
          "The file also contains a private key.",
          "Keep the key in a separate file; this one is sent to everyone.",
        )
      : pass(CLAIMS.pem, `${certificates.length} certificate${certificates.length === 1 ? "" : "s"}.`),
    server === certificates[0]
      ? pass(CLAIMS.first, `"${subjectName(server.subject)}".`)
      : fail(
          CLAIMS.first,
          `"${subjectName(certificates[0]?.subject ?? "")}" comes first, but "${subjectName(server.subject)}" is the server's.`,
          "Put the server's certificate at the top of the file, then its intermediate.",
        ),
    key === undefined ? skip(CLAIMS.key, `No key was named: ${usage}.`) : keyFinding(CLAIMS.key, server, key),
    chainFinding(CLAIMS.chain, evidence),
    trustFinding(CLAIMS.trust, evidence),
    dateFinding(CLAIMS.date, evidence),
    names.length > 0
      ? pass(CLAIMS.names, `${listNames(names)}.`)
      : fail(
          CLAIMS.names,
          `It has no subject alternative name; its common name "${subjectName(server.subject)}" does not count.`,
          "Have it reissued with the names as subject alternative names.",
        ),
    ...hosts.map((host) =>
      nameFinding({ id: `cert.covers@${host}`, title: `the certificate covers ${host}` }, evidence, host),
    ),
    strengthFinding(CLAIMS.strength, server),
  ];
}
