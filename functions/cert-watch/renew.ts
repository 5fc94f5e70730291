import {
  applyForRenewal,
  type CloudApi,
  CloudError,
  type Renewal,
  renewalOf,
  rollOver,
} from "../../packages/https-account/src/index.ts";
import { parseEndpoint } from "../../packages/tls-check/src/index.ts";
import { clockMs } from "../../shared/clock.ts";
import type { HostState } from "./look.ts";

/** What was done about one host's certificate, in a sentence, and whether somebody must act now. */
export interface RenewalReport {
  readonly host: string;
  readonly done: string;
  readonly needsHelp: boolean;
}

/** Between two attempts for the same certificate; a little less than a day, since the timer is not to the second. */
const ATTEMPT_PAUSE_MS = 23 * 60 * 60 * 1000;

/** The part of an invocation's time that is kept for reporting. */
const RESERVE_MS = 8000;

export interface RenewOptions {
  readonly ssl: CloudApi;
  /** Unix time in milliseconds. */
  readonly now: number;
  /** How long all of it, including the report, may take. */
  readonly withinMs: number;
  readonly sleep: (ms: number) => Promise<void>;
}

/**
 * Takes the renewal of each certificate that ends soon one step on: applies for the next one, at most once a
 * day, or installs the one that has been issued since. The account's state says how far it is, so nothing is
 * stored here.
 */
export async function renewAll(
  states: readonly HostState[],
  options: RenewOptions,
): Promise<RenewalReport[]> {
  const reports: RenewalReport[] = [];
  const deadline = clockMs() + options.withinMs - RESERVE_MS;
  for (const { host, verdict } of states) {
    if (verdict !== "ending") continue;
    const withinMs = deadline - clockMs();
    if (withinMs <= 0) {
      reports.push({ host, done: "There was no time to renew it in this run.", needsHelp: false });
      continue;
    }
    reports.push(await renewOne(host, { ...options, withinMs }));
  }
  return reports;
}

async function renewOne(host: string, options: RenewOptions): Promise<RenewalReport> {
  const name = parseEndpoint(host)?.host ?? host;
  try {
    return { host, ...(await step(name, options)) };
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    return { host, done: `The renewal was refused. ${error.message}`, needsHelp: true };
  }
}

type Done = Omit<RenewalReport, "host">;

async function step(host: string, { ssl, now, withinMs, sleep }: RenewOptions): Promise<Done> {
  const renewal: Renewal = await renewalOf({ ssl, host, now, sleep });
  switch (renewal.stage) {
    case "none":
      return help("None of the account's certificates is in use for it: renew it where it was issued.");
    case "fresh":
      return { done: "The account has a fresh one in place; it is not shown yet.", needsHelp: false };
    case "due": {
      const { current, lastAttempt } = renewal;
      if (current.from === "upload") {
        return help(
          `${current.id} was issued elsewhere: npm run https -- cert renew ${host} --with FULLCHAIN KEY.`,
        );
      }
      if (lastAttempt !== undefined && now - lastAttempt < ATTEMPT_PAUSE_MS) {
        return help("The application of today has failed; there is one a day. See the SSL console.");
      }
      const id = await applyForRenewal(ssl, host, current, "DNS_AUTO");
      return { done: `The next one was applied for (${id}).`, needsHelp: false };
    }
    case "applied": {
      const { next, record } = renewal;
      const wait = `The next one (${next.id}) is applied for and not issued yet.`;
      return record === undefined || next.verifiedBySystem
        ? { done: wait, needsHelp: false }
        : help(`${wait} It waits for the record ${record.name} ${record.type} ${record.value}.`);
    }
    case "issued": {
      const { current, next, uses } = renewal;
      const progress = await rollOver({ ssl, sleep }, { oldId: current.id, newId: next.id, uses, withinMs });
      const where = uses.map((use) => use.host || use.type).join(", ");
      if (progress.failures.length > 0) {
        return help(`${next.id} could not be put everywhere: ${progress.failures.join("; ")}`);
      }
      return {
        done: progress.isRunning
          ? `${next.id} is being put on ${where}.`
          : `${next.id} was put on ${where}. ${current.id} is kept.`,
        needsHelp: false,
      };
    }
  }
}

function help(done: string): Done {
  return { done, needsHelp: true };
}
