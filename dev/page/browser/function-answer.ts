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

/** What the page reads from the answers of put-sign, post-policy, object-url and login. */
export type FunctionAnswer = InferOutput<typeof Answer>;

/** Reads an answer. Missing fields become an empty text, NaN or an empty object, so that the page shows the rest. */
export function readAnswer(json: unknown): FunctionAnswer {
  return parse(fallback(Answer, parse(Answer, {})), json);
}
