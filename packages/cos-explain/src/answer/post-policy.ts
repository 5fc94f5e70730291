import {
  array,
  check,
  literal,
  number,
  object,
  parse,
  picklist,
  pipe,
  safeParse,
  string,
  transform,
  tuple,
  union,
  unknown,
} from "valibot";
import { fromBase64 } from "../text/base64.ts";
import { Json, matchingItems, TextMembers } from "../text/json.ts";

/** A condition of a POST policy on one form field. */
export interface PostCondition {
  readonly match: "eq" | "starts-with";
  /** As the policy spells it. */
  readonly field: string;
  readonly value: string;
}

/** A POST policy, as far as it can be read (https://cloud.tencent.com/document/product/436/14690). */
export interface PostPolicy {
  /** The JSON, before base64. */
  readonly text: string;
  readonly conditions: readonly PostCondition[];
  readonly lengthRange: { readonly min: number; readonly max: number } | undefined;
}

const Policy = object({ conditions: array(unknown()) });

const Conditions = matchingItems(
  union([
    pipe(
      tuple([picklist(["eq", "starts-with"]), string(), string()]),
      transform(([match, field, value]): PostCondition[] => [
        { match, field: field.replace(/^\$/, ""), value },
      ]),
    ),
    pipe(
      unknown(),
      check((item) => !Array.isArray(item)),
      TextMembers,
      transform((members) =>
        Object.entries(members).map(([field, value]): PostCondition => ({ match: "eq", field, value })),
      ),
    ),
  ]),
);

const LengthRanges = matchingItems(tuple([literal("content-length-range"), number(), number()]));

/** Reads base64, or the JSON itself. Conditions that COS does not know are ignored. */
export function parsePostPolicy(policy: string): PostPolicy {
  const text = policy.trimStart().startsWith("{") ? policy : (fromBase64(policy.trim()) ?? "");
  const { success, output } = safeParse(Policy, parse(Json, text));
  const items = success ? output.conditions : [];
  const [range] = parse(LengthRanges, items);
  return {
    text,
    conditions: parse(Conditions, items).flat(),
    lengthRange: range && { min: range[1], max: range[2] },
  };
}

/** The form field that a condition looks at: the policy says q-sign-time, the form q-key-time. */
export function fieldOf(condition: PostCondition): string {
  const name = condition.field.toLowerCase();
  return name === "q-sign-time" ? "q-key-time" : name;
}
