import type { Finding } from "../cause/explanation.ts";
import { noRefusal } from "./recognizer.ts";

/**
 * What the statuses mean that Tencent's CDN gives by itself (https://cloud.tencent.com/document/product/228/35909), as the rest
 * of a sentence.
 */
const CDN_STATUSES: ReadonlyMap<string, string> = new Map([
  [
    "423",
    "the request came back to the CDN in a circle: see how it reaches the origin, and follows redirects",
  ],
  ["509", "the domain is blocked after an attack"],
  [
    "514",
    "the IP address has asked too often or is on a blocklist, or HTTPS is not switched on for the domain",
  ],
  ["524", "the platform is overloaded by a burst of requests"],
  ["614", "the platform is overloaded by a burst of requests"],
  ["531", "the origin's name has no address"],
  ["532", "the origin refuses connections to its port 443"],
  ["533", "the origin does not answer at its port 443"],
  ["537", "the origin's answer took too long"],
  ["538", "the TLS handshake with the origin failed"],
  ["539", "the origin's certificate is not valid"],
  ["540", "the origin's certificate is for other names"],
  ["564", "the origin could not be reached over HTTPS"],
  ["566", "its firewall has stopped the request"],
  ["567", "the answer took too long"],
]);

/** Other servers give these too, and mean something else. */
const OF_OTHERS: ReadonlySet<string> = new Set(["423", "509", "524"]);

/** The same of EdgeOne's (https://cloud.tencent.com/document/product/1552/101095), where some mean something else. */
const EDGEONE_STATUSES: ReadonlyMap<string, string> = new Map([
  [
    "418",
    "EdgeOne does not know the domain where the request arrived: see its CNAME, and whether the site is switched on",
  ],
  ["423", "the request came back to EdgeOne in a circle: see how it reaches the origin"],
  ["520", "the origin broke the connection instead of answering"],
  ["521", "the origin refuses connections"],
  ["522", "the origin does not answer at its port"],
  ["523", "the origin's name has no address"],
  ["524", "the origin's answer took too long"],
  ["525", "the TLS handshake with the origin failed"],
  ["566", "a managed rule of its web protection has stopped the request"],
  ["567", "a rule of its web protection, for rates or against bots, has stopped the request"],
]);

/** The headers and servers of Tencent's CDN, and of EdgeOne. */
const CDN = /\bx-nws-log-uuid\b|\bx-cache-lookup\b|^(?:< )?server: (?:NWS_|SLT-MID)/im;
const EDGEONE = /\beo-(?:log-uuid|cache-status)\b|^(?:< )?server: (?:edgeone|TencentEdgeOne)/im;

/**
 * An answer of Tencent's CDN or of EdgeOne, which pass on COS's answers and give some of their own. Undefined for COS's
 * answers through them, which have a request id, and for any other text.
 */
export function edge(text: string, status: string | undefined): Finding | undefined {
  const found = edgeOf(text, status);
  if (found === undefined) return undefined;
  const said = status === undefined ? "" : ` with status ${status}`;
  const means = found.meaning ?? "its page of status codes says what each means";
  return noRefusal(
    `This is an answer${said} of ${found.name} itself, not of COS: ${means}. Uploads go to COS's own host, not through a CDN.`,
    found.page,
  );
}

interface Edge {
  readonly name: string;
  readonly page: string;
  /** As the rest of a sentence; undefined for a status that the page does not explain. */
  readonly meaning: string | undefined;
}

function edgeOf(text: string, status: string | undefined): Edge | undefined {
  if (/\bx-cos-request-id\b/i.test(text)) return undefined;
  if (EDGEONE.test(text)) {
    // 550 to 555 are the same between EdgeOne's own nodes.
    const meaning = status && EDGEONE_STATUSES.get(status.replace(/^55(?=[0-5]$)/, "52"));
    return { name: "EdgeOne", page: "https://cloud.tencent.com/document/product/1552/101095", meaning };
  }
  const meaning = status && CDN_STATUSES.get(status);
  if (!CDN.test(text) && (meaning === undefined || OF_OTHERS.has(status ?? ""))) return undefined;
  return { name: "Tencent's CDN", page: "https://cloud.tencent.com/document/product/228/59531", meaning };
}
