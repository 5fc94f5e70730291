import type { Finding } from "../cause/explanation.ts";
import { hostOfResource } from "../refusal/refusal.ts";
import { aboutOf } from "../refusal/sentences.ts";
import { quoted } from "../text/text.ts";
import type { Evidence } from "./evidence.ts";

/** The cause that COS's own message names; undefined if it names none. */
export function ownSentence(evidence: Evidence): Finding | undefined {
  const { message, code } = evidence.refusal;
  // Its own diagnosis also names the page's origin.
  if (code === "AccessForbidden") return undefined;
  switch (aboutOf(message)) {
    case "hotlink":
      return hotlinkProtection(evidence);
    case "appid":
      return missingAppid(evidence.request?.host || hostOfResource(evidence.refusal));
    case "account":
      return {
        cause: "account-problem",
        sentence: `COS says about the account that owns the bucket: ${quoted(message)}.`,
      };
    case "cors":
      return { cause: "cors", sentence: `COS says: ${quoted(message)}.` };
    case "path-style":
      return pathStyle();
    case undefined:
      return undefined;
  }
}

function hotlinkProtection({ refusal: { cause }, request }: Evidence): Finding {
  const known = cause?.kind === "referer" ? cause : undefined;
  if (known !== undefined) {
    const { list, received } = known;
    return {
      cause: "hotlink-protection",
      sentence:
        received === undefined
          ? "The bucket's hotlink protection requires a Referer, but the request has none."
          : `The Referer ${quoted(received)} is ${list === "allow" ? "not on the allow list" : "on the block list"} of the bucket's hotlink protection.`,
    };
  }
  const referer = request?.headers.get("referer");
  return {
    cause: "hotlink-protection",
    sentence:
      referer === undefined
        ? "The bucket's hotlink protection does not allow the request's Referer, or its lack of one."
        : `The bucket's hotlink protection does not allow the Referer ${quoted(referer)}.`,
  };
}

/** The finding for a request that names the bucket in its path. */
export function pathStyle(): Finding {
  return {
    cause: "path-style",
    sentence: "The request names the bucket in the path, but this bucket must be named in the host.",
  };
}

function missingAppid(host: string): Finding {
  return {
    cause: "missing-appid",
    sentence: `The ${host === "" ? "request's host" : `host ${quoted(host)}`} does not begin with <bucket name>-<APPID>.`,
  };
}
