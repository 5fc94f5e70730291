import { type Finding, strictLine } from "../cause/explanation.ts";
import { hostOfResource } from "../refusal/refusal.ts";
import { quoted } from "../text/text.ts";
import type { Evidence } from "./evidence.ts";

/** NoSuchBucket. */
export function diagnoseBucket({ refusal, answer, request }: Evidence): Finding {
  const host = request?.host || hostOfResource(refusal);
  const expected = answer?.host || undefined;
  return {
    cause: "bucket-name",
    sentence:
      expected !== undefined && host !== "" && expected !== host
        ? `The request went to ${quoted(host)}, but the answer is for ${quoted(expected)}.`
        : `No bucket answers at ${host === "" ? "this host" : quoted(host)}.`,
    ...(expected !== undefined && {
      comparison: { expectedBy: "answered", givenBy: "asked", lines: [strictLine("host", expected, host)] },
    }),
  };
}

/** MethodNotAllowed at a bucket's name as a static website, which only reads; undefined at any other. */
export function diagnoseWebsite({ refusal: { url, resource }, request }: Evidence): Finding | undefined {
  const host = [request?.host ?? "", url, resource].find((text) => /\.cos-website\./.test(text));
  if (host === undefined) return undefined;
  return {
    cause: "not-supported",
    sentence:
      "The request went to the bucket's name as a static website (….cos-website.…), where files can only be read.",
  };
}
