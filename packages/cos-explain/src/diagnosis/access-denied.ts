import { type Comparison, type Finding, strictLine } from "../cause/explanation.ts";
import { authorizationOf, type SentRequest } from "../request/request.ts";
import { percentDecode, quoted } from "../text/text.ts";
import { type Evidence, isForm, keyOf } from "./evidence.ts";
import { diagnosePostCondition } from "./post-condition.ts";
import { oversizedPut, withoutLength } from "./size.ts";
import { diagnoseExpired, diagnoseExpiredPolicy } from "./time.ts";

/**
 * Most AccessDenied messages say what is wrong. "Access Denied." does not, so the cause must come from the answer and
 * the request.
 */
export function diagnoseAccessDenied(evidence: Evidence): Finding {
  const { message } = evidence.refusal;
  if (/^Request has expired/i.test(message)) return diagnoseExpired(evidence);
  if (/post object request has been expired/i.test(message)) return diagnoseExpiredPolicy(evidence);
  if (/^Condition key /i.test(message)) return diagnosePostCondition(evidence);
  return reasonAlone(evidence) ?? fromRequest(evidence) ?? unexplained(evidence);
}

/** An emulator's x-emulator-reason without a cause: it says more than a comparison could find. */
function reasonAlone({ refusal: { reason, cause } }: Evidence): Finding | undefined {
  if (reason === "" || cause !== undefined) return undefined;
  return { cause: "denied-with-reason", sentence: `The emulator says: ${reason.replace(/\.$/, "")}.` };
}

function fromRequest(evidence: Evidence): Finding | undefined {
  if (evidence.request === undefined) return otherResource(evidence) ?? plainHttp(evidence);
  if (isUnsigned(evidence)) {
    return {
      cause: "no-signature",
      sentence: "The request has no signature, and the bucket is private.",
    };
  }
  return (
    otherOperation(evidence) ??
    otherKey(evidence) ??
    oversizedPut(evidence) ??
    withoutLength(evidence) ??
    missingHeader(evidence) ??
    forbiddenAttribute(evidence) ??
    otherType(evidence) ??
    plainHttp(evidence) ??
    unsignedHeaders(evidence)
  );
}

/** A form whose fields are not known may be signed. */
function isUnsigned({ request }: Evidence): boolean {
  if (request === undefined || authorizationOf(request) !== undefined || request.hidesSignature) return false;
  return !isForm(request) || request.fields !== undefined;
}

/**
 * The functions' policies allow only HTTPS (cos:secure-transport). Without the request, the error of an SDK or of an
 * HTTP client may still contain the URL.
 */
function plainHttp({ refusal, answer, request }: Evidence): Finding | undefined {
  const scheme = request?.scheme ?? (/^https?:/i.exec(refusal.url)?.[0] ?? "").toLowerCase();
  if (scheme !== "http:") return undefined;
  return {
    cause: "plain-http",
    certainty: "likely",
    sentence:
      answer === undefined
        ? "The request went over plain HTTP, which the functions' policies and many bucket policies do not allow."
        : "The request went over plain HTTP, but the answer's policy allows only HTTPS: its url begins with https://.",
  };
}

function otherOperation({ answer, request }: Evidence): Finding | undefined {
  if (answer === undefined || request === undefined || answer.method === request.method) return undefined;
  if (answer.kind === "credentials") return otherThanUpload(request);
  return {
    cause: "action-not-allowed",
    sentence: `The answer is for ${answer.method}, but the request is a ${request.method}.`,
    comparison: lines([strictLine("method", answer.method, request.method)]),
  };
}

/** Credentials for a large file allow PUT and multipart uploads, but no forms and no reads. */
function otherThanUpload(request: SentRequest): Finding | undefined {
  const { method, query } = request;
  const isOfParts = ["uploads", "uploadId"].some((name) => query.has(name));
  if (isOfParts || method === "PUT") return undefined;
  const asked = isForm(request) ? "a form (POST Object)" : `a ${method}`;
  return {
    cause: "action-not-allowed",
    certainty: "likely",
    sentence: `The answer's credentials are for PUT and for uploads in parts, but the request is ${asked}.`,
    comparison: lines([strictLine("operation", "PUT Object, multipart upload", asked)]),
  };
}

function otherKey({ answer, request }: Evidence): Finding | undefined {
  const key = request && keyOf(request);
  if (answer === undefined || key === undefined || key === answer.key) return undefined;
  // Listing multipart uploads is a request to the bucket, so it has no key.
  if (key === "" && answer.kind === "credentials") return undefined;
  return {
    cause: "resource-not-allowed",
    sentence: `The answer is for the key ${quoted(answer.key)}, but the request is for ${quoted(key)}.`,
    comparison: lines([strictLine("key", answer.key, key)]),
  };
}

/** Without the request, COS's Resource says which object it was for; in it, a space may be written as a plus. */
function otherResource({ answer, refusal: { resource } }: Evidence): Finding | undefined {
  const slash = resource.indexOf("/");
  const key = slash < 0 ? "" : percentDecode(resource.slice(slash + 1).trim());
  if (answer === undefined || key === "") return undefined;
  if ([key, key.replaceAll("+", " ")].includes(answer.key)) return undefined;
  return {
    cause: "resource-not-allowed",
    certainty: "likely",
    sentence: `The answer is for the key ${quoted(answer.key)}, but COS's answer is about ${quoted(key)}.`,
    comparison: lines([strictLine("key", answer.key, key)]),
  };
}

/** The one header that post-policy's session policy requires, since no form field can carry it. */
function missingHeader({ answer, request }: Evidence): Finding | undefined {
  const name = "x-cos-forbid-overwrite";
  const expected = answer?.headers.get(name);
  const given = request?.headers.get(name);
  if (expected === undefined || expected === given) return undefined;
  return {
    cause: "condition-not-met",
    sentence: `The session policy requires the header ${name}: ${expected}, but the request has ${given === undefined ? "none" : quoted(given)}.`,
    comparison: lines([strictLine(`header ${name}`, expected, given)]),
  };
}

/** Headers that could make an object public or change its storage class, and the values that uploads may send. */
const ALLOWED_ATTRIBUTES: ReadonlyMap<string, readonly string[]> = new Map([
  ["x-cos-acl", ["default", "private"]],
  ["x-cos-storage-class", ["STANDARD"]],
]);

function forbiddenAttribute({ answer, request }: Evidence): Finding | undefined {
  if (answer === undefined || request === undefined) return undefined;
  for (const [name, allowed] of ALLOWED_ATTRIBUTES) {
    const given = request.headers.get(name);
    if (given === undefined || allowed.includes(given)) continue;
    return {
      cause: "condition-not-met",
      sentence: `The session policy allows ${name} to be ${allowed.join(" or ")}, but the request has ${quoted(given)}.`,
      comparison: lines([strictLine(`header ${name}`, allowed.join(" or "), given)]),
    };
  }
  return undefined;
}

/** The policy also allows the rule's other types and those that platforms add; the answer names only one type. */
function otherType({ answer, request }: Evidence): Finding | undefined {
  const expected = answer?.headers.get("content-type");
  const given = request?.headers.get("content-type");
  if (request?.method !== "PUT" || expected === undefined || given === undefined || given === expected) {
    return undefined;
  }
  if (/^application\/(?:json|octet-stream|x-www-form-urlencoded)$|^text\/plain$/.test(given))
    return undefined;
  return {
    cause: "condition-not-met",
    certainty: "likely",
    sentence: `The session policy allows the types of the upload's rule and those that platforms add by themselves, but the request's content-type is ${quoted(given)}.`,
    comparison: lines([strictLine("header content-type", expected, given)]),
  };
}

/** Without the answer, something else could be wrong too. */
function unsignedHeaders({ answer, request }: Evidence): Finding | undefined {
  const signed = request && authorizationOf(request)?.headerList;
  if (answer === undefined || request === undefined || signed === undefined) return undefined;
  if (request.method !== "PUT") return undefined;
  const free = ["content-type", "content-length"].filter(
    (name) => request.headers.has(name) && !signed.includes(name),
  );
  if (free.length === 0) return undefined;
  return {
    cause: "strict-signature",
    certainty: "likely",
    sentence: `Nothing else is wrong with the request, but ${free.join(" and ")} ${free.length > 1 ? "are" : "is"} not signed, and a bucket can require that.`,
    comparison: {
      expectedBy: "required",
      givenBy: "signed",
      lines: [
        strictLine("q-header-list", [...new Set([...signed, ...free])].sort().join(";"), signed.join(";")),
      ],
    },
  };
}

function unexplained({ refusal: { message }, answer, request }: Evidence): Finding {
  if (message !== "" && !/^access ?denied[.。]?$/i.test(message.trim())) {
    return { cause: "denied-with-reason", sentence: `COS says: ${quoted(message)}.` };
  }
  return {
    cause: "not-allowed",
    certainty: "likely",
    sentence:
      answer !== undefined && request !== undefined
        ? asAnswered(request)
        : message === ""
          ? "COS says AccessDenied for several reasons; its Message, which you did not give, may say which."
          : "COS does not allow the request and does not say why.",
  };
}

/** No comparison found a difference. What is left depends on how much is known about the request. */
function asAnswered(request: SentRequest): string {
  const unknown = [
    ...(request.hidesSignature ? ["its signature"] : []),
    ...(request.scheme === undefined ? ["whether it used HTTPS"] : []),
    ...(request.method === "PUT" && !request.headers.has("content-length") ? ["its Content-Length"] : []),
    ...(isForm(request) && request.fields === undefined ? ["the form's fields"] : []),
  ];
  return unknown.length === 0
    ? "The request matches the answer, so the cause is elsewhere: in the permissions of the signing key, or in the bucket's own policy."
    : `What is known of the request matches the answer. Not known: ${unknown.join(", ")}. If those are right too, check the permissions of the signing key and the bucket's own policy.`;
}

function lines(all: Comparison["lines"]): Comparison {
  return { expectedBy: "allowed", givenBy: "sent", lines: all };
}
