import type { SigningAnswer } from "./answer/answer.ts";
import { CAUSES, type SituationalAdvice } from "./cause/cause.ts";
import { type DiagnosedCode, isCode, knownCode } from "./cause/codes.ts";
import type { EmulatorCause } from "./cause/emulator-cause.ts";
import { type Explanation, type Finding, line, strictLine } from "./cause/explanation.ts";
import { diagnoseAccessDenied } from "./diagnosis/access-denied.ts";
import { emulatorsFinding } from "./diagnosis/emulator-finding.ts";
import type { Evidence } from "./diagnosis/evidence.ts";
import { diagnoseKeyId } from "./diagnosis/key-id.ts";
import { mangledSignature } from "./diagnosis/mangled.ts";
import { ownSentence } from "./diagnosis/own-sentence.ts";
import { diagnoseSignature } from "./diagnosis/signature.ts";
import { diagnoseSize } from "./diagnosis/size.ts";
import { diagnoseExpired, diagnoseSkew } from "./diagnosis/time.ts";
import { notARefusal } from "./not-a-refusal/not-a-refusal.ts";
import { readRefusal } from "./refusal/read-refusal.ts";
import { type Refusal, type RefusalElements, refusalOf } from "./refusal/refusal.ts";
import { RequestUnreadable, type SentRequest } from "./request/request.ts";
import { fromHead } from "./request/request-head.ts";
import { secretsOf, withoutSecrets } from "./secrets.ts";
import { fromCurlTrace } from "./text/curl-trace.ts";
import { hasRequestIdOfCos, namesCos } from "./text/signs-of-cos.ts";
import { quoted } from "./text/text.ts";

/** What is known about a refusal. The more is given, the more exact the explanation. */
export interface ExplainInput {
  /** COS's error in any form that {@link readRefusal} reads, or its elements. */
  readonly error: string | RefusalElements;
  /** What the signing function answered, from {@link parseAnswers}; of several, the one for the refused key is used. */
  readonly answers?: readonly SigningAnswer[];
  /** What was sent to COS, from `parseRequest` or `requestOf`. */
  readonly request?: SentRequest;
  /** The emulator's header x-emulator-cause, read by `decodeCause`, if `error` does not contain it. */
  readonly cause?: EmulatorCause | undefined;
  /** The header x-emulator-reason, a sentence for people, which is quoted if there is no cause. */
  readonly reason?: string;
}

/**
 * Says why COS refused. Pure: it uses no network and no clock, needs no secret and returns none.
 *
 * The codes are those of https://cloud.tencent.com/document/product/436/7730.
 */
export function explain(input: ExplainInput): Explanation {
  const { error } = input;
  const refusal = typeof error === "string" ? readRefusal(error, input) : refusalOf(error, input);
  if (refusal === undefined) return complete(notARefusal(typeof error === "string" ? error : ""), input);
  const request = input.request ?? (typeof error === "string" ? requestBeside(error) : undefined);
  const answer = pick(input.answers ?? [], refusal, request);
  return complete(
    diagnose({ refusal, answer, request }),
    { ...input, ...(request !== undefined && { request }) },
    refusal,
  );
}

/** The output of curl -v and --trace contains the request too. */
function requestBeside(text: string): SentRequest | undefined {
  if (!/^> [A-Z]+ \S+ HTTP\//m.test(fromCurlTrace(text))) return undefined;
  try {
    return fromHead(text);
  } catch (error) {
    if (error instanceof RequestUnreadable) return undefined;
    throw error;
  }
}

function diagnose(evidence: Evidence): Finding {
  const { code, message } = evidence.refusal;
  // COS also answers AccessDenied with the code as its message (https://cloud.tencent.com/document/product/436/40105).
  const realCode = isCode(message.trim()) || DIAGNOSES.has(message.trim()) ? message.trim() : code;
  return (
    ownSentence(evidence) ??
    emulatorsFinding(evidence.refusal.cause) ??
    (ABOUT_SIGNATURE.has(realCode) ? mangledSignature(evidence) : undefined) ??
    DIAGNOSES.get(realCode)?.(evidence) ??
    byCode(realCode, evidence.refusal) ??
    notListed(evidence.refusal)
  );
}

/** A code that is not among the known ones: whether COS answered, the rest of the answer may show. */
function notListed({ code, message, resource, requestId }: Refusal): Finding {
  const said = `${quoted(code)}${message === "" ? "" : `: ${quoted(message)}`}`;
  if (!namesCos(resource) && !hasRequestIdOfCos(requestId)) {
    return {
      cause: "unknown",
      sentence: `The answer says ${said}. This tool does not know the code, and nothing else shows that COS answered.`,
    };
  }
  return {
    cause: /\w \w/.test(message) ? "denied-with-reason" : "unknown",
    sentence: `COS answered ${said}.`,
  };
}

/** Codes and messages with which COS answers a signature that it cannot read, or takes for none. */
const ABOUT_SIGNATURE: ReadonlySet<string> = new Set([
  "AccessDenied",
  "InvalidArgument",
  "InvalidSecurity",
  "NoSuchKey",
  "Request has expired",
  "RequestTimeTooSkewed",
  "SignatureDoesNotMatch",
]);

/** What the code says by itself, and COS's own words for it. */
function byCode(code: string, refusal: Refusal): Finding | undefined {
  const known = knownCode(code);
  const message = refusal.message === code ? "" : refusal.message;
  return known && { cause: known.cause, sentence: because(known.what, { ...refusal, message }) };
}

/** Returns undefined if COS uses the code for something else here. */
type Diagnosis = (evidence: Evidence) => Finding | undefined;

/** For every {@link DiagnosedCode}, and for codes whose message says more than the code. */
const DIAGNOSES: ReadonlyMap<string, Diagnosis> = new Map<
  DiagnosedCode | "InvalidArgument" | "KeyTooLong" | "MethodNotAllowed" | "Request has expired",
  Diagnosis
>([
  ["Request has expired", diagnoseExpired],
  ["SignatureDoesNotMatch", diagnoseSignature],
  ["AccessDenied", diagnoseAccessDenied],
  ["RequestTimeTooSkewed", diagnoseSkew],
  ["InvalidAccessKeyId", diagnoseKeyId],
  // The documentation's own spelling on some pages.
  ["InvaildAccessKeyId", diagnoseKeyId],
  ["EntityTooLarge", (evidence) => diagnoseSize("too-large", evidence)],
  ["EntityTooSmall", (evidence) => diagnoseSize("too-small", evidence)],
  ["NoSuchBucket", noSuchBucket],
  ["BadDigest", badDigest],
  [
    "InvalidDigest",
    ({ refusal }) =>
      /sha/i.test(refusal.message)
        ? undefined
        : {
            cause: "md5-malformed",
            sentence: "The Content-MD5 that was sent is not the base64 of 16 bytes.",
          },
  ],
  ["MethodNotAllowed", onWebsite],
  [
    "ExpiredToken",
    () => ({ cause: "expired-token", sentence: "The temporary key had expired when the request arrived." }),
  ],
  [
    "InvalidSecurity",
    ({ refusal }) => ({
      cause: "malformed-signature",
      sentence: because("The signature cannot be read", refusal),
    }),
  ],
  [
    "FileAlreadyExists",
    ({ refusal }) => ({
      cause: "overwrite",
      sentence: `x-cos-forbid-overwrite is true, and ${keyOfResource(refusal) === "" ? "the key" : quoted(keyOfResource(refusal))} already exists.`,
    }),
  ],
  ["AccessForbidden", forbiddenOrigin],
  [
    "InvalidPolicyDocument",
    ({ refusal }) => ({
      cause: "post-policy-malformed",
      sentence: because("The POST policy cannot be read", refusal),
    }),
  ],
  [
    "InvalidArgument",
    // COS uses it for many things; this message is about a form that lacks a required field.
    (evidence) => (/^Bucket POST/.test(evidence.refusal.message) ? formMalformed(evidence) : undefined),
  ],
  [
    "KeyTooLong",
    ({ refusal }) =>
      /metadata/i.test(refusal.message)
        ? {
            cause: "metadata-too-large",
            sentence: because("The x-cos-meta-… headers are too long together", refusal),
          }
        : undefined,
  ],
  ["MalformedPOSTRequest", formMalformed],
  ["IncorrectNumberOfFilesInPostRequest", formMalformed],
  ["MaxPostPreDataLengthExceededError", formMalformed],
  [
    "MissingContentLength",
    () => ({ cause: "no-length", sentence: "The request has a body but no Content-Length." }),
  ],
  [
    "NoSuchKey",
    ({ refusal }) => ({
      cause: "no-such-key",
      sentence: `There is no object ${keyOfResource(refusal) === "" ? "with this key" : quoted(keyOfResource(refusal))}.`,
    }),
  ],
  [
    "InvalidURI",
    ({ refusal }) => ({
      cause: "bad-key",
      sentence: because("COS does not accept the URL", refusal),
    }),
  ],
]);

function complete(finding: Finding, input: ExplainInput, refusal?: Refusal): Explanation {
  const { title, links } = CAUSES[finding.cause];
  const secrets = secretsOf(input.answers ?? [], input.request);
  return {
    cause: finding.cause,
    certainty: finding.certainty ?? "certain",
    title,
    // It may quote COS, or a proxy on the way.
    sentence: withoutSecrets(finding.sentence, secrets),
    ...(finding.comparison !== undefined && { comparison: finding.comparison }),
    advice: finding.instead?.advice ?? adviceFor(finding, input, refusal),
    links: finding.instead?.links ?? links,
    code: withoutSecrets(refusal?.code ?? "", secrets),
    requestId: withoutSecrets(refusal?.requestId ?? "", secrets),
  };
}

function adviceFor(
  { cause, comparison }: Finding,
  { answers, request }: ExplainInput,
  refusal: Refusal | undefined,
): string[] {
  const holds: Readonly<Record<SituationalAdvice["only"], boolean>> = {
    "with-lines": comparison !== undefined,
    "without-lines": comparison === undefined,
    "more-to-give": answers === undefined || request === undefined,
    "code-alone": refusal?.message === "",
  };
  const advice: readonly (string | SituationalAdvice)[] = CAUSES[cause].advice;
  const others = (refusal?.others ?? []).join(", ");
  return [
    ...advice.flatMap((item) => (typeof item === "string" ? [item] : holds[item.only] ? [item.text] : [])),
    ...(others === ""
      ? []
      : [`The text has other refusals too (${others}): give one alone to have it explained.`]),
  ];
}

/** Of several answers, the one whose key was refused. A single answer is used whatever its key. */
function pick(
  answers: readonly SigningAnswer[],
  refusal: Refusal,
  request: SentRequest | undefined,
): SigningAnswer | undefined {
  if (answers.length <= 1) return answers[0];
  const keys = [keyOfResource(refusal), request?.fields?.get("key"), request?.path.slice(1)];
  return answers.find(({ key }) => keys.includes(key));
}

/** Resource is host and path. */
function keyOfResource({ resource }: Refusal): string {
  const slash = resource.indexOf("/");
  return slash < 0 ? resource : resource.slice(slash + 1);
}

function noSuchBucket({ refusal, answer, request }: Evidence): Finding {
  const host = request?.host || (refusal.resource.split("/")[0] ?? "");
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

/** A bucket's name as a static website only reads. */
function onWebsite({ refusal: { url, resource }, request }: Evidence): Finding | undefined {
  const host = [request?.host ?? "", url, resource].find((text) => /\.cos-website\./.test(text));
  if (host === undefined) return undefined;
  return {
    cause: "not-supported",
    sentence:
      "The request went to the bucket's name as a static website (….cos-website.…), where files can only be read.",
  };
}

function badDigest({ refusal, answer, request }: Evidence): Finding {
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

function forbiddenOrigin({ refusal: { cause }, request }: Evidence): Finding {
  const preflight = cause?.kind === "preflight" ? cause : undefined;
  const origin = request?.headers.get("origin") ?? preflight?.origin;
  const method =
    request?.headers.get("access-control-request-method") ?? preflight?.method ?? request?.method;
  return {
    cause: "cors",
    sentence:
      origin === undefined
        ? "A browser asked whether a page may send this request, but no CORS rule of the bucket allows it."
        : `A browser asked whether a page of ${quoted(origin)} may send ${method}, but no CORS rule of the bucket allows it.`,
  };
}

function formMalformed({ refusal }: Evidence): Finding {
  return { cause: "form-malformed", sentence: because("The form cannot be used", refusal) };
}

/** Prefers the emulator's reason, which says more than COS's message. */
function because(what: string, { message, reason }: Refusal): string {
  const detail = reason || message.replace(/\.$/, "");
  return detail === "" ? `${what}.` : `${what}: ${detail}.`;
}
