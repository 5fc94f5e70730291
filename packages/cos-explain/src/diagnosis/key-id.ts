import { type Comparison, type Finding, strictLine } from "../cause/explanation.ts";
import { authorizationOf, tokenOf } from "../request/request.ts";
import { type Evidence, isForm } from "./evidence.ts";

/** InvalidAccessKeyId: COS does not know q-ak, or q-ak is a temporary key and was sent without its own token. */
export function diagnoseKeyId({ refusal, answer, request }: Evidence): Finding {
  const missing: Finding = {
    cause: "missing-token",
    sentence: "The request is signed with a temporary key and does not have its x-cos-security-token.",
  };
  const foreign: Finding = {
    cause: "wrong-token",
    sentence: "The request's x-cos-security-token belongs to a different temporary key from its q-ak.",
  };
  const unknown: Finding = {
    cause: "unknown-key-id",
    sentence: "COS knows no key with the id that signed the request.",
  };
  if (/format you provided is invalid/i.test(refusal.message)) {
    return {
      cause: "unknown-key-id",
      sentence:
        "The id that signed the request does not have the form of a SecretId: it may be a variable that was not replaced, another kind of id, or have spaces or quotes around it.",
    };
  }
  if (refusal.cause?.kind === "token-missing") return missing;
  if (refusal.cause?.kind === "token-foreign") return foreign;
  if (refusal.cause?.kind === "key-unknown") return unknown;
  // A form's token is in its fields.
  if (request === undefined || (isForm(request) && request.fields === undefined) || request.hidesSignature) {
    return answer?.token === undefined
      ? { ...unknown, certainty: "likely" }
      : {
          ...missing,
          certainty: "likely",
          sentence:
            "The key in the answer is a temporary one, which COS knows only together with its own x-cos-security-token.",
        };
  }
  const token = tokenOf(request);
  const secretId = authorizationOf(request)?.secretId;
  if (answer === undefined) {
    return token === undefined
      ? {
          ...missing,
          cause: "missing-token",
          certainty: "likely",
          sentence:
            "COS knows no permanent key with this id, and the request has no x-cos-security-token, which a temporary one needs.",
        }
      : {
          cause: "unknown-key-id",
          certainty: "likely",
          sentence: "COS knows no key with this id and this token.",
        };
  }
  const comparison: Comparison = {
    expectedBy: "answered",
    givenBy: "sent",
    lines: [
      strictLine("q-ak", answer.authorization?.secretId ?? answer.secretId, secretId),
      strictLine("x-cos-security-token", answer.token, token),
    ],
  };
  const [idLine, tokenLine] = comparison.lines;
  if (token === undefined) return { ...missing, comparison };
  if (idLine?.verdict === "differs") {
    return {
      cause: "unknown-key-id",
      sentence: "The request's q-ak is not the one in the answer.",
      comparison,
    };
  }
  if (tokenLine?.verdict === "differs") return { ...foreign, comparison };
  return {
    cause: "unknown-key-id",
    certainty: "likely",
    sentence: "The key id and the token are those of the answer, but COS does not know them.",
    comparison,
  };
}
