import {
  type AccountCertificate,
  coversHost,
  isPending,
  isUsable,
  listCertificates,
  whyNotCovered,
} from "../../../packages/https-account/src/index.ts";
import { NotDone } from "../../lib/consent.ts";
import type { Account } from "./account.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** `AbCd1234 (*.example.com, until 2027-01-31)` */
export function described({ id, names, ends }: AccountCertificate): string {
  return `${id} (${names.join(", ")}${Number.isFinite(ends) ? `, until ${day(ends)}` : ""})`;
}

export function day(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

export function daysUntil(time: number, now: number): number {
  return Math.floor((time - now) / DAY_MS);
}

/** Why a certificate cannot be installed on a host; undefined when it can. */
export function whyNotFor(certificate: AccountCertificate, host: string, now: number): string | undefined {
  const { status, statusMessage, ends, names } = certificate;
  if (isPending(certificate)) return "it is not issued yet";
  if (ends <= now) return `it expired on ${day(ends)}`;
  if (!isUsable(certificate, now)) {
    return `it is not issued (status ${status}${statusMessage ? `, ${statusMessage}` : ""})`;
  }
  return coversHost(names, host) ? undefined : whyNotCovered(names, host);
}

/**
 * The account's certificate with this id, which can be installed on a host.
 *
 * @throws NotDone when there is no such certificate, or it does not fit; CloudError
 */
export async function fittingCertificate(
  account: Account,
  id: string,
  host: string,
): Promise<AccountCertificate> {
  const found = (await listCertificates(account.ssl, id)).find((one) => one.id === id);
  if (found === undefined) {
    throw new NotDone(
      `Nothing was changed: this account has no certificate ${id}. A certificate of another account must be uploaded to this ` +
        `one (npm run https -- cert upload); npm run https -- cert list --for ${host} shows the certificates here.`,
    );
  }
  const why = whyNotFor(found, host, account.clock());
  if (why !== undefined) {
    throw new NotDone(`Nothing was changed: certificate ${id} does not fit ${host}: ${why}.`);
  }
  return found;
}
