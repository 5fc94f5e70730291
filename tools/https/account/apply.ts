import {
  type AccountCertificate,
  applyCertificate,
  CERTIFICATE_STATUS,
  CloudError,
  isPending,
  isUsable,
  listCertificates,
  RENEW_DAYS,
  type ValidationMethod,
  validationRecord,
} from "../../../packages/https-account/src/index.ts";
import { type Finding, pass } from "../../../packages/tls-check/src/index.ts";
import { type Consent, NotDone } from "../../lib/consent.ts";
import type { Account } from "../lib/account.ts";
import { daysUntil, described } from "../lib/certificates.ts";
import { carryOut } from "../plan.ts";
import type { HttpsWorld } from "../world.ts";

/** How to prove that the name belongs to the account. */
export interface ApplyOptions {
  readonly method: ValidationMethod;
}

const PAUSE_SECONDS = 10;

/**
 * Applies for a free certificate for one name, or continues an earlier application, and waits until it is issued.
 *
 * @throws NotDone, DryRun, CloudError
 */
export async function apply(
  account: Account,
  host: string,
  { method }: ApplyOptions,
  consent: Consent,
  world: HttpsWorld,
): Promise<readonly Finding[]> {
  const claim = { id: `certificate.issued@${host}`, title: `${host}: the account has a certificate for it` };
  const now = account.clock();
  const own = (await listCertificates(account.ssl, host)).filter(
    ({ names, from }) => from !== "upload" && names.length === 1 && names[0] === host,
  );
  const fresh = own.find((one) => isUsable(one, now) && daysUntil(one.ends, now) >= RENEW_DAYS);
  if (fresh !== undefined) {
    world.write(`The account already has ${described(fresh)}; nothing to do.\n`);
    return [pass(claim, `${described(fresh)}. ${useOf(fresh.id, host)}`)];
  }
  const pending = own.find(isPending);
  let id = pending?.id ?? "";
  if (pending !== undefined) world.write(`${pending.id} has already been applied for.\n`);
  else {
    await carryOut(
      {
        steps: [
          {
            what: `Apply for a free certificate (TrustAsia, three months) for ${host}. To prove that the name is yours, ${method === "DNS_AUTO" ? "a record is set in DNSPod automatically" : "you set a DNS record"}.`,
            run: async () => {
              id = await applyFor(account, host, method);
            },
          },
        ],
        notes: [
          "It covers only this name, without a wildcard. An account gets a limited number of free ones.",
        ],
        question: `Apply for a certificate for ${host}?`,
      },
      consent,
      world,
    );
  }
  const issued = await waitUntilIssued(account, id, `cert apply ${host}`, world);
  return [pass(claim, `${described(issued)}. ${useOf(id, host)}`)];
}

function useOf(id: string, host: string): string {
  return `Next: npm run https -- cdn https ${host} --cert ${id}`;
}

async function applyFor({ ssl }: Account, host: string, method: ValidationMethod): Promise<string> {
  try {
    return await applyCertificate(ssl, host, method);
  } catch (error) {
    throw withOtherMethod(error, method);
  }
}

/**
 * Adds advice to an error. An automatic record needs the zone in DNSPod; we could not find out which code says that it is
 * not there.
 */
export function withOtherMethod(error: unknown, method: ValidationMethod): unknown {
  if (
    !(error instanceof CloudError) ||
    method !== "DNS_AUTO" ||
    !/^(FailedOperation|InvalidParameter)/.test(error.code)
  )
    return error;
  return new NotDone(
    `Nothing was changed. ${error.message} If the name's zone is not in DNSPod under this account, set the record yourself: --validation dns.`,
  );
}

/**
 * Waits until an application's certificate is issued, and says which DNS record it needs.
 *
 * @param command the command with which to continue later
 * @throws NotDone when that takes too long, or the application failed; CloudError
 */
export async function waitUntilIssued(
  account: Account,
  id: string,
  command: string,
  world: HttpsWorld,
): Promise<AccountCertificate> {
  const { ssl, waitSeconds, clock } = account;
  for (let waited = 0; ; waited += PAUSE_SECONDS) {
    const found = (await listCertificates(ssl, id)).find((one) => one.id === id);
    if (found !== undefined && isUsable(found, clock())) return found;
    if (found === undefined || !isPending(found)) {
      const why = found?.statusMessage || `status ${found?.status ?? "unknown"}`;
      throw new NotDone(`The application ${id} has failed (${why}). Run this again for a new one.`);
    }
    if (waited === 0) {
      const isAutomatic = found.status === CERTIFICATE_STATUS.addingRecord;
      const record = isAutomatic ? undefined : await validationRecord(ssl, id);
      if (record !== undefined) {
        world.writeError(
          `Set this DNS record to prove that the name is yours: ${record.name} ${record.type} ${record.value}\n`,
        );
      }
      world.writeError(`${id} is not issued yet; waiting up to ${waitSeconds} s.\n`);
    } else if (waited % 60 === 0) {
      world.writeError(`Still waiting after ${waited} s (${found.statusMessage || "in review"}).\n`);
    }
    if (waited + PAUSE_SECONDS > waitSeconds) {
      throw new NotDone(
        `${id} is not issued after ${waited} s. The application continues by itself; to resume later: npm run https -- ${command}`,
      );
    }
    await world.sleep(PAUSE_SECONDS * 1000);
  }
}
