import { labelled } from "../text/labels.ts";
import { knownBy } from "./recognizer.ts";

export const signingFunction = knownBy(
  isOfFunction,
  "This is an error of the signing function, not of COS: its code and message say what is wrong, and its log has the request id.",
);

/** Whether it is an error of the signing function: its JSON, the client's error, or what the phone showed of it. */
export function isOfFunction(text: string): boolean {
  return (
    isJsonOfFunction(text) ||
    labelled(text, ["kind"])[0] === "service" ||
    /[(（]\w+, ?[\da-f]{8}-[\da-f]{4}-/i.test(text)
  );
}

/** Whether it is an error of the signing function, as JSON: the same names, but not COS's. */
export function isJsonOfFunction(text: string): boolean {
  return /"error"\s*:\s*\{\s*"code"/.test(text);
}
