import { X509Certificate } from "node:crypto";
import {
  checkCertificateFiles,
  type Finding,
  fail,
  keyPem,
  type NamedFile,
  splitPem,
  subjectName,
  whoseServer,
} from "../../../packages/tls-check/src/index.ts";
import type { BucketAccess } from "../../lib/bucket-api.ts";
import { CERTIFICATE_COMMANDS } from "../../lib/certificate-commands.ts";
import { type Consent, NotDone } from "../../lib/consent.ts";
import { cnamesOf } from "../../lib/network.ts";
import { day } from "../lib/certificates.ts";
import { lookFromOutside } from "../lib/look-from-outside.ts";
import { carryOut } from "../plan.ts";
import type { HttpsWorld } from "../world.ts";
import { certificateStatus, listDomains, putCertificate } from "./domains.ts";

export interface PutOptions {
  readonly domain: string;
  readonly certificate: NamedFile;
  readonly key: NamedFile;
  /** The port on which the domain answers. */
  readonly httpsPort: number;
  /** How long to wait until the new certificate is in use; with 0, it checks once. */
  readonly waitSeconds: number;
}

/** How long to wait between two looks, in seconds. */
const PAUSE_SECONDS = 10;

/**
 * Installs a certificate on one of the bucket's custom domains if nothing is wrong with it, and checks from outside until
 * it is in use.
 *
 * @returns what is wrong with the files, in which case nothing was changed; or what was seen from outside
 * @throws NotDone, DryRun, BucketError
 */
export async function installCertificate(
  access: BucketAccess,
  options: PutOptions,
  consent: Consent,
  world: HttpsWorld,
): Promise<readonly Finding[]> {
  const { domain, certificate, key } = options;
  const findings = checkCertificateFiles(certificate, key, {
    commands: CERTIFICATE_COMMANDS,
    anchors: access.network.anchors,
    hosts: [domain],
    now: access.clock(),
    usage: "https -- cert put DOMAIN FILE KEY",
  });
  if (findings.some(({ status }) => status === "fail" || status === "blocked")) {
    world.writeError("Nothing was changed: do not install this certificate.\n");
    return findings;
  }
  const domains = await listDomains(access);
  if (!domains.some(({ name }) => name === domain)) {
    const names = domains.map(({ name }) => name).join(", ") || "none";
    throw new NotDone(
      `Nothing was changed: ${domain} is not a custom domain of ${access.bucket.bucket} (its domains: ${names}). ` +
        "Add it in the COS console first.",
    );
  }
  const certificates = splitPem(certificate.content.toString("utf8"));
  // The checks only warn about a key in DER, but COS requires PEM.
  const privateKey = keyPem(key.content);
  if (privateKey === undefined) throw new NotDone("Nothing was changed: the key cannot be read.");
  const leaf = new X509Certificate(certificates[0] ?? "");
  const isThere = (await certificateStatus(access, domain)) === "ENABLED";
  await carryOut(
    {
      steps: [
        {
          what: `Install "${subjectName(leaf.subject)}", until ${day(Date.parse(leaf.validTo))}, and its key on ${domain} of ${access.bucket.bucket}${isThere ? ", in place of the one that it has" : ""}.`,
          run: () =>
            putCertificate(access, domain, { certificate: `${certificates.join("\n")}\n`, privateKey }),
        },
      ],
      question: `Install it on ${domain}?`,
    },
    consent,
    world,
  );
  return await waitFor(leaf, access, options, world);
}

async function waitFor(
  wanted: X509Certificate,
  access: BucketAccess,
  { domain, httpsPort, waitSeconds }: PutOptions,
  world: HttpsWorld,
): Promise<readonly Finding[]> {
  for (let waited = 0; ; waited += PAUSE_SECONDS) {
    const { findings, handshake } = await lookFromOutside(access, domain, httpsPort);
    const shown = handshake?.sent[0];
    if (shown?.fingerprint256 === wanted.fingerprint256) return findings;
    if (waited + PAUSE_SECONDS > waitSeconds) {
      return [...findings, await notShown(shown, domain, waited, access)];
    }
    if (waited === 0) {
      world.writeError(
        `The certificate is not in use on ${domain} yet; waiting up to ${waitSeconds} s. COS takes minutes.\n`,
      );
    }
    await world.sleep(PAUSE_SECONDS * 1000);
  }
}

async function notShown(
  shown: X509Certificate | undefined,
  domain: string,
  waitedSeconds: number,
  { network }: BucketAccess,
): Promise<Finding> {
  const claim = { id: `certificate.new@${domain}`, title: `${domain}: the new certificate is in use` };
  const after = waitedSeconds === 0 ? "It is installed but not in use yet" : `After ${waitedSeconds} s`;
  const instead =
    shown === undefined
      ? "no certificate was seen"
      : `another is in use, "${subjectName(shown.subject)}" until ${new Date(shown.validTo).toISOString().slice(0, 10)}`;
  const server = whoseServer(await cnamesOf(domain, network));
  const elsewhere =
    server === undefined || server.who === "COS itself" ? undefined : ` ${domain} points to ${server.who}.`;
  return fail(
    claim,
    `${after}: ${instead}.${elsewhere ?? ""}`,
    elsewhere === undefined
      ? `COS may need longer. Check again later: npm run doctor -- --host ${domain}`
      : (server?.install ?? ""),
  );
}
