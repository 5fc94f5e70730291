import { type Comparison, differs, type Finding, line } from "../cause/explanation.ts";
import type { Evidence } from "./evidence.ts";

/** Whether the refused request is a POST form that is signed with a policy. */
export function hasPolicy({ refusal, answer, request }: Evidence): boolean {
  return (
    refusal.formatString.trimStart().startsWith("{") ||
    answer?.kind === "post" ||
    request?.fields?.has("policy") === true
  );
}

const SIGNED_FIELDS = ["policy", "q-sign-algorithm", "q-ak", "q-key-time", "q-signature"] as const;

/** SignatureDoesNotMatch of a form: the signature covers the policy and the key time, and nothing else. */
export function diagnosePolicySignature({ answer, request }: Evidence): Finding {
  if (answer === undefined || request?.fields === undefined) {
    return {
      cause: "signature-mismatch",
      certainty: "likely",
      sentence:
        "The form's q-signature was computed over another policy or another q-key-time, or with another key; the answer and the request would show which.",
    };
  }
  const { fields } = request;
  const comparison: Comparison = {
    expectedBy: "signed",
    givenBy: "sent",
    lines: SIGNED_FIELDS.map((name) => line(`field ${name}`, answer.fields.get(name), fields.get(name))),
  };
  if (!differs(comparison)) {
    return {
      cause: "wrong-secret-key",
      certainty: "likely",
      sentence: "The form is what was signed, so the SecretKey that signed it does not belong to q-ak.",
      comparison,
    };
  }
  const names = comparison.lines
    .filter(({ verdict }) => verdict === "differs")
    .map(({ name }) => name.slice(6));
  return {
    cause: "signature-altered",
    sentence: `The form's ${names.join(" and ")} ${names.length > 1 ? "are not those" : "is not the one"} in the answer.`,
    comparison,
  };
}
