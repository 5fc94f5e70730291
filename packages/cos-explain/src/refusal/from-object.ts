import { isCode } from "../cause/codes.ts";
import { isJsonOfFunction } from "../not-a-refusal/signing-function.ts";
import { labelled, labelledLines } from "../text/labels.ts";
import { hasRequestIdOfCos } from "../text/signs-of-cos.ts";
import { CODE_NAMES, type Elements, isMessage, MESSAGE_NAMES } from "./elements.ts";

/** An object, as JSON or as printed. */
export function fromObject(text: string): Elements | undefined {
  const kind = labelled(text, ["kind"])[0];
  if (isJsonOfFunction(text) || (kind !== undefined && UPLOAD_ERROR_KINDS.has(kind) && kind !== "storage")) {
    return undefined;
  }
  const code =
    labelled(text, CODE_NAMES).find(isCode) ??
    labelled(text, ["Code"]).find(looksLikeCode) ??
    codeBesideId(text);
  if (code === undefined) return undefined;
  const first = (names: readonly string[]) => labelled(text, names).find((value) => value !== "") ?? "";
  // Amazon's SDK for JavaScript names its errors by the code.
  const names = `\\w*Error(?: \\[\\w+\\])?|[\\w.]+Exception|${code}`;
  const headline = new RegExp(`^(?:Uncaught )?(?:${names}): (.+)$`, "m").exec(text)?.[1] ?? "";
  const messages = [...labelled(text, MESSAGE_NAMES), headline];
  return new Map([
    ["Code", code],
    [
      "Message",
      nearest(
        messages.filter((value) => value !== code && isMessage(value)),
        code,
        text,
      ),
    ],
    ["StringToSign", labelledLines(text, "[sS]tringToSign") ?? first(["StringToSign", "stringToSign"])],
    ["FormatString", labelledLines(text, "[fF]ormatString") ?? first(["FormatString", "formatString"])],
    ["ServerTime", first(["ServerTime", "serverTime"])],
    ["Resource", first(["Resource", "resource"])],
  ]);
}

/** Others have errors with a `code` too, but no request id of COS's; an SDK's own class is none. */
function codeBesideId(text: string): string | undefined {
  if (!hasRequestIdOfCos(text)) return undefined;
  return labelled(text, CODE_NAMES).find(
    (value) => looksLikeCode(value) && !/(?:Exception|Error)$/.test(value),
  );
}

/** The text that stands closest to another one: what wraps an error has a message of its own. */
function nearest(candidates: readonly string[], to: string, text: string): string {
  const at = text.indexOf(to);
  const distance = (value: string) => {
    const index = text.indexOf(value);
    return index < 0 ? text.length : Math.abs(index - at);
  };
  return [...candidates].sort((a, b) => distance(a) - distance(b))[0] ?? "";
}

const UPLOAD_ERROR_KINDS: ReadonlySet<string> = new Set([
  "service",
  "storage",
  "network",
  "timeout",
  "cancelled",
  "client",
  "configuration",
]);

/** A word such as `SomeNewCode`, which may be a code that this tool does not know. Tencent's API codes have a dot. */
function looksLikeCode(text: string): boolean {
  // COS's SDK for PHP gives this one to an answer that it cannot read.
  if (text === "PhpInternalXmlParseError") return false;
  return /^[A-Z][a-z]+(?:[A-Z][A-Za-z]*)+$/.test(text) || text === "Request has expired";
}
