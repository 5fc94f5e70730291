import { isIP } from "node:net";
import {
  blocked,
  type Claim,
  type Endpoint,
  type Finding,
  label,
  pass,
  skip,
  warn,
} from "../../../packages/tls-check/src/index.ts";
import { type Network, NetworkError, send } from "../../lib/network.ts";

const DAY_SECONDS = 24 * 60 * 60;

/** Half a year. If it were shorter, a client that stays away for a few months would start over plain HTTP again. */
const MIN_DAYS = 180;

const FIX =
  "Send Strict-Transport-Security: max-age=31536000 with every HTTPS answer (on Tencent's CDN: npm run " +
  "https -- cdn hsts). COS's own names do not send it; a Mini Program does not need it, since it never uses plain " +
  "HTTP.";

/** Whether clients are told to keep using HTTPS (RFC 6797). */
export async function hstsFinding(claim: Claim, endpoint: Endpoint, network: Network): Promise<Finding> {
  if (isIP(endpoint.host) !== 0) {
    return skip(claim, "HSTS is for names, not for IP addresses (RFC 6797, section 8.1.1).");
  }
  try {
    const { headers } = await send(
      new URL(`https://${label(endpoint)}/`),
      { method: "GET", anyCertificate: true },
      network,
    );
    return judge(claim, headers.get("strict-transport-security"));
  } catch (error) {
    if (error instanceof NetworkError) return blocked(claim, `GET /: ${error.message}.`);
    throw error;
  }
}

function judge(claim: Claim, header: string | undefined): Finding {
  if (header === undefined) return warn(claim, "There is no Strict-Transport-Security header.", FIX);
  const seconds = Number(/(?:^|;)\s*max-age\s*=\s*"?(\d{1,12})"?\s*(?:;|$)/i.exec(header)?.[1] ?? Number.NaN);
  if (!Number.isFinite(seconds)) return warn(claim, "The header has no max-age, so it has no effect.", FIX);
  const days = Math.floor(seconds / DAY_SECONDS);
  if (days >= MIN_DAYS) return pass(claim, `max-age is ${days} days.`);
  return warn(
    claim,
    `max-age is ${seconds} seconds (${days} day${days === 1 ? "" : "s"}); it should be ${MIN_DAYS} days or more.`,
    FIX,
  );
}
