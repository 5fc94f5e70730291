import {
  type AccountCertificate,
  applyForRenewal,
  type CertificateUse,
  certificateInUse,
  describeDomain,
  listCertificates,
  type Renewal,
  renewalOf,
  replaceable,
  rollOver,
  type ValidationMethod,
} from "../../../packages/https-account/src/index.ts";
import { type Finding, fail, pass, warn } from "../../../packages/tls-check/src/index.ts";
import { type Consent, NotDone } from "../../lib/consent.ts";
import type { Account } from "../lib/account.ts";
import { daysUntil, described } from "../lib/certificates.ts";
import { waitUntilDeployed } from "../lib/change-domain.ts";
import { waitUntilShown } from "../lib/outside.ts";
import { carryOut } from "../plan.ts";
import type { HttpsWorld } from "../world.ts";
import { waitUntilIssued, withOtherMethod } from "./apply.ts";
import { type PairFiles, upload } from "./upload.ts";

export interface RenewOptions {
  readonly method: ValidationMethod;
  /** A certificate from elsewhere that should replace the old one; undefined for a free one. */
  readonly files: PairFiles | undefined;
}

/**
 * Renews the certificate of a host. It applies for a new one, or uses the given one, and installs it wherever the old one is
 * used. The old one stays in the account. An interrupted renewal is continued.
 *
 * @throws NotDone, DryRun, CloudError
 */
export async function renew(
  account: Account,
  host: string,
  { method, files }: RenewOptions,
  consent: Consent,
  world: HttpsWorld,
): Promise<readonly Finding[]> {
  const options = { ssl: account.ssl, host, now: account.clock(), sleep: world.sleep };
  const renewal = await renewalOf(options);
  switch (renewal.stage) {
    case "none":
      throw new NotDone(
        `Nothing was changed: none of the account's certificates is in use for ${host}. First: npm run https -- status ${host}`,
      );
    case "fresh":
      if (files !== undefined) return await renewWith(account, renewal.current, files, host, consent, world);
      world.write(
        `${described(renewal.current)} has ${renewal.daysLeft} days left; it can be renewed in the last 30 days.\n`,
      );
      await settle(account, host, world);
      return await waitUntilShown(account, host, renewal.current.ends, world);
    case "due":
      if (files !== undefined) return await renewWith(account, renewal.current, files, host, consent, world);
      return await applyAndReplace(account, host, renewal, method, consent, world);
    case "applied":
      world.write(
        `${renewal.next.id} has already been applied for, to renew ${described(renewal.current)}.\n`,
      );
      if (consent.dryRun) return [waiting(host, renewal.next)];
      await waitUntilIssued(account, renewal.next.id, `cert renew ${host}`, world);
      return await replace(account, host, await again(account, host, world), consent, world);
    case "issued":
      return await replace(account, host, renewal, consent, world);
  }
}

type Issued = Extract<Renewal, { stage: "issued" }>;

function waiting(host: string, next: AccountCertificate): Finding {
  return warn(
    { id: `renewal@${host}`, title: `${host}: the certificate is renewed` },
    `${next.id} has been applied for and is not issued yet.`,
    `npm run https -- cert renew ${host}`,
  );
}

async function applyAndReplace(
  account: Account,
  host: string,
  { current, daysLeft }: Extract<Renewal, { stage: "due" }>,
  method: ValidationMethod,
  consent: Consent,
  world: HttpsWorld,
): Promise<readonly Finding[]> {
  if (current.from === "upload") {
    throw new NotDone(
      `Nothing was changed: ${described(current)} was issued elsewhere. Get the next one there, then: npm run https -- ` +
        `cert renew ${host} --with FULLCHAIN KEY. For a free one in its place: npm run https -- cert apply ${host}`,
    );
  }
  let id = "";
  await carryOut(
    {
      steps: [
        {
          what: `Apply for a certificate to renew ${described(current)}, which has ${daysLeft} days left.`,
          run: async () => {
            id = await applyForRenewal(account.ssl, host, current, method).catch((error: unknown) => {
              throw withOtherMethod(error, method);
            });
          },
        },
      ],
      notes: ["Once it is issued, it replaces the old one wherever that is used. The old one is kept."],
      question: `Renew the certificate of ${host}?`,
    },
    consent,
    world,
  );
  await waitUntilIssued(account, id, `cert renew ${host}`, world);
  // The question covered this step too, so it is not asked again.
  return await replace(account, host, await again(account, host, world), { yes: true }, world);
}

async function again(account: Account, host: string, world: HttpsWorld): Promise<Issued> {
  const renewal = await renewalOf({ ssl: account.ssl, host, now: account.clock(), sleep: world.sleep });
  if (renewal.stage === "issued") return renewal;
  throw new NotDone("The account does not show the new certificate yet. Run this again.");
}

async function renewWith(
  account: Account,
  current: AccountCertificate,
  files: PairFiles,
  host: string,
  consent: Consent,
  world: HttpsWorld,
): Promise<readonly Finding[]> {
  const renewal = await renewalUses(account, host, world);
  const hosts = [...new Set(renewal.map((use) => use.host).filter(Boolean))];
  const { findings, id } = await upload(
    account,
    files,
    { hosts, alias: "", usage: `https -- cert renew ${host} --with FULLCHAIN KEY` },
    consent,
    world,
  );
  if (id === undefined) return findings;
  if (id === current.id) {
    world.write(`${described(current)} is already in use; nothing to do.\n`);
    return [...findings, ...(await waitUntilShown(account, host, current.ends, world))];
  }
  const next = (await listCertificates(account.ssl, id)).find((one) => one.id === id);
  if (next === undefined)
    throw new NotDone("The account does not show the new certificate yet. Run this again.");
  const issued: Issued = { stage: "issued", current, next, uses: renewal };
  return [...findings, ...(await replace(account, host, issued, consent, world))];
}

async function renewalUses(account: Account, host: string, world: HttpsWorld): Promise<CertificateUse[]> {
  const inUse = await certificateInUse(
    { ssl: account.ssl, host, sleep: world.sleep },
    await listCertificates(account.ssl),
  );
  return replaceable(inUse?.uses ?? []);
}

async function replace(
  account: Account,
  host: string,
  { current, next, uses }: Issued,
  consent: Consent,
  world: HttpsWorld,
): Promise<readonly Finding[]> {
  const hosts = [...new Set(uses.map((use) => use.host).filter(Boolean))];
  const claim = { id: `renewal@${host}`, title: `${host}: the new certificate is where the old one was` };
  let failures: readonly string[] = [];
  let isRunning = false;
  let told = -1;
  await carryOut(
    {
      steps: [
        {
          what: `Replace ${current.id} by ${described(next)} on ${uses.map((use) => `${use.host} (${use.type})`).join(", ")}.`,
          run: async () => {
            const progress = await rollOver(
              { ssl: account.ssl, sleep: world.sleep },
              {
                oldId: current.id,
                newId: next.id,
                uses,
                withinMs: account.waitSeconds * 1000,
                onProgress: ({ done, total }) => {
                  if (done !== told) world.writeError(`${done} of ${total} replaced.\n`);
                  told = done;
                },
              },
            );
            ({ failures, isRunning } = progress);
          },
        },
      ],
      question: `Install the new certificate on ${hosts.length} host${hosts.length === 1 ? "" : "s"}?`,
    },
    consent,
    world,
  );
  if (isRunning) {
    throw new NotDone(
      `The replacement is still in progress after ${account.waitSeconds} s. It continues by itself; run this again to see the result.`,
    );
  }
  const seen: Finding[] = [];
  for (const name of hosts) {
    await settle(account, name, world);
    seen.push(...(await waitUntilShown(account, name, next.ends, world)));
  }
  const days = daysUntil(next.ends, account.clock());
  return [
    ...seen,
    failures.length === 0
      ? pass(claim, `${described(next)}, ${days} days. ${current.id} is kept.`)
      : fail(claim, failures.join("; "), `Run it again: npm run https -- cert renew ${host}`),
  ];
}

/** Waits for the CDN, if the host is on it. */
async function settle(account: Account, host: string, world: HttpsWorld): Promise<void> {
  if ((await describeDomain(account.cdn, host)) !== undefined) await waitUntilDeployed(account, host, world);
}
