import {
  blocked,
  type Claim,
  type Endpoint,
  type Finding,
  fail,
  label,
  pass,
  warn,
} from "../../../packages/tls-check/src/index.ts";
import { type HttpAnswer, type Network, NetworkError, send } from "../../lib/network.ts";

/** The most redirects to follow. Browsers give up at 20, and no host needs more than a few. */
const MAX_REDIRECTS = 6;

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const PERMANENT = new Set([301, 308]);

/** Errors that mean that the port is closed. */
const CLOSED = new Set(["ECONNREFUSED", "ECONNRESET", "EPIPE"]);

const REDIRECT_FIX =
  "Redirect every plain HTTP request with 301 or 308 to the same address with https (on Tencent's CDN: npm " +
  "run https -- cdn redirect), or close the port.";

/** Where to look for plain HTTP: on port 80, or, if HTTPS is not on 443, on the port of HTTPS. */
export function plainPort({ port }: Endpoint): number {
  return port === 443 ? 80 : port;
}

/** Whether plain HTTP redirects permanently to HTTPS of the same host, or is closed. */
export async function plainHttpFinding(
  claim: Claim,
  endpoint: Endpoint,
  port: number,
  network: Network,
): Promise<Finding> {
  const start = new URL(`http://${label({ host: endpoint.host, port: 443 })}:${port}/`);
  let answer: HttpAnswer;
  try {
    answer = await send(start, { method: "GET" }, network);
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    if (CLOSED.has(error.code) || error.code.startsWith("HPE_")) {
      return pass(claim, `Port ${port} does not answer plain HTTP.`);
    }
    return blocked(claim, `Port ${port}: ${error.message}.`);
  }
  if (!REDIRECTS.has(answer.status)) return answered(claim, endpoint, port, answer.status);
  const target = locationOf(answer, start);
  if (target === undefined) {
    return fail(claim, `Plain HTTP is answered with ${answer.status} and no usable Location.`, REDIRECT_FIX);
  }
  const loop = await findLoop(start, target, network);
  if (loop !== undefined) return fail(claim, loop.detail, loop.fix);
  if (target.protocol !== "https:") {
    return fail(claim, `Plain HTTP is redirected to plain HTTP: ${shown(target)}.`, REDIRECT_FIX);
  }
  if (!PERMANENT.has(answer.status)) {
    return warn(
      claim,
      `It redirects with ${answer.status}, which browsers do not remember: every visit starts unencrypted.`,
      "Make the redirect permanent: 301, or 308 to keep the method (in the CDN console: force redirect, 301).",
    );
  }
  if (target.hostname !== start.hostname) {
    return warn(
      claim,
      `It redirects with ${answer.status} to another host: ${shown(target)}.`,
      `Redirect to https://${label(endpoint)}/ first, so that clients learn its HSTS.`,
    );
  }
  return pass(claim, `It redirects with ${answer.status} to ${shown(target)}.`);
}

/** What it means when plain HTTP is answered without a redirect. */
function answered(claim: Claim, endpoint: Endpoint, port: number, status: number): Finding {
  // nginx answers 400 to plain HTTP on an HTTPS port; 426 asks the client to upgrade.
  if (status === 426 || (status === 400 && port === endpoint.port)) {
    return pass(claim, `Plain HTTP is refused with ${status}.`);
  }
  if (status >= 200 && status < 300) {
    return fail(claim, `Plain HTTP is served: ${status} on port ${port}, no redirect.`, REDIRECT_FIX);
  }
  return warn(
    claim,
    `Plain HTTP is answered with ${status} on port ${port}, not redirected; this does not show how it would treat ` +
      "an upload.",
    /\.(myqcloud\.com|tencentcos\.cn)$/.test(endpoint.host)
      ? "COS does not redirect. npm run https -- force makes the bucket refuse plain HTTP; npm run https -- status shows whether it does."
      : REDIRECT_FIX,
  );
}

/** Follows the redirects, whatever the certificates, until they end or form a loop. */
async function findLoop(
  start: URL,
  first: URL,
  network: Network,
): Promise<{ detail: string; fix: string } | undefined> {
  const seen = [start.href];
  let next: URL | undefined = first;
  while (next !== undefined) {
    if (seen.includes(next.href) || seen.length > MAX_REDIRECTS) {
      return {
        detail: `NET::ERR_TOO_MANY_REDIRECTS: ${[...seen, next.href].map((href) => shown(new URL(href))).join(" → ")}.`,
        fix:
          "Usual cause: the CDN fetches from its origin over plain HTTP while the origin redirects to https. Let the " +
          "CDN fetch over HTTPS (origin protocol: HTTPS or follow), or switch the origin's redirect off.",
      };
    }
    seen.push(next.href);
    try {
      const answer: HttpAnswer = await send(next, { method: "GET", anyCertificate: true }, network);
      next = REDIRECTS.has(answer.status) ? locationOf(answer, next) : undefined;
    } catch (error) {
      // An error means that there is no loop; other checks report the error.
      if (error instanceof NetworkError) return undefined;
      throw error;
    }
  }
  return undefined;
}

function locationOf(answer: HttpAnswer, base: URL): URL | undefined {
  const location = answer.headers.get("location");
  if (location === undefined || !URL.canParse(location, base.href)) return undefined;
  const url = new URL(location, base);
  return url.protocol === "https:" || url.protocol === "http:" ? url : undefined;
}

/** The URL without its query, which may contain something private. */
function shown({ origin, pathname }: URL): string {
  return origin + pathname;
}
