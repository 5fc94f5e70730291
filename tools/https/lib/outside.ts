import { type CertificateReport, type Finding, fail } from "../../../packages/tls-check/src/index.ts";
import type { HttpsWorld } from "../world.ts";
import type { Account } from "./account.ts";
import { lookFromOutside } from "./look-from-outside.ts";

const PAUSE_SECONDS = 5;

/** The account gives expiry times in Beijing time, to the second. We could not find out whether it rounds any. */
const TOLERANCE_MS = 12 * 60 * 60 * 1000;

/** Checks a host's certificate from outside. */
export function lookAt(account: Account, host: string): Promise<CertificateReport> {
  return lookFromOutside(account, host, account.httpsPort);
}

/** What is wrong with a host's HTTPS from outside, a line for each fault; none if clients accept it. */
export async function faultsOutside(account: Account, host: string): Promise<string[]> {
  const { findings } = await lookAt(account, host);
  return findings
    .filter(({ status }) => status === "fail" || status === "blocked")
    .map(({ title, detail }) => `${title}: ${detail}`);
}

/**
 * Checks a host from outside until it presents the certificate that expires at this time.
 *
 * @param ends Unix time in milliseconds
 */
export async function waitUntilShown(
  account: Account,
  host: string,
  ends: number,
  world: HttpsWorld,
): Promise<readonly Finding[]> {
  const { waitSeconds } = account;
  for (let waited = 0; ; waited += PAUSE_SECONDS) {
    const { findings, handshake } = await lookAt(account, host);
    const [shown] = handshake?.sent ?? [];
    if (shown !== undefined && Math.abs(Date.parse(shown.validTo) - ends) < TOLERANCE_MS) return findings;
    if (waited + PAUSE_SECONDS > waitSeconds) {
      const instead =
        shown === undefined
          ? "no certificate was seen"
          : `the one in use expires on ${new Date(shown.validTo).toISOString().slice(0, 10)}`;
      return [
        ...findings,
        fail(
          { id: `certificate.new@${host}`, title: `${host}: the new certificate is in use` },
          `After ${waited} s, ${instead}.`,
          `npm run https -- status ${host} says where the name points.`,
        ),
      ];
    }
    if (waited === 0)
      world.writeError(`The certificate is not in use on ${host} yet; waiting up to ${waitSeconds} s.\n`);
    await world.sleep(PAUSE_SECONDS * 1000);
  }
}
