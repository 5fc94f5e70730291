import { array, nullish, string } from "valibot";

/** The API leaves out, or answers null for, what has no value. */
export const Text = nullish(string(), "");
export const Texts = nullish(array(string()), []);
