import type { Finding } from "../cause/explanation.ts";
import { isHostOfCos } from "../text/signs-of-cos.ts";
import { quoted } from "../text/text.ts";
import { has, meaningOf, type Words } from "../text/words.ts";
import { knownBy, noRefusal, type Recognizer } from "./recognizer.ts";
import { statusIn } from "./status.ts";

/** What browsers, and the programs in them, say of an answer that they hid, or of a preflight that was refused. */
const HIDDEN: Words = [
  // Chrome
  /blocked by CORS policy|No 'Access-Control-Allow-Origin' header is present/i,
  /Response to preflight request doesn't pass access control check|^OPTIONS https?:\/\/\S{1,500} 403\b/im,
  // Firefox
  /Cross-Origin Request Blocked|跨源请求|CORS 头缺少/i,
  // Both, of the header that does not fit
  /[‘']Access-Control-Allow-(?:Origin|Methods|Headers)[’']/i,
  // Safari, and older Chrome
  /not allowed by Access-Control-Allow-/i,
  /Preflight response is not successful|due to access control checks/i,
  // fetch in Chrome, Safari and Firefox, and axios
  /\bTypeError: (?:Failed to fetch(?! dynamically)|Load failed|NetworkError when attempting)/i,
  /\bAxiosError: Network Error/i,
  // COS's SDKs for browsers
  /CORS blocked or network error|["']?error["']?\s*:\s*["']error["']\s*,\s*["']?headers["']?\s*:/i,
  /["']?readyState["']?\s*:\s*0\b/i,
];

/** What a browser refuses although a rule allows the request, or for which it never got to one. */
const BESIDE_A_RULE: readonly (readonly [words: RegExp, sentence: string])[] = [
  [
    /[‘']Access-Control-Allow-Origin[’'] header contains multiple values|Multiple CORS header [‘']Access-Control-Allow-Origin/i,
    "The answer has Access-Control-Allow-Origin more than once, which browsers refuse: the bucket's CORS rule adds it, and so does a CDN or a proxy. Leave it to one of them.",
  ],
  [
    /must not be the wildcard '\*' when|Credential is not supported if the CORS header/i,
    "The page sends cookies along (withCredentials, or credentials: include), and then browsers do not take * for an origin. COS needs no cookies: do not send them, or name the page's origin in the bucket's CORS rule.",
  ],
  [
    /Redirect is not allowed for a preflight|CORS request external redirect not allowed/i,
    "The address answers a browser's preflight with a redirect, which is not allowed: such as http:// that leads to https://, or a domain that leads to another. Use the address at the end.",
  ],
  [
    /\bTainted canvases may not be exported|canvas has been tainted/i,
    "The page drew a picture that it did not ask for with CORS. Set the image's crossOrigin to anonymous before its address, and let a CORS rule of the bucket allow GET for the page's origin.",
  ],
  [
    /\baccess the `\w+` address space|more-private address space/i,
    "The browser does not let this page reach this machine or its network. Allow it in the browser's settings for the site, or open the page itself from localhost.",
  ],
];

const OF_ANOTHER_PAGE =
  /[‘']Access-Control-Allow-Origin[’'] (?:header has a value [‘']|does not match [‘'])/i;

const PAGE = "https://developer.mozilla.org/docs/Web/HTTP/CORS/Errors";

/** What a rule lacks, as browsers say it (https://fetch.spec.whatwg.org/#http-cors-protocol). */
const LACKING: readonly (readonly [says: RegExp, lacks: (name: string) => string])[] = [
  [
    /Request header field ([\w-]{1,60}) is not allowed by Access-Control-Allow-Headers/i,
    (name) => `no CORS rule of the bucket allows the header ${name} for the page's origin`,
  ],
  [
    /header [‘']([\w-]{1,60})[’'] is not allowed according to header [‘']Access-Control-Allow-Headers/i,
    (name) => `no CORS rule of the bucket allows the header ${name} for the page's origin`,
  ],
  [
    /Method ([A-Z]{3,7}) is not allowed by Access-Control-Allow-Methods/i,
    (name) => `no CORS rule of the bucket allows ${name} for the page's origin`,
  ],
];

/** The bucket's rule has the origin, and the page cannot read what it does not expose. */
const UNEXPOSED =
  /Refused to get unsafe header ["']([\w-]{1,60})["']|please add ["']([\w-]{1,60})["'] to CORS ExposeHeader/i;

/** What a browser did not send, or hid from the page. */
export const inBrowser: Recognizer = (text) => {
  const besideARule = meaningOf(text, BESIDE_A_RULE);
  return (
    unexposedHeader(text) ??
    (besideARule === undefined ? undefined : noRefusal(besideARule, PAGE)) ??
    (OF_ANOTHER_PAGE.test(text) ? ANSWER_TO_ANOTHER : undefined) ??
    (has(text, HIDDEN) ? hiddenAnswer(text) : undefined)
  );
};

/** An answer that is not what the page asked for, such as COS's error in place of a picture. */
export const blockedAnswer = knownBy(
  /\bERR_BLOCKED_BY_ORB\b|OpaqueResponseBlocking|\(CORB\) blocked/,
  "The browser hid an answer that is not what the page asked for, such as COS's error in place of a picture. Open the address itself, and give the answer to this tool.",
);

/** What Chrome's list of requests shows in place of a request's headers. */
export const withoutHeaders = knownBy(
  /\bProvisional headers are shown\b|显示的是预配标头/i,
  "Chrome shows this of a request that it has not sent, or that an extension or a cache has answered: the page's console says why, and chrome://net-export has the rest.",
);

function byRule(sentence: string): Finding {
  return { cause: "cors", certainty: "likely", sentence };
}

function unexposedHeader(text: string): Finding | undefined {
  const [, refused, missing] = UNEXPOSED.exec(text) ?? [];
  const name = refused ?? missing;
  if (name === undefined) return undefined;
  return byRule(
    `The browser does not let the page read the answer's header ${name}: the bucket's CORS rule does not list it among the headers that it exposes.`,
  );
}

const ANSWER_TO_ANOTHER = byRule(
  "The answer allows another origin than the page's: no CORS rule of the bucket names the page's, or a CDN's or the browser's cache holds the answer to another page, which a rule that sends Vary: Origin prevents.",
);

function hiddenAnswer(text: string): Finding {
  for (const [says, lacks] of LACKING) {
    const [, name] = says.exec(text) ?? [];
    if (name !== undefined) return byRule(`The browser did not send the request: ${lacks(name)}.`);
  }
  // Not the page's own address, which the browser names too.
  const [, host = ""] = /(?<!\borigin ["']?)https?:\/\/([^\s"'`<>/?#]+)/i.exec(text) ?? [];
  return byRule(
    host !== "" && !isHostOfCos(host)
      ? `The browser hid the answer of ${quoted(host)} from the page. If that is COS under a domain of your own, no CORS rule of the bucket allows the request; if it is a function, its CORS_ORIGINS lacks the page's origin.`
      : `The browser hid the answer from the page, as it does when no CORS rule of the bucket allows the request${afterwards(text)}.`,
  );
}

/** A preflight has no other reason to be refused. */
function afterwards(text: string): string {
  const status = /preflight|预检|^OPTIONS /im.test(text) ? undefined : statusIn(text);
  return status === undefined
    ? "; a broken connection looks the same"
    : `. It has status ${status}: once a rule allows the request, the answer itself says why`;
}
