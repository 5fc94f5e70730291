import {
  type AccountCertificate,
  type CertificateUse,
  isPending,
  listCertificates,
  usesOf,
} from "../../../packages/https-account/src/index.ts";
import { type Finding, fail, pass, skip, warn } from "../../../packages/tls-check/src/index.ts";
import type { Account } from "../lib/account.ts";
import { day, daysUntil, whyNotFor } from "../lib/certificates.ts";
import type { HttpsWorld } from "../world.ts";

const WARN_DAYS = 30;

/**
 * Lists the account's certificates and where each is used. With a host, it says which of them fit the host, and why the
 * others do not.
 *
 * @throws CloudError
 */
export async function listAll(
  account: Account,
  host: string | undefined,
  world: HttpsWorld,
): Promise<readonly Finding[]> {
  const certificates = await listCertificates(account.ssl);
  const now = account.clock();
  const issued = certificates.filter((one) => Number.isFinite(one.ends));
  const uses = await usesOf(
    account.ssl,
    issued.map(({ id }) => id),
    world.sleep,
  );
  const findings = certificates.map((one) =>
    host === undefined
      ? certificateFinding(one, uses.get(one.id) ?? [], now)
      : fitFinding(one, host, uses.get(one.id) ?? [], now),
  );
  if (host === undefined) {
    return findings.length > 0
      ? findings
      : [skip({ id: "certificates", title: "the account has certificates" }, "It has none.", NEW)];
  }
  const fits = findings.filter(({ status }) => status === "pass").length;
  const claim = { id: `certificates.fit@${host}`, title: `${host}: a certificate in the account fits` };
  const missing =
    "Other accounts' certificates are not listed: upload them to this one with npm run https -- cert upload FULLCHAIN KEY.";
  return [
    ...findings,
    fits > 0
      ? pass(claim, `${fits} of ${certificates.length}.`)
      : fail(claim, `None of ${certificates.length}. ${missing}`, `npm run https -- cert apply ${host}`),
  ];
}

const NEW = "npm run https -- cert apply HOST, or cert upload FULLCHAIN KEY";

function usedBy(uses: readonly CertificateUse[]): string {
  if (uses.length === 0) return "not in use";
  return `used by ${uses.map(({ type, host }) => (host ? `${host} (${type})` : type)).join(", ")}`;
}

function claimOf({ id, names, alias }: AccountCertificate) {
  return { id: `certificate@${id}`, title: `${id} ${names.join(", ")}${alias ? ` "${alias}"` : ""}` };
}

function certificateFinding(
  certificate: AccountCertificate,
  uses: readonly CertificateUse[],
  now: number,
): Finding {
  const claim = claimOf(certificate);
  const { ends, from, statusMessage } = certificate;
  if (isPending(certificate)) return skip(claim, `Applied for (${from}), not issued yet. ${statusMessage}`);
  if (!Number.isFinite(ends)) return skip(claim, `Not issued: ${statusMessage || "no reason given"}.`);
  const text = `${from}, until ${day(ends)}, ${daysUntil(ends, now)} days; ${usedBy(uses)}.`;
  if (uses.length === 0) return ends <= now ? skip(claim, `Expired; ${text}`) : pass(claim, text);
  const [first] = uses;
  const renew = `npm run https -- cert renew ${first?.host ?? "HOST"}`;
  if (ends <= now) return fail(claim, `Expired; ${text}`, renew);
  return daysUntil(ends, now) < WARN_DAYS ? warn(claim, text, renew) : pass(claim, text);
}

function fitFinding(
  certificate: AccountCertificate,
  host: string,
  uses: readonly CertificateUse[],
  now: number,
): Finding {
  const claim = claimOf(certificate);
  const why = whyNotFor(certificate, host, now);
  if (why !== undefined) return skip(claim, `It does not fit: ${why}.`);
  return pass(claim, `It fits, until ${day(certificate.ends)}; ${usedBy(uses)}.`);
}
