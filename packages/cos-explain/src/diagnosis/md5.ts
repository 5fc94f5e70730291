import type { EmulatorCause } from "../cause/emulator-cause.ts";
import { type Finding, line } from "../cause/explanation.ts";
import { quoted } from "../text/text.ts";
import type { Evidence } from "./evidence.ts";

/** BadDigest. */
export function diagnoseMd5({ refusal, answer, request }: Evidence): Finding {
  const name = "content-md5";
  const expected = answer?.headers.get(name) ?? answer?.fields.get(name);
  const given = request?.headers.get(name) ?? request?.fields?.get(name);
  return {
    cause: "md5-mismatch",
    sentence: `The bytes that arrived do not have the MD5 ${given === undefined ? "that Content-MD5 announces" : quoted(given)}.`,
    ...md5Comparison(refusal.cause, expected, given),
  };
}

/** Only the receiver knows the MD5 of the bytes that arrived. */
function md5Comparison(
  cause: EmulatorCause | undefined,
  expected: string | undefined,
  given: string | undefined,
): Pick<Finding, "comparison"> {
  if (cause?.kind === "md5-differs") {
    const { announced, received } = cause;
    return {
      comparison: {
        expectedBy: "announced",
        givenBy: "received",
        lines: [line("MD5 in hex", announced, received)],
      },
    };
  }
  if (expected === undefined && given === undefined) return {};
  return {
    comparison: { expectedBy: "answered", givenBy: "sent", lines: [line("Content-MD5", expected, given)] },
  };
}

/** InvalidDigest; undefined if it is about another checksum. */
export function diagnoseDigest({ refusal }: Evidence): Finding | undefined {
  if (/sha/i.test(refusal.message)) return undefined;
  return {
    cause: "md5-malformed",
    sentence: "The Content-MD5 that was sent is not the base64 of 16 bytes.",
  };
}
