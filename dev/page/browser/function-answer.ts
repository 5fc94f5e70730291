import { fallback, type InferOutput, number, object, optional, parse, record, string } from "valibot";

const Text = optional(fallback(string(), ""), "");
const Texts = optional(fallback(record(string(), string()), {}), {});
const Numeral = fallback(number(), Number.NaN);

const Answer = object({
  method: Text,
  url: Text,
  headers: Texts,
  fields: Texts,
  cosKey: Text,
  authorization: Text,
  policy: Text,
  qAk: Text,
  maxBytes: Numeral,
  token: Text,
  expiresAt: Numeral,
});

/** What the page reads of what put-sign, post-policy, object-url and login answer. */
export type FunctionAnswer = InferOutput<typeof Answer>;

/** What is missing is an empty text, NaN or an empty object: the page shows what there is. */
export function readAnswer(json: unknown): FunctionAnswer {
  return parse(fallback(Answer, parse(Answer, {})), json);
}
