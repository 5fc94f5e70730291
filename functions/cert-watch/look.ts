import type { TrustAnchors } from "../../packages/tls-check/src/index.ts";
import { checkCertificate, type Endpoint, label } from "../../packages/tls-check/src/index.ts";
import { joined, type LogFields } from "../../shared/entry/log.ts";
import { fallbackUntil } from "./fallback.ts";

/** How one host's certificate stands. */
export interface HostState {
  /** `host[:port]`. */
  readonly host: string;
  /**
   * `broken`: clients refuse it; `ending`: it is valid for fewer than 30 days; `unknown`: it could not be
   * checked.
   */
  readonly verdict: "good" | "ending" | "broken" | "unknown";
  /** Whole days until the chain's first certificate ends; undefined when none was seen. */
  readonly daysLeft: number | undefined;
  /** What is wrong and how to fix it, a sentence each. */
  readonly problems: readonly string[];
  /** Until when it is meant to answer plain HTTP in an emergency, in Unix milliseconds; undefined when it is not. */
  readonly fallbackUntil?: number | undefined;
}

/** How many days before it expires a certificate is first reported. */
const ENDING_DAYS = 30;

/** The days left on the day a certificate drops below 30, and below 14. */
const CROSSINGS: ReadonlySet<number> = new Set([29, 13]);

/** With fewer days left it is reported daily. */
const DAILY_DAYS = 7;

/** The longest look at one host, in milliseconds. */
const MAX_LOOK_MS = 5000;

/** The share of the remaining time for checking; the rest is for the webhook. */
const LOOKING_SHARE = 0.6;

/**
 * Whether to report it. Nothing is remembered from one day to the next, so only the days left count: daily
 * while a host answers plain HTTP for an emergency, while a certificate is broken, could not be checked, or has fewer than 7 days (and so also fewer than 1); else on
 * the one day on which it drops below 30, or below 14.
 */
export function isDue({ verdict, daysLeft = 0, fallbackUntil: fallback }: HostState): boolean {
  if (fallback !== undefined) return true;
  return verdict === "ending" ? daysLeft < DAILY_DAYS || CROSSINGS.has(daysLeft) : verdict !== "good";
}

/**
 * Checks all of them at once, and those that did not answer once more.
 *
 * @param now Unix time in milliseconds
 * @param withinMs how long that, and reporting it, may take
 */
export function lookAtAll(
  hosts: readonly Endpoint[],
  anchors: TrustAnchors,
  now: number,
  withinMs: number,
): Promise<HostState[]> {
  const timeoutMs = Math.min(MAX_LOOK_MS, Math.max(1, (withinMs * LOOKING_SHARE) / 2));
  return Promise.all(
    hosts.map(async (host) => {
      const options = { anchors, timeoutMs, now };
      const state = await lookAt(host, options);
      return state.verdict === "unknown" ? await lookAt(host, options) : state;
    }),
  );
}

/** The level at which this is logged. */
export function levelOf(states: readonly HostState[]): "error" | "warn" | "info" {
  if (states.some(({ verdict }) => verdict === "broken")) return "error";
  const isWell = ({ verdict, fallbackUntil: fallback }: HostState) =>
    verdict === "good" && fallback === undefined;
  return states.every(isWell) ? "info" : "warn";
}

/** The hosts by what was found, for the log. */
export function digest(states: readonly HostState[]): LogFields {
  const named = (verdict: HostState["verdict"]) =>
    joined(
      states
        .filter((state) => state.verdict === verdict)
        .map(({ host, daysLeft }) => (daysLeft === undefined ? host : `${host} ${daysLeft}d`)),
    );
  return {
    hosts: states.length,
    broken: named("broken"),
    ending: named("ending"),
    unknown: named("unknown"),
    ...fallbacks(states),
  };
}

function fallbacks(states: readonly HostState[]): LogFields {
  const hosts = states.filter((state) => state.fallbackUntil !== undefined).map(({ host }) => host);
  return hosts.length === 0 ? {} : { fallback: joined(hosts) };
}

async function lookAt(
  endpoint: Endpoint,
  options: Parameters<typeof checkCertificate>[1],
): Promise<HostState> {
  const [{ findings, daysLeft }, fallback] = await Promise.all([
    checkCertificate(endpoint, options),
    fallbackUntil(endpoint, options.timeoutMs),
  ]);
  const problems = (wanted: "fail" | "blocked") =>
    findings.filter(({ status }) => status === wanted).map(({ detail, fix }) => `${detail} ${fix}`.trim());
  const state = {
    host: label(endpoint),
    daysLeft,
    ...(fallback !== undefined && { fallbackUntil: fallback }),
  };
  const broken = problems("fail");
  if (broken.length > 0) return { ...state, verdict: "broken", problems: broken };
  if (daysLeft === undefined) return { ...state, verdict: "unknown", problems: problems("blocked") };
  return { ...state, verdict: daysLeft < ENDING_DAYS ? "ending" : "good", problems: [] };
}
