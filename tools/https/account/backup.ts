import { listCertificates } from "../../../packages/https-account/src/index.ts";
import { type Finding, pass, subjectName, warn } from "../../../packages/tls-check/src/index.ts";
import type { Consent } from "../../lib/consent.ts";
import type { Account } from "../lib/account.ts";
import { described, whyNotFor } from "../lib/certificates.ts";
import { lookAt } from "../lib/outside.ts";
import type { HttpsWorld } from "../world.ts";
import { checkPair, type PairFiles, upload } from "./upload.ts";

/** The alias in the account by which a host's second certificate is found again. */
export function backupAlias(host: string): string {
  return `backup ${host}`;
}

/**
 * Keeps a second certificate for a host ready in the account. It is checked as if it were to be used now, and should have
 * another issuer than the one in use.
 *
 * @throws NotDone, DryRun, CloudError
 */
export async function keepBackup(
  account: Account,
  host: string,
  files: PairFiles,
  consent: Consent,
  world: HttpsWorld,
): Promise<readonly Finding[]> {
  const usage = `https -- cert backup ${host} FULLCHAIN KEY`;
  const { pair } = checkPair(account, files, [host], usage);
  const { findings, id } = await upload(
    account,
    files,
    { hosts: [host], alias: backupAlias(host), usage },
    consent,
    world,
  );
  if (id === undefined || pair === undefined) return findings;
  const [kept] = (await listCertificates(account.ssl, id)).filter((one) => one.id === id);
  const ready = { id: `backup@${host}`, title: `${host}: a second certificate is ready` };
  const why = kept && whyNotFor(kept, host, account.clock());
  return [
    ...findings,
    kept !== undefined && why === undefined
      ? pass(ready, `${described(kept)}. To install it: npm run https -- cert switch ${host}`)
      : warn(ready, `The account does not offer it: ${why ?? "it is not listed"}.`, "Run this again."),
    await issuerFinding(account, host, pair.leaf.issuer),
  ];
}

async function issuerFinding(account: Account, host: string, issuer: string): Promise<Finding> {
  const claim = { id: `backup.issuer@${host}`, title: `${host}: the second certificate has another issuer` };
  const { handshake } = await lookAt(account, host);
  const [shown] = handshake?.sent ?? [];
  if (shown === undefined) return pass(claim, `"${subjectName(issuer)}"; no certificate is in use.`);
  return organisation(shown.issuer) === organisation(issuer)
    ? warn(
        claim,
        `Both are from "${organisation(issuer)}": a problem with the issuer affects both.`,
        "If that matters, get the second one from another authority.",
      )
    : pass(claim, `"${organisation(issuer)}"; the one in use is from "${organisation(shown.issuer)}".`);
}

/** The organisation of an issuer, or its name if it states none. */
function organisation(distinguishedName: string): string {
  return /^O=(.*)$/m.exec(distinguishedName)?.[1] ?? subjectName(distinguishedName);
}
