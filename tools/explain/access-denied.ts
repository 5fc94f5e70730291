import { emulatorsReason } from "./emulator-reason.ts";
import { type Evidence, keyOf } from "./evidence.ts";
import { type Comparison, type Finding, strictLine } from "./explanation.ts";
import { diagnosePostCondition } from "./post-condition.ts";
import { authorizationOf } from "./request.ts";
import { oversizedPut } from "./size.ts";
import { quoted } from "./text.ts";
import { diagnoseExpired, diagnoseExpiredPolicy } from "./time.ts";

/**
 * AccessDenied: three messages say what is wrong, the fourth, "Access Denied.", says nothing, and the answer and the
 * request have to tell.
 */
export function diagnoseAccessDenied(evidence: Evidence): Finding {
  const { message, reason } = evidence.refusal;
  if (/^Request has expired/i.test(message)) return diagnoseExpired(evidence);
  if (/post object request has been expired/i.test(message)) return diagnoseExpiredPolicy(evidence);
  if (/^Condition key /i.test(message)) return diagnosePostCondition(evidence);
  return emulatorsReason(reason) ?? fromRequest(evidence) ?? unexplained(evidence);
}

function fromRequest(evidence: Evidence): Finding | undefined {
  const { answer, request } = evidence;
  if (request === undefined) return undefined;
  if (isUnsigned(evidence)) {
    return {
      cause: "no-signature",
      sentence: "The request carries no signature, and the bucket is private.",
    };
  }
  return (
    otherOperation(evidence) ??
    otherKey(evidence) ??
    oversizedPut(evidence) ??
    missingHeader(evidence) ??
    (request.scheme === "http:" && answer !== undefined
      ? {
          cause: "plain-http",
          certainty: "likely",
          sentence: "The request went by plain HTTP, and the answer's url begins with https://.",
        }
      : undefined) ??
    unsignedHeaders(evidence)
  );
}

/** A form whose fields are not known may be signed. */
function isUnsigned({ request }: Evidence): boolean {
  if (request === undefined || authorizationOf(request) !== undefined) return false;
  return request.method !== "POST" || request.fields !== undefined;
}

function otherOperation({ answer, request }: Evidence): Finding | undefined {
  if (answer === undefined || request === undefined || answer.method === request.method) return undefined;
  // A large file's credentials are for several operations; reading is not one of them.
  if (
    answer.kind === "credentials" &&
    ["POST", "DELETE"].includes(request.method) &&
    request.query.size > 0
  ) {
    return undefined;
  }
  return {
    cause: "action-not-allowed",
    certainty: answer.kind === "credentials" ? "likely" : "certain",
    sentence: `The answer is for ${answer.method}, and the request is a ${request.method}.`,
    comparison: lines([strictLine("method", answer.method, request.method)]),
  };
}

function otherKey({ answer, request }: Evidence): Finding | undefined {
  if (answer === undefined || request === undefined || keyOf(request) === answer.key) return undefined;
  return {
    cause: "resource-not-allowed",
    sentence: `The answer is for the key ${quoted(answer.key)}, and the request is for ${quoted(keyOf(request))}.`,
    comparison: lines([strictLine("key", answer.key, keyOf(request))]),
  };
}

/** The one header that a session policy of post-policy demands, since no form field can say it. */
function missingHeader({ answer, request }: Evidence): Finding | undefined {
  const name = "x-cos-forbid-overwrite";
  const expected = answer?.headers.get(name);
  const given = request?.headers.get(name);
  if (expected === undefined || expected === given) return undefined;
  return {
    cause: "condition-not-met",
    sentence: `The session policy demands the header ${name}: ${expected}, and the request has ${given === undefined ? "none" : quoted(given)}.`,
    comparison: lines([strictLine(`header ${name}`, expected, given)]),
  };
}

function unsignedHeaders({ request }: Evidence): Finding | undefined {
  const signed = request && authorizationOf(request)?.headerList;
  if (request === undefined || signed === undefined || request.method !== "PUT") return undefined;
  const free = ["content-type", "content-length"].filter(
    (name) => request.headers.has(name) && !signed.includes(name),
  );
  if (free.length === 0) return undefined;
  return {
    cause: "strict-signature",
    certainty: "likely",
    sentence: `Nothing else is wrong with the request, but ${free.join(" and ")} ${free.length > 1 ? "are" : "is"} not signed, and buckets can demand it.`,
    comparison: {
      expectedBy: "demanded",
      givenBy: "signed",
      lines: [
        strictLine("q-header-list", [...new Set([...signed, ...free])].sort().join(";"), signed.join(";")),
      ],
    },
  };
}

function unexplained({ answer, request }: Evidence): Finding {
  return {
    cause: "not-allowed",
    certainty: "likely",
    sentence:
      answer !== undefined && request !== undefined
        ? "The request is as it was answered, so what forbids it lies elsewhere: in the right of the key that signs, or in the bucket's own policy."
        : "COS does not allow the request, and does not say why.",
  };
}

function lines(all: Comparison["lines"]): Comparison {
  return { expectedBy: "allowed", givenBy: "sent", lines: all };
}
