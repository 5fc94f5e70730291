import type { Finding } from "../cause/explanation.ts";
import { knownBy, noRefusal, type Recognizer } from "./recognizer.ts";

const STATUSES_PAGE = "https://cloud.tencent.com/document/product/583/42611";

/** What SCF's codes say about a function that gave no answer (https://cloud.tencent.com/document/product/583/42611). */
const CODES: ReadonlyMap<string, string> = new Map([
  ["401", "whoever called it may not"],
  ["402", "SCF is suspended for the account"],
  ["404", "the subnet in its network settings does not exist"],
  ["405", "its process ended before it was called"],
  ["406", "the request is larger than it may be"],
  ["407", "its answer is larger than 6 MB"],
  ["410", "the account has no balance"],
  ["429", "more instances were needed at once than the account may start"],
  ["430", "its code threw an error"],
  ["432", "more ran at once than its quota allows"],
  ["433", "it did not end in time"],
  ["434", "it used more memory than it has"],
  ["435", "it does not exist, or was deleted"],
  ["436", "it was called with a parameter that SCF does not take"],
  ["437", "its package does not have the file or the method that is to be called"],
  ["438", "it is being changed, or SCF is suspended for the account"],
  ["439", "its process ended early"],
  ["441", "whoever called it may not"],
  ["442", "the version or alias that was called does not exist"],
  ["443", "its code threw an error"],
  ["444", "its image could not be pulled"],
  ["445", "its container did not start"],
  ["446", "it did not listen on its port in time"],
  ["447", "pulling its image took too long"],
  ["449", "the region has nothing free of the size that it asks for"],
  ["450", "its container took too long to start"],
  ["499", "the call was cancelled, or the gateway did not wait until it ended"],
]);

/** The statuses above that no other server gives. */
const ONLY_OF_SCF = /^43[02-9]$|^44[12356]$|^447$/;

/** SCF's answer, or API Gateway's before it, in a function's place. */
export const scf: Recognizer = (text) => {
  const failure = failureOfFunction(text);
  return failure === undefined
    ? undefined
    : noRefusal(
        `The function failed${failure}. This is SCF's own answer, not one of COS: the function's log has the request id and the whole error.`,
        STATUSES_PAGE,
      );
};

/** SCF's answer in a function's place, by its status alone; undefined for a status that others give too. */
export function scfByStatus(status: string): Finding | undefined {
  const failed = ONLY_OF_SCF.test(status) ? CODES.get(status) : undefined;
  return failed === undefined
    ? undefined
    : noRefusal(
        `The function failed: ${failed}. The status ${status} is SCF's own, given in a function's place; the function's log says more.`,
        STATUSES_PAGE,
      );
}

/** API Gateway before a function. */
export const apiGateway = knownBy(
  /\bThere is no api match\b/,
  "This is API Gateway's own answer, not one of COS: none of its APIs has this path and method.",
);

/** What happened, as the rest of a sentence that begins "The function failed". Undefined if the text is not about one. */
function failureOfFunction(text: string): string | undefined {
  if (/\bInvalid scf response\b/i.test(text)) return ": what it returned is not what an HTTP answer must be";
  if (/\bSCF invoke error\b/i.test(text)) return "";
  if (/\bInvoking task timed out after\b/.test(text)) return ": it did not end in time";
  if (/\bAvailableStatus ?= ?InsufficientBalance\b/.test(text)) return ": the account has no balance";
  if (!/["']errorCode["']\s*:\s*["']?-?\d/.test(text) || !/["']errorMessage["']\s*:/.test(text))
    return undefined;
  const codes = [...text.matchAll(/["'](?:statusCode|errorCode)["']\s*:\s*["']?(\d{3})\b/g)].map(
    ([, code = ""]) => code,
  );
  const said = codes.map((code) => CODES.get(code)).find((what) => what !== undefined);
  return said === undefined ? "" : `: ${said}`;
}
