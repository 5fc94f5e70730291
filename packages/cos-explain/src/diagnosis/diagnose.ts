import { type DiagnosedCode, isCode, knownCode } from "../cause/codes.ts";
import type { Finding } from "../cause/explanation.ts";
import { keyOfResource, type Refusal } from "../refusal/refusal.ts";
import { hasRequestIdOfCos, namesCos } from "../text/signs-of-cos.ts";
import { quoted } from "../text/text.ts";
import { diagnoseAccessDenied } from "./access-denied.ts";
import { diagnoseBucket, diagnoseWebsite } from "./bucket.ts";
import { emulatorsFinding } from "./emulator-finding.ts";
import type { Evidence } from "./evidence.ts";
import { diagnoseKeyId } from "./key-id.ts";
import { mangledSignature } from "./mangled.ts";
import { diagnoseDigest, diagnoseMd5 } from "./md5.ts";
import { diagnoseOrigin } from "./origin.ts";
import { ownSentence } from "./own-sentence.ts";
import { diagnoseSignature } from "./signature.ts";
import { diagnoseSize } from "./size.ts";
import { diagnoseExpired, diagnoseSkew } from "./time.ts";

/** Names the cause of a refusal. What says most about it comes first. */
export function diagnose(evidence: Evidence): Finding {
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

/** Returns undefined if COS uses the code for something else here. */
type Diagnosis = (evidence: Evidence) => Finding | undefined;

/** Codes that say something by themselves, and of which a message may say more. */
type AmbiguousCode = "InvalidArgument" | "KeyTooLong" | "MethodNotAllowed";

const BY_CODE: Readonly<Record<DiagnosedCode | AmbiguousCode | "Request has expired", Diagnosis>> = {
  AccessDenied: diagnoseAccessDenied,
  AccessForbidden: diagnoseOrigin,
  BadDigest: diagnoseMd5,
  EntityTooLarge: (evidence) => diagnoseSize("too-large", evidence),
  EntityTooSmall: (evidence) => diagnoseSize("too-small", evidence),
  ExpiredToken: () => ({
    cause: "expired-token",
    sentence: "The temporary key had expired when the request arrived.",
  }),
  FileAlreadyExists: ({ refusal }) => ({
    cause: "overwrite",
    sentence: `x-cos-forbid-overwrite is true, and ${keyOfResource(refusal) === "" ? "the key" : quoted(keyOfResource(refusal))} already exists.`,
  }),
  IncorrectNumberOfFilesInPostRequest: diagnoseForm,
  // The documentation's own spelling on some pages.
  InvaildAccessKeyId: diagnoseKeyId,
  InvalidAccessKeyId: diagnoseKeyId,
  // COS uses it for many things; this message is about a form that lacks a required field.
  InvalidArgument: (evidence) =>
    /^Bucket POST/.test(evidence.refusal.message) ? diagnoseForm(evidence) : undefined,
  InvalidDigest: diagnoseDigest,
  InvalidPolicyDocument: ({ refusal }) => ({
    cause: "post-policy-malformed",
    sentence: because("The POST policy cannot be read", refusal),
  }),
  InvalidSecurity: ({ refusal }) => ({
    cause: "malformed-signature",
    sentence: because("The signature cannot be read", refusal),
  }),
  InvalidURI: ({ refusal }) => ({
    cause: "bad-key",
    sentence: because("COS does not accept the URL", refusal),
  }),
  KeyTooLong: ({ refusal }) =>
    /metadata/i.test(refusal.message)
      ? {
          cause: "metadata-too-large",
          sentence: because("The x-cos-meta-… headers are too long together", refusal),
        }
      : undefined,
  MalformedPOSTRequest: diagnoseForm,
  MaxPostPreDataLengthExceededError: diagnoseForm,
  MethodNotAllowed: diagnoseWebsite,
  MissingContentLength: () => ({
    cause: "no-length",
    sentence: "The request has a body but no Content-Length.",
  }),
  NoSuchBucket: diagnoseBucket,
  NoSuchKey: ({ refusal }) => ({
    cause: "no-such-key",
    sentence: `There is no object ${keyOfResource(refusal) === "" ? "with this key" : quoted(keyOfResource(refusal))}.`,
  }),
  "Request has expired": diagnoseExpired,
  RequestTimeTooSkewed: diagnoseSkew,
  SignatureDoesNotMatch: diagnoseSignature,
};

const DIAGNOSES: ReadonlyMap<string, Diagnosis> = new Map(Object.entries(BY_CODE));

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

function diagnoseForm({ refusal }: Evidence): Finding {
  return { cause: "form-malformed", sentence: because("The form cannot be used", refusal) };
}

/** Prefers the emulator's reason, which says more than COS's message. */
function because(what: string, { message, reason }: Refusal): string {
  const detail = reason || message.replace(/\.$/, "");
  return detail === "" ? `${what}.` : `${what}: ${detail}.`;
}
