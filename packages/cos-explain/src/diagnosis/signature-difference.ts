import { type Comparison, differs, type Finding, type Line, line, strictLine } from "../cause/explanation.ts";
import { percentDecode, quoted } from "../text/text.ts";
import type { HttpString } from "./http-string.ts";
import { pathStyle } from "./own-sentence.ts";

/** A request as its signature describes it; an unknown value is undefined. */
export interface Signed {
  readonly method: string;
  readonly path: string;
  readonly params: ReadonlyMap<string, string | undefined>;
  readonly headers: ReadonlyMap<string, string | undefined>;
}

/** What was signed against what COS received. */
export function requestLines(signed: Signed, received: HttpString): Line[] {
  return [
    strictLine("method", signed.method, received.method),
    strictLine("path", signed.path, received.path),
    ...pairLines("parameter", signed.params, received.params),
    ...pairLines("header", signed.headers, received.headers),
  ];
}

/** Signed names only: anything else may change. */
function pairLines(
  what: string,
  signed: ReadonlyMap<string, string | undefined>,
  received: ReadonlyMap<string, string>,
): Line[] {
  return [...signed].map(([name, expected]) => {
    const given = received.get(name);
    const whole = `${what} ${name}`;
    return expected === undefined && given !== undefined
      ? line(whole, undefined, given)
      : strictLine(whole, expected, given);
  });
}

/** What the first difference means; undefined if there is none. */
export function fromDifference(
  comparison: Comparison,
  signed: Signed,
  received: HttpString,
): Finding | undefined {
  if (differs(comparison, "method")) {
    return {
      cause: "method-differs",
      sentence: `The signature is for ${signed.method}, but COS received ${received.method}.`,
      comparison,
    };
  }
  if (differs(comparison, "path")) {
    // The bucket is in the path, and the host is the region's.
    if (/^cos\./.test(received.headers.get("host") ?? "") && received.path.endsWith(signed.path)) {
      return { ...pathStyle(), comparison };
    }
    return fromKey(signed.path, received.path, comparison);
  }
  if (differs(comparison, "header host")) {
    return {
      cause: "host-differs",
      sentence: `The signature is for the host ${quoted(signed.headers.get("host") ?? "")}, but the request went to ${quoted(received.headers.get("host") ?? "")}.`,
      comparison,
    };
  }
  const changed = comparison.lines.find(
    ({ name, verdict }) => verdict === "differs" && /^(?:header|parameter) /.test(name),
  );
  if (changed === undefined) return undefined;
  const { name, expected, given } = changed;
  return {
    cause: name.startsWith("header ") ? "header-changed" : "parameter-changed",
    sentence:
      given === undefined
        ? `The ${name} is signed but did not arrive.`
        : `The ${name} was signed as ${quoted(expected ?? "")}, but ${quoted(given)} arrived.`,
    comparison,
  };
}

function fromKey(signed: string, received: string, comparison: Comparison): Finding {
  if (percentDecode(received) === signed) {
    return {
      cause: "key-encoding",
      sentence: `The key was encoded once too often: ${quoted(signed)} is signed, but ${quoted(received)} arrived.`,
      comparison,
    };
  }
  if (received.replaceAll("+", " ") === signed) {
    return {
      cause: "key-encoding",
      sentence: `A space in the key was sent as +: ${quoted(signed)} is signed, but ${quoted(received)} arrived. Send it as %20.`,
      comparison,
    };
  }
  if (received.normalize() === signed.normalize()) {
    return {
      cause: "key-encoding",
      sentence: `The key ${quoted(signed)} looks the same on both sides, but is written with different characters: one side has letters with their accents (Unicode NFC), the other has them apart (NFD), as macOS and iOS write file names.`,
      comparison,
    };
  }
  if (received.includes("\ufffd") && !signed.includes("\ufffd")) {
    return {
      cause: "key-encoding",
      certainty: "likely",
      sentence: `The key is signed as ${quoted(signed)}, but what arrived is not UTF-8: it was encoded in another character set, such as GBK.`,
      comparison,
    };
  }
  if (percentDecode(signed) === received || signed.replaceAll("+", " ") === received) {
    return {
      cause: "key-encoding",
      sentence: `The signature covers an encoded key, ${quoted(signed)}; COS decodes the path first and gets ${quoted(received)}.`,
      comparison,
    };
  }
  const isSlash = received.replace(/^\/+/, "/") === signed || signed.replace(/^\/+/, "/") === received;
  return {
    cause: "key-differs",
    sentence: isSlash
      ? `There is one slash too many: ${quoted(signed)} is signed, but ${quoted(received)} arrived.`
      : `The signature is for ${quoted(signed)}, but the request is for ${quoted(received)}.`,
    comparison,
  };
}

/** Everything that can be compared is equal. */
export function withoutDifference(comparison: Comparison, signed: Signed): Finding {
  const unknown = comparison.lines.filter(
    ({ name, verdict }) => verdict === "unknown" && name.startsWith("header "),
  );
  if (unknown.length > 0) {
    const names = unknown.map(({ name }) => name.replace("header ", "")).join(", ");
    return {
      cause: "header-changed",
      certainty: "likely",
      sentence: `Everything else matches the signature, so ${names} must differ from the value that was signed.`,
      comparison,
    };
  }
  if (encodeURI(signed.path) !== signed.path) {
    return {
      cause: "key-encoding",
      certainty: "likely",
      sentence:
        "Everything matches what was signed, but the key has characters that URLs encode: the signature was probably computed over the encoded key.",
      comparison,
    };
  }
  return {
    cause: "wrong-secret-key",
    certainty: "likely",
    sentence: "Everything matches what was signed, so the SecretKey that signed it does not belong to q-ak.",
    comparison,
  };
}
