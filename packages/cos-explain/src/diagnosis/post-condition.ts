import { fieldOf, type PostCondition, parsePostPolicy } from "../answer/post-policy.ts";
import { type Finding, type Line, line } from "../cause/explanation.ts";
import { quoted } from "../text/text.ts";
import type { Evidence } from "./evidence.ts";

/** AccessDenied "Condition key K doesn't match the value V": the policy's conditions against the form's fields. */
export function diagnosePostCondition({ refusal, answer, request }: Evidence): Finding {
  const [, name = "", value = ""] =
    /^Condition key (\S+) doesn't match the value ?([\s\S]*)$/i.exec(refusal.message) ?? [];
  const sentPolicy = request?.fields?.get("policy");
  const policy = sentPolicy === undefined ? answer?.policy : parsePostPolicy(sentPolicy);
  const fields = request?.fields;
  const field = fieldOf({ match: "eq", field: name, value });
  const isPrefix = policy?.conditions.some(
    (condition) =>
      condition.match === "starts-with" && fieldOf(condition) === field && condition.value === value,
  );
  const demands = isPrefix
    ? `requires ${name} to begin with ${quoted(value)}`
    : `fixes ${field === "q-key-time" ? field : name} to ${quoted(value)}`;
  const { cause } = refusal;
  const known = cause?.kind === "post-condition" ? cause : undefined;
  const given = fields === undefined ? known?.received : fields.get(field);
  const said =
    fields === undefined && known === undefined
      ? "the form has something else, or nothing"
      : given === undefined
        ? "the form has no such field"
        : `the form has ${quoted(given)}${cutAtSemicolon(value, given)}`;
  // COS compared something else than what was given here.
  const isMet = fields !== undefined && (isPrefix ? given?.startsWith(value) === true : given === value);
  return {
    cause: "post-condition",
    sentence: isMet
      ? `The POST policy ${demands}, and so the request has it that was given here: something else reached COS.`
      : `The POST policy ${demands}, but ${said}.`,
    ...(policy !== undefined &&
      policy.conditions.length > 0 && {
        comparison: {
          expectedBy: "policy",
          givenBy: "form",
          lines: policy.conditions
            .filter(({ field: of }) => of.toLowerCase() !== "bucket")
            .map((condition) => conditionLine(condition, fields)),
        },
      }),
  };
}

/** What curl's -F makes of a value with a semicolon, such as q-key-time. */
function cutAtSemicolon(wanted: string, given: string): string {
  if (given === "" || !wanted.startsWith(`${given};`)) return "";
  return ": it was cut at the semicolon, as curl's -F does (use --form-string)";
}

function conditionLine(condition: PostCondition, fields: ReadonlyMap<string, string> | undefined): Line {
  const given = fields?.get(fieldOf(condition));
  const expected = condition.match === "eq" ? condition.value : `${condition.value}…`;
  const shown = line(`field ${fieldOf(condition)}`, expected, given);
  if (fields === undefined) return shown;
  const holds =
    given !== undefined &&
    (condition.match === "eq" ? given === condition.value : given.startsWith(condition.value));
  return { ...shown, verdict: holds ? "same" : "differs" };
}
