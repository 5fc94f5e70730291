import { coversHost } from "./certificate-names.ts";
import type { CloudApi } from "./cloud-api.ts";
import {
  type AccountCertificate,
  applyCertificate,
  isPending,
  isUsable,
  listCertificates,
  type ValidationMethod,
  type ValidationRecord,
  validationRecord,
} from "./ssl/certificates.ts";
import {
  type DeployProgress,
  RESOURCE_TYPES,
  replaceCertificate,
  replaceProgress,
} from "./ssl/deployments.ts";
import { type CertificateUse, usesOf } from "./ssl/uses.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** A free certificate may be renewed this many days before it expires (ApplyCertificate's OldCertificateId). */
export const RENEW_DAYS = 30;

/** How far the renewal of a host's certificate is. This is read from the account; nothing is stored here. */
export type Renewal =
  /** The host uses none of the account's certificates. */
  | { readonly stage: "none" }
  /** It is too early to renew. */
  | { readonly stage: "fresh"; readonly current: AccountCertificate; readonly daysLeft: number }
  /** It is time to renew, and no renewal is in progress. */
  | {
      readonly stage: "due";
      readonly current: AccountCertificate;
      readonly daysLeft: number;
      /** When the last unsuccessful application was made, in Unix milliseconds; undefined if there was none. */
      readonly lastAttempt: number | undefined;
    }
  /** The new certificate has been applied for and is not issued yet. */
  | {
      readonly stage: "applied";
      readonly current: AccountCertificate;
      readonly next: AccountCertificate;
      readonly record: ValidationRecord | undefined;
    }
  /** The new certificate is issued and must still replace the old one in these places. */
  | {
      readonly stage: "issued";
      readonly current: AccountCertificate;
      readonly next: AccountCertificate;
      readonly uses: readonly CertificateUse[];
    };

export interface RenewalOptions {
  readonly ssl: CloudApi;
  readonly host: string;
  /** Unix time in milliseconds. */
  readonly now: number;
  readonly sleep: (ms: number) => Promise<void>;
}

/** The account's certificate that a host uses, and every place that uses it. */
export interface InUse {
  readonly certificate: AccountCertificate;
  readonly uses: readonly CertificateUse[];
}

/**
 * Finds the account's certificate that a host uses.
 *
 * @throws CloudError
 */
export async function certificateInUse(
  { ssl, host, sleep }: Omit<RenewalOptions, "now">,
  certificates: readonly AccountCertificate[],
): Promise<InUse | undefined> {
  const candidates = certificates.filter((one) => Number.isFinite(one.ends) && coversHost(one.names, host));
  const uses = await usesOf(
    ssl,
    candidates.map(({ id }) => id),
    sleep,
  );
  for (const certificate of candidates) {
    const own = uses.get(certificate.id) ?? [];
    if (own.some((use) => use.host === host)) return { certificate, uses: own };
  }
  return undefined;
}

/**
 * Finds out how far the renewal of a host's certificate is.
 *
 * @throws CloudError
 */
export async function renewalOf(options: RenewalOptions): Promise<Renewal> {
  const { ssl, host, now } = options;
  const certificates = await listCertificates(ssl);
  const inUse = await certificateInUse(options, certificates);
  if (inUse === undefined) return { stage: "none" };
  const { certificate: current, uses } = inUse;
  const previous = certificates.find(({ id }) => id === current.renewalOf);
  if (previous !== undefined) {
    // The previous certificate is still in use elsewhere: its replacement was interrupted.
    const left = replaceable((await usesOf(ssl, [previous.id], options.sleep)).get(previous.id) ?? []);
    if (left.length > 0) return { stage: "issued", current: previous, next: current, uses: left };
  }
  const daysLeft = Math.floor((current.ends - now) / DAY_MS);
  const next = certificates.find(
    (one) =>
      one.renewalOf === current.id && coversHost(one.names, host) && (isPending(one) || isUsable(one, now)),
  );
  if (next !== undefined && isPending(next)) {
    return { stage: "applied", current, next, record: await validationRecord(ssl, next.id) };
  }
  if (next !== undefined) return { stage: "issued", current, next, uses: replaceable(uses) };
  if (daysLeft >= RENEW_DAYS) return { stage: "fresh", current, daysLeft };
  const attempts = certificates.filter((one) => one.renewalOf === current.id).map(({ inserted }) => inserted);
  const lastAttempt = attempts.length > 0 ? Math.max(...attempts) : undefined;
  return { stage: "due", current, daysLeft, lastAttempt };
}

/** The places where {@link replaceCertificate} can replace a certificate. */
export function replaceable(uses: readonly CertificateUse[]): CertificateUse[] {
  return uses.filter(({ type }) => RESOURCE_TYPES.some((kind) => kind === type));
}

/**
 * Applies for the certificate that will replace the old one.
 *
 * @throws CloudError
 */
export function applyForRenewal(
  ssl: CloudApi,
  host: string,
  current: AccountCertificate,
  method: ValidationMethod,
): Promise<string> {
  return applyCertificate(ssl, host, method, current.id);
}

/** How long to wait between two looks at a task, in milliseconds. */
const PAUSE_MS = 2000;

/**
 * Replaces the old certificate wherever it is used, and waits for that to finish. Another call continues with the same
 * task.
 *
 * @param withinMs how long to wait; the task continues by itself after that
 * @throws CloudError
 */
export async function rollOver(
  { ssl, sleep }: Pick<RenewalOptions, "ssl" | "sleep">,
  change: {
    readonly oldId: string;
    readonly newId: string;
    readonly uses: readonly CertificateUse[];
    readonly withinMs: number;
    readonly onProgress?: (progress: DeployProgress) => void;
  },
): Promise<DeployProgress> {
  const { oldId, newId, uses, withinMs, onProgress } = change;
  let waited = 0;
  const pause = async () => {
    waited += PAUSE_MS;
    await sleep(PAUSE_MS);
  };
  let record = await replaceCertificate(ssl, oldId, newId, uses);
  while (record.id === 0 && waited < withinMs) {
    await pause();
    record = await replaceCertificate(ssl, oldId, newId, uses);
  }
  const unknown: DeployProgress = { total: uses.length, done: 0, failures: [], isRunning: true };
  if (record.id === 0) return unknown;
  let progress = await replaceProgress(ssl, record);
  while (progress.isRunning && waited < withinMs) {
    onProgress?.(progress);
    await pause();
    progress = await replaceProgress(ssl, record);
  }
  return progress;
}
