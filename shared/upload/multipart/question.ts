import { invalidParameter } from "../../errors.ts";
import type { Fields } from "../../http/json-body.ts";
import { partsOf } from "../../object/limits.ts";
import { MAX_PAGE } from "./sign-parts.ts";
import type { Begun } from "./ticket.ts";

/** What a client asks about an upload under way: signatures for some parts, or what is left to send. */
export type Question =
  | { readonly resume: true }
  | {
      readonly resume: false;
      /** Of parts, from 1. */
      readonly numbers: readonly number[];
    };

/** @throws ServiceError `InvalidParameter` */
export function readQuestion({ numbers, resume }: Fields<"numbers" | "resume">, begun: Begun): Question {
  if (resume === true && numbers === undefined) return { resume };
  if (resume !== undefined) {
    throw invalidParameter("Send either numbers, or resume as true.");
  }
  return { resume: false, numbers: readNumbers(numbers, begun) };
}

function readNumbers(numbers: unknown, { size, partSize }: Begun): readonly number[] {
  const { count } = partsOf(size, partSize);
  const isNumber = (value: unknown): value is number =>
    typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= count;
  const isList = Array.isArray(numbers) && numbers.length >= 1 && numbers.length <= MAX_PAGE;
  if (isList && numbers.every(isNumber) && new Set(numbers).size === numbers.length) return numbers;
  throw invalidParameter(
    `numbers must be a list of 1 to ${MAX_PAGE} different parts of this upload, from 1 to ${count}.`,
  );
}
