import { type Comparison, type Finding, line } from "../cause/explanation.ts";
import { bytes } from "../text/text.ts";
import type { Evidence } from "./evidence.ts";

/** EntityTooLarge and EntityTooSmall. */
export function diagnoseSize(cause: "too-large" | "too-small", evidence: Evidence): Finding {
  const { refusal, answer, request } = evidence;
  const known = refusal.cause;
  const range = answer?.policy?.lengthRange ?? (known?.kind === "length-range" ? known : undefined);
  const word = cause === "too-large" ? "larger" : "smaller";
  if (range === undefined) {
    const by = /content-length-range/.test(refusal.message)
      ? "the POST policy's content-length-range allows"
      : `COS accepts in one request${known?.kind === "upload-too-large" ? `, which is at most ${bytes(known.max)}` : ""}`;
    const part =
      known?.kind === "part-too-small" ? `Part ${known.part} has ${bytes(known.size)} and` : "A part";
    return {
      cause,
      sentence: /minimum allowed (?:object )?size/.test(refusal.message)
        ? `${part} is smaller than COS accepts: every part but the last must have at least 1 MiB.`
        : `The file is ${word} than ${by}.`,
    };
  }
  const limit =
    range.min === range.max
      ? `exactly ${bytes(range.max)}`
      : cause === "too-large"
        ? `at most ${bytes(range.max)}`
        : `at least ${bytes(range.min)}`;
  const size = request?.fileBytes;
  if (size === undefined) {
    return {
      cause,
      sentence: `The file is ${word} than the POST policy's content-length-range allows, which is ${limit}.`,
    };
  }
  return {
    cause,
    sentence: `The file has ${bytes(size)}, but the POST policy's content-length-range allows ${limit}.`,
    comparison: {
      expectedBy: "policy",
      givenBy: "sent",
      lines: [{ ...line("file size", `${range.min} to ${range.max}`, String(size)), verdict: "differs" }],
    },
  };
}

/** A PUT that is larger than the session policy allows; undefined if it is not, or if its length is unknown. */
export function oversizedPut({ answer, request }: Evidence): Finding | undefined {
  const length = Number(request?.headers.get("content-length"));
  const limit = answer?.maxBytes;
  if (answer?.kind === "post" || limit === undefined || !(length > limit)) return undefined;
  return { cause: "too-large", sentence: overLimit(length, limit), comparison: limitLines(limit, length) };
}

/** The sentence about a PUT that is larger than allowed. */
export function overLimit(length: number, limit: number): string {
  return `The file has ${bytes(length)}, but the signature allows at most ${bytes(limit)}.`;
}

export function limitLines(limit: number, length: number): Comparison {
  return {
    expectedBy: "allowed",
    givenBy: "sent",
    lines: [{ ...line("header content-length", `at most ${limit}`, String(length)), verdict: "differs" }],
  };
}

/**
 * A PUT in chunks, which has no Content-Length, under a policy that limits cos:content-length. Undefined unless
 * Transfer-Encoding says so: a request with neither header may have been given incompletely.
 */
export function withoutLength({ answer, request }: Evidence): Finding | undefined {
  if (request?.method !== "PUT" || request.headers.has("content-length")) return undefined;
  if (!/\bchunked\b/i.test(request.headers.get("transfer-encoding") ?? "")) return undefined;
  return {
    cause: "no-length",
    ...(answer === undefined && { certainty: "likely" }),
    sentence:
      "The body was sent in chunks (Transfer-Encoding), so without the Content-Length that the session policy's condition on cos:content-length needs.",
  };
}
