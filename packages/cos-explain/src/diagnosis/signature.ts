import type { SigningAnswer } from "../answer/answer.ts";
import type { EmulatorCause } from "../cause/emulator-cause.ts";
import { type Comparison, differs, type Finding, line, strictLine } from "../cause/explanation.ts";
import { authorizationOf, type SentRequest } from "../request/request.ts";
import { quoted } from "../text/text.ts";
import type { Evidence } from "./evidence.ts";
import { type HttpString, parseHttpString } from "./http-string.ts";
import { diagnosePolicySignature, hasPolicy } from "./policy-signature.ts";
import { fromDifference, requestLines, type Signed, withoutDifference } from "./signature-difference.ts";

/**
 * SignatureDoesNotMatch: compares what was signed with what COS received.
 *
 * COS's FormatString is the HttpString of the request as it arrived. The signing function's answer says what was
 * signed; without one, the request says what its sender meant to send.
 */
export function diagnoseSignature(evidence: Evidence): Finding {
  if (hasPolicy(evidence)) return diagnosePolicySignature(evidence);
  const { refusal, answer, request } = evidence;
  const received =
    parseHttpString(refusal.formatString) ??
    (request === undefined || request.hidesSignature ? undefined : asReceived(request));
  if (received === undefined) {
    return {
      cause: "signature-mismatch",
      certainty: "likely",
      sentence: "The signature was computed over something other than the request that COS received.",
    };
  }
  const signed = signedByAnswer(answer);
  if (signed !== undefined) return compareWithAnswer(evidence, signed, received);
  return (
    notSent(refusal.cause, received) ??
    (request === undefined ? fromReceived(received) : compareWithRequest(evidence, request, received))
  );
}

/** What the emulator says is missing. Without it, only the request shows which headers are signed. */
function notSent(cause: EmulatorCause | undefined, received: HttpString): Finding | undefined {
  if (cause?.kind !== "signed-not-sent") return undefined;
  const names = [
    ...cause.headers.map((name) => `header ${name}`),
    ...cause.parameters.map((name) => `parameter ${name}`),
  ];
  const one = names.length === 1;
  return {
    cause: cause.headers.length > 0 ? "header-changed" : "parameter-changed",
    sentence: `The ${names.join(" and the ")} ${one ? "is" : "are"} signed but did not arrive.`,
    comparison: receivedLines(received),
  };
}

function signedByAnswer(answer: SigningAnswer | undefined): Signed | undefined {
  const authorization = answer?.authorization;
  if (answer === undefined || authorization?.headerList === undefined) return undefined;
  const { headers, host, key, method, query } = answer;
  const signedValue = (name: string) => (name === "host" ? host || undefined : headers.get(name));
  return {
    method,
    path: `/${key}`,
    params: new Map((authorization.paramList ?? []).map((name) => [name, lookUp(query, name)])),
    headers: new Map(authorization.headerList.map((name) => [name, signedValue(name)])),
  };
}

function lookUp(query: ReadonlyMap<string, string>, name: string): string | undefined {
  return [...query].find(([given]) => given.toLowerCase() === name)?.[1];
}

function asReceived(request: SentRequest): HttpString {
  const lower = [...request.query].map(([name, value]) => [name.toLowerCase(), value] as const);
  return {
    method: request.method,
    path: request.path,
    params: new Map(lower),
    headers: new Map([...request.headers, ["host", request.host]]),
  };
}

function compareWithAnswer(
  { refusal, answer, request }: Evidence,
  signed: Signed,
  received: HttpString,
): Finding {
  const expected = answer?.authorization;
  const given = request && authorizationOf(request);
  const times =
    given === undefined
      ? [line("q-sign-time", expected?.time, refusal.stringToSign.split("\n")[1])]
      : [
          strictLine("q-ak", expected?.secretId, given.secretId),
          strictLine("q-sign-time", expected?.time, given.time),
          strictLine("q-header-list", expected?.headerList?.join(";"), given.headerList?.join(";")),
          strictLine("q-signature", expected?.signature, given.signature),
        ];
  const comparison: Comparison = {
    expectedBy: "signed",
    givenBy: "received",
    lines: [...requestLines(signed, received), ...times],
  };
  const isAltered = ["q-ak", "q-sign-time", "q-header-list", "q-signature"].some((name) =>
    differs(comparison, name),
  );
  const isOther = signed.path !== received.path;
  if (isAltered && isOther) {
    return {
      cause: "signature-mismatch",
      certainty: "likely",
      sentence: "The request was not made from this answer: both its key and its signature are different.",
      comparison,
    };
  }
  if (isAltered) {
    return {
      cause: "signature-altered",
      sentence: "The request carries a different Authorization from the one in the answer.",
      comparison,
    };
  }
  return fromDifference(comparison, signed, received) ?? withoutDifference(comparison, signed);
}

function compareWithRequest(
  { answer, refusal }: Evidence,
  request: SentRequest,
  received: HttpString,
): Finding {
  const authorization = authorizationOf(request);
  const sent = asReceived(request);
  const signed: Signed = {
    method: sent.method,
    path: sent.path,
    params: new Map((authorization?.paramList ?? []).map((name) => [name, sent.params.get(name)])),
    headers: new Map((authorization?.headerList ?? []).map((name) => [name, sent.headers.get(name)])),
  };
  const comparison: Comparison = {
    expectedBy: "sent",
    givenBy: "received",
    lines: requestLines(signed, received),
  };
  if (authorization === undefined && request.hidesSignature && !differs(comparison)) {
    return {
      cause: "signature-mismatch",
      certainty: "likely",
      sentence:
        "Method and path arrived as they were sent. The request was given without its signature, so which headers and parameters it covers is not known.",
      comparison: receivedLines(received),
    };
  }
  const absent = [...signed.headers].find(
    ([name, value]) => value === undefined && !received.headers.has(name),
  );
  if (absent !== undefined) {
    return {
      cause: "header-changed",
      sentence: `The header ${absent[0]} is signed (it is in q-header-list) but was not sent.`,
      comparison,
    };
  }
  if (parseHttpString(refusal.formatString) === undefined) {
    return {
      cause: "signature-mismatch",
      certainty: "likely",
      sentence:
        "What was signed is not what COS received. Whether the request was changed on the way is not known, since COS's lines were not given.",
    };
  }
  return (
    fromDifference(comparison, signed, received) ??
    fromPath(received, comparison) ?? {
      cause: "signature-mismatch",
      certainty: "likely",
      sentence:
        answer?.kind === "credentials"
          ? "Nothing was changed on the way, so the client, which signs by itself with the answer's credentials, signed something other than what it sent."
          : "Nothing was changed on the way, so what was signed is not what was sent; the signing function's answer would show the difference.",
      comparison,
    }
  );
}

/** Only COS's side is known. */
function fromReceived(received: HttpString): Finding {
  const comparison = receivedLines(received);
  return (
    fromPath(received, comparison) ?? {
      cause: "signature-mismatch",
      certainty: "likely",
      sentence: `The signature was computed over something other than the request that COS received.${hintAt(received.path)}`,
      comparison,
    }
  );
}

/** When people report a refusal for such a key, its encoding is most often the cause. */
function hintAt(path: string): string {
  const encoded = [...path].filter((character) => encodeURI(character) !== character || character === "+");
  return encoded.length === 0
    ? ""
    : ` The key has characters that a URL encodes (${quoted([...new Set(encoded)].slice(0, 5).join(""))}): check first that the key is signed raw, and sent with %20 for a space, not +.`;
}

function receivedLines(received: HttpString): Comparison {
  return {
    expectedBy: "signed",
    givenBy: "received",
    lines: [
      line("method", undefined, received.method),
      line("path", undefined, received.path),
      ...[...received.params].map(([name, value]) => line(`parameter ${name}`, undefined, value)),
      ...[...received.headers].map(([name, value]) => line(`header ${name}`, undefined, value)),
    ],
  };
}

function fromPath(received: HttpString, comparison: Comparison): Finding | undefined {
  if (!/%[0-9a-f]{2}/i.test(received.path)) return undefined;
  return {
    cause: "key-encoding",
    certainty: "likely",
    sentence: `The path that COS decoded, ${quoted(received.path)}, still holds percent-encoding: the key was encoded twice.`,
    comparison,
  };
}
