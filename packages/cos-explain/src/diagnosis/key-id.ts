import type { SigningAnswer } from "../answer/answer.ts";
import { type Comparison, type Finding, strictLine } from "../cause/explanation.ts";
import { authorizationOf, type SentRequest, tokenOf } from "../request/request.ts";
import { type Evidence, isForm } from "./evidence.ts";

const MALFORMED: Finding = {
  cause: "unknown-key-id",
  sentence:
    "The id that signed the request does not have the form of a SecretId: it may be a variable that was not replaced, another kind of id, or have spaces or quotes around it.",
};
const MISSING: Finding = {
  cause: "missing-token",
  sentence: "The request is signed with a temporary key and does not have its x-cos-security-token.",
};
const FOREIGN: Finding = {
  cause: "wrong-token",
  sentence: "The request's x-cos-security-token belongs to a different temporary key from its q-ak.",
};
const UNKNOWN: Finding = {
  cause: "unknown-key-id",
  sentence: "COS knows no key with the id that signed the request.",
};

/** InvalidAccessKeyId: COS does not know q-ak, or q-ak is a temporary key and was sent without its own token. */
export function diagnoseKeyId({ refusal, answer, request }: Evidence): Finding {
  if (/format you provided is invalid/i.test(refusal.message)) return MALFORMED;
  if (refusal.cause?.kind === "token-missing") return MISSING;
  if (refusal.cause?.kind === "token-foreign") return FOREIGN;
  if (refusal.cause?.kind === "key-unknown") return UNKNOWN;
  if (request === undefined || isTokenUnknown(request)) return fromAnswer(answer);
  return answer === undefined ? fromRequest(request) : compared(answer, request);
}

/** A form's token is in its fields. */
function isTokenUnknown(request: SentRequest): boolean {
  return (isForm(request) && request.fields === undefined) || request.hidesSignature;
}

function fromAnswer(answer: SigningAnswer | undefined): Finding {
  if (answer?.token === undefined) return { ...UNKNOWN, certainty: "likely" };
  return {
    cause: "missing-token",
    certainty: "likely",
    sentence:
      "The key in the answer is a temporary one, which COS knows only together with its own x-cos-security-token.",
  };
}

function fromRequest(request: SentRequest): Finding {
  if (tokenOf(request) !== undefined) {
    return {
      cause: "unknown-key-id",
      certainty: "likely",
      sentence: "COS knows no key with this id and this token.",
    };
  }
  return {
    cause: "missing-token",
    certainty: "likely",
    sentence:
      "COS knows no permanent key with this id, and the request has no x-cos-security-token, which a temporary one needs.",
  };
}

function compared(answer: SigningAnswer, request: SentRequest): Finding {
  const token = tokenOf(request);
  const id = strictLine(
    "q-ak",
    answer.authorization?.secretId ?? answer.secretId,
    authorizationOf(request)?.secretId,
  );
  const tokens = strictLine("x-cos-security-token", answer.token, token);
  const comparison: Comparison = { expectedBy: "answered", givenBy: "sent", lines: [id, tokens] };
  if (token === undefined) return { ...MISSING, comparison };
  if (id.verdict === "differs") {
    return {
      cause: "unknown-key-id",
      sentence: "The request's q-ak is not the one in the answer.",
      comparison,
    };
  }
  if (tokens.verdict === "differs") return { ...FOREIGN, comparison };
  return {
    cause: "unknown-key-id",
    certainty: "likely",
    sentence: "The key id and the token are those of the answer, but COS does not know them.",
    comparison,
  };
}
