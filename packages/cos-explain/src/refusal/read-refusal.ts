import { codeByLook, isCode } from "../cause/codes.ts";
import { decodeCause } from "../cause/emulator-cause.ts";
import { isOfOtherStorage } from "../not-a-refusal/other-storage.ts";
import { isOfApi } from "../not-a-refusal/tencent-api.ts";
import { labelled } from "../text/labels.ts";
import { isHostOfCos } from "../text/signs-of-cos.ts";
import { withoutUnseen } from "../text/text.ts";
import { unquoted } from "../text/unquote.ts";
import { CODE_NAMES, type Elements, isGiven, isUuid, REQUEST_ID_NAMES } from "./elements.ts";
import { fromObject } from "./from-object.ts";
import { fromPhrase } from "./from-phrase.ts";
import { fromSdkText, isOnlyStatus } from "./from-sdk-text.ts";
import { fromXml } from "./from-xml.ts";
import { type BesideElements, type Refusal, refusalOf } from "./refusal.ts";

/**
 * Finds COS's refusal in whatever somebody has: the XML, alone, in a log, or quoted by other programs; the error
 * object of an SDK or of this project's client, as JSON or as printed; an SDK's text; the sentence that the
 * phone showed; COS's message or a code alone. Undefined when there is none.
 *
 * @param beside what the emulator's headers say, when they are not part of `text`
 */
export function readRefusal(
  text: string,
  beside: Pick<BesideElements, "cause" | "reason"> = {},
): Refusal | undefined {
  const plain = unquoted(text).replace(HYPHENATED, withoutHyphen);
  if (isOfOtherStorage(plain) || isOfApi(plain)) return undefined;
  const elements = elementsIn(plain);
  const code = asKnown(elements?.get("Code")?.trim() ?? "");
  if (elements === undefined || !/^[\w.-]+(?: [\w.-]+)*$/.test(code)) return undefined;
  const requestId = elements.get("RequestId") || idIn(plain);
  return refusalOf(
    { ...Object.fromEntries(elements), Code: code, RequestId: requestId },
    {
      cause: beside.cause ?? decodeCause(CAUSE_HEADER.exec(text)?.[1] ?? ""),
      reason: beside.reason || reasonHeader(text, plain),
      url: addressOf(plain, elements.get("Resource") ?? ""),
      others: otherCodes(plain, code),
    },
  );
}

/** What says most comes first: a word of one form may occur in a text of another. */
function elementsIn(text: string): Elements | undefined {
  const xml = fromXml(text);
  if (xml !== undefined) return xml;
  const ofSdk = fromSdkText(text);
  // An SDK that got only a status has made up the rest.
  if (ofSdk !== undefined) return isOnlyStatus(ofSdk) ? undefined : ofSdk;
  return fromObject(text) ?? fromPhrase(text);
}

/** Where a page or a PDF ends a line in a word, or would. */
const HYPHENATED =
  /\b([A-Z][A-Za-z]{2,40})(?:-\r?\n[ \t]{0,20}|\u00ad(?:\r?\n)?|[\u200b-\u200d\u2060\ufeff])(?=([A-Za-z]{2,40}))/g;

/** Only of a code, since an object key may contain such characters, and the signature then depends on them. */
function withoutHyphen(whole: string, before: string, after: string): string {
  return isCode(before + after) ? before : whole;
}

/** A code as COS writes it: logs change its case, and lines and pictures break it. */
function asKnown(code: string): string {
  const whole = withoutUnseen(code).replaceAll(/\s/g, "");
  return isCode(whole) ? whole : (codeByLook(whole) ?? code);
}

/** COS's request id, not the UUID of the function that logged the error. */
function idIn(text: string): string {
  const ids = labelled(text, REQUEST_ID_NAMES).filter(isRequestId);
  return ids.find((id) => !isUuid(id)) ?? ids[0] ?? "";
}

/** Whether it may be a request id, of COS or of another. */
function isRequestId(text: string): boolean {
  return /^[\w+/=-]{8,}$/.test(text) && isGiven(text);
}

/** The URL at COS in the text around COS's answer; a log may contain other URLs too. */
function addressOf(text: string, resource: string): string {
  const asked = resource.split("/")[0] ?? "";
  const around = text.replace(/<\?xml[\s\S]*|<Error[\s\S]*/, "");
  const addresses = [...around.matchAll(/\bhttps?:\/\/([^\s"'`<>/?#]+)[^\s"'`<>]*/g)];
  const ours = addresses.find(([, host = ""]) => host === asked || isHostOfCos(host));
  return ours?.[0] ?? "";
}

/** Matches in whatever quoting, since the value is percent-encoded JSON. */
const CAUSE_HEADER = /x-emulator-cause\W{1,8}(%7B[\w%.~-]*%7D)/i;

/** The header on a line of its own or as a member of a printed object; empty without it. */
function reasonHeader(text: string, plain: string): string {
  // A reason contains commas and quotes, so take the whole line.
  const line = /^(?:[<>*] ?)?x-emulator-reason:[ \t]*(.*)$/im.exec(plain)?.[1]?.trim();
  return line || (labelled(text, ["x-emulator-reason"])[0] ?? "");
}

/** The codes of COS's that a text names as such, besides one. */
function otherCodes(text: string, code: string): string[] {
  const named = [...text.matchAll(/<Code>\s{0,20}(\w+)\s{0,20}<|: \d{3} (\w+)\(Message: /g)].map(
    ([, element = "", ofGo = ""]) => element || ofGo,
  );
  const all = [...named, ...labelled(text, CODE_NAMES)].map(asKnown).filter(isCode);
  return [...new Set(all)].filter((other) => other !== code);
}
