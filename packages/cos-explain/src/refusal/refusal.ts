import { XMLParser } from "fast-xml-parser";
import { object, safeParse } from "valibot";
import { ALL_CODES, isCode } from "../cause/codes.ts";
import { decodeCause, type EmulatorCause } from "../cause/emulator-cause.ts";
import { isOfPhone } from "../not-a-refusal/on-phone.ts";
import { isOfOtherStorage } from "../not-a-refusal/other-storage.ts";
import { isJsonOfFunction } from "../not-a-refusal/signing-function.ts";
import { isOfApi } from "../not-a-refusal/tencent-api.ts";
import { TextMembers } from "../text/json.ts";
import { labelled, labelledLines } from "../text/labels.ts";
import { hasRequestIdOfCos, isAboutCos, isHostOfCos } from "../text/signs-of-cos.ts";
import { unquoted } from "../text/unquote.ts";
import { findMessage, findSentence, messageAfter } from "./sentences.ts";

/** COS's error, https://cloud.tencent.com/document/product/436/7730. Empty strings stand for what is missing. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  /** What COS computed: `sha1`, the key time, the SHA-1 of the HttpString. */
  readonly stringToSign: string;
  /** HttpString of the request as it arrived; for a POST form the policy's text. */
  readonly formatString: string;
  /** Unix seconds by COS's clock. */
  readonly serverTime: number | undefined;
  /** Host and path. */
  readonly resource: string;
  readonly requestId: string;
  /** The emulator's header x-emulator-cause; COS has none. */
  readonly cause: EmulatorCause | undefined;
  /** The header x-emulator-reason, the same as a sentence; empty without one. */
  readonly reason: string;
  /** The URL of the request to COS, if the error of an SDK or an HTTP client contains it; otherwise empty. */
  readonly url: string;
  /** The codes of other refusals in the same text, such as those of a whole log. */
  readonly others: readonly string[];
}

/** The elements of COS's error, for callers that have them apart. */
export type RefusalElements = Readonly<
  { Code: string } & Partial<
    Record<"Message" | "StringToSign" | "FormatString" | "ServerTime" | "Resource" | "RequestId", string>
  >
>;

/** What comes with COS's elements. */
export interface BesideElements {
  readonly cause?: EmulatorCause | undefined;
  readonly reason?: string | undefined;
  readonly url?: string;
  readonly others?: readonly string[];
}

const parser = new XMLParser({
  parseTagValue: false,
  trimValues: false,
  ignoreAttributes: true,
  // Programs that write XML again may write line ends as `&#10;`.
  htmlEntities: true,
});

const ErrorDocument = object({ Error: TextMembers });

/** The elements of COS's error that a text contains, by name. */
type Elements = ReadonlyMap<string, string>;

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
  const xml = fromXml(plain);
  const ofSdk = xml === undefined ? fromSdkText(plain) : undefined;
  if (ofSdk !== undefined && isOnlyStatus(ofSdk)) return undefined;
  const elements = xml ?? ofSdk ?? fromObject(plain) ?? fromPhrase(plain);
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

/** The codes of COS's that a text names as such, besides one. */
function otherCodes(text: string, code: string): string[] {
  const named = [...text.matchAll(/<Code>\s{0,20}(\w+)\s{0,20}<|: \d{3} (\w+)\(Message: /g)].map(
    ([, element = "", ofGo = ""]) => element || ofGo,
  );
  const all = [...named, ...labelled(text, CODE_NAMES)].map(asKnown).filter(isCode);
  return [...new Set(all)].filter((other) => other !== code);
}

/** Where a page or a PDF ends a line in a word, or would. */
const HYPHENATED =
  /\b([A-Z][A-Za-z]{2,40})(?:-\r?\n[ \t]{0,20}|\u00ad(?:\r?\n)?|[\u200b-\u200d\u2060\ufeff])(?=([A-Za-z]{2,40}))/g;

/** Only of a code, since an object key may contain such characters, and the signature then depends on them. */
function withoutHyphen(whole: string, before: string, after: string): string {
  return isCode(before + after) ? before : whole;
}

/** COS's request id, not the UUID of the function that logged the error. */
function idIn(text: string): string {
  const ids = labelled(text, REQUEST_ID_NAMES).filter(isRequestId);
  return ids.find((id) => !UUID.test(id)) ?? ids[0] ?? "";
}

const BY_LOWER_CASE: ReadonlyMap<string, string> = new Map(
  ALL_CODES.map((code) => [code.toLowerCase(), code]),
);

/** What is between letters and cannot be seen. */
const UNSEEN = /[\u00ad\u200b-\u200d\u2060\ufeff]/g;

/** A code as COS writes it: logs change its case, and lines and pictures break it. */
function asKnown(code: string): string {
  const whole = code.replaceAll(UNSEEN, "").replaceAll(/\s/g, "");
  return isCode(whole) ? whole : (BY_LOWER_CASE.get(whole.toLowerCase()) ?? code);
}

/** Builds a refusal from elements that are known, without reading a text. */
export function refusalOf(
  elements: RefusalElements,
  { cause, reason = "", url = "", others = [] }: BesideElements = {},
): Refusal {
  const {
    Code: code,
    Message: message = "",
    StringToSign: stringToSign = "",
    FormatString: formatString = "",
    ServerTime: time = "",
    Resource: resource = "",
    RequestId: requestId = "",
  } = elements;
  const serverTime = Date.parse(time);
  return {
    code,
    // Pages put spaces that do not break, and others, between words.
    message: message
      .replaceAll(UNSEEN, "")
      .replaceAll(/[\u00a0\u2000-\u200a\u202f]/g, " ")
      .trim()
      .replace(/ \.$/, "."),
    stringToSign: stringToSign.replaceAll("\r\n", "\n"),
    formatString: formatString.replaceAll("\r\n", "\n"),
    serverTime: Number.isNaN(serverTime) ? undefined : Math.floor(serverTime / 1000),
    // A terminal may have broken them; neither has a line end.
    resource: resource.replaceAll(/\s*\n\s*/g, ""),
    requestId: requestId.replaceAll(/\s/g, ""),
    cause,
    reason,
    url,
    others,
  };
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

/** Searches for the two ends, since a pattern over all of a long log takes forever. */
function fromXml(text: string): Elements | undefined {
  const xml = /<error>\s{0,20}<code>/.test(text) ? withNamesOfCos(text) : text;
  const end = xml.indexOf("</Error>");
  const start = end < 0 ? -1 : xml.lastIndexOf("<Error", end);
  return (start < 0 ? undefined : parsed(xml.slice(start, end + "</Error>".length))) ?? fromCutXml(xml);
}

/** Restores the case of element names, which HTML parsers write in lower case. */
function withNamesOfCos(text: string): string {
  const names = [
    "Error",
    "Code",
    "Message",
    "StringToSign",
    "FormatString",
    "ServerTime",
    "Resource",
    "RequestId",
  ];
  return names.reduce(
    (rest, name) => rest.replace(new RegExp(`<(/?)${name.toLowerCase()}>`, "g"), `<$1${name}>`),
    text,
  );
}

function parsed(xml: string): Elements | undefined {
  try {
    const { success, output } = safeParse(ErrorDocument, parser.parse(xml));
    return success ? new Map(Object.entries(output.Error)) : undefined;
  } catch {
    return undefined;
  }
}

/** A log that cuts long lines keeps their beginning or their end: the complete elements in it are read. */
function fromCutXml(text: string): Elements | undefined {
  const start = text.search(/<(?:Code|Message|StringToSign|FormatString)>[^<]+<\//);
  if (start < 0) return undefined;
  const whole = [...text.slice(start).matchAll(/<(\w+)>([^<]*)<\/\1>/g)].map(([element]) => element);
  const elements = parsed(`<Error>${whole.join("")}</Error>`);
  if (elements === undefined || elements.has("Code")) return elements;
  // Only a refused signature has these lines.
  const code = elements.has("FormatString")
    ? "SignatureDoesNotMatch"
    : findMessage(elements.get("Message") ?? "")?.code;
  return code === undefined ? undefined : new Map([...elements, ["Code", code]]);
}

/** `Access Denied. (Service: null; Status Code: 403; Error Code: AccessDenied; Request ID: N…=)` */
const JAVA = /Status ?Code: \d+; Error ?Code: (\w+); Request ?I[Dd]: ([^;)\s]*)/;
/** What precedes it on its line. */
const JAVA_MESSAGE = /^(?:.{0,300}Exception: |.{0,300}?Error: )?(.{0,500}?) {0,3}\((?:Service: [^;(]*; )?$/;
/** `PUT https://host/key: 403 AccessDenied(Message: Access Denied., RequestId: N…=, TraceId: …)` */
const GO = /: \d{3} (\w+)\(Message: (.{0,500}?), RequestId: ([^,)]*)/;
/** `AccessDeniedException: Access Denied. (Request-ID: N…=)` */
const PHP = /\b([A-Z][A-Za-z]{2,60})Exception: (.{0,500}?) \(Request-ID: ([^)\s]*)\)/;

/** The texts of Amazon's SDKs, which people also use with COS. Any code may occur in them. */
const AMAZON: readonly (readonly [RegExp, (found: readonly string[]) => Elements])[] = [
  [
    /\b(?:An error occurred|A client error) \((?!\d+\))(\w+)\) (?:occurred )?when calling the \w+ operation(?: \([^)\n]{0,60}\))?: ([^\n]{0,500})/,
    ([code = "", message]) => elementsOf(code, message),
  ],
  [
    /\bStatusCode: \d{3}, RequestID: ([^,\s]*),[^\n]{0,300}?\bapi error (\w+): ([^\n"]{0,500})/,
    ([requestId, code = "", message]) => elementsOf(code, message, requestId),
  ],
  [
    // A tool's own words, with a file's name, may precede the code: `README: Failed to copy: AccessDenied: …`.
    /\b([A-Z]\w{3,60}): ((?:(?!\b[A-Z][a-z]+[A-Z]\w*: )[^\n]){0,500}?)(?:\s|\\[nt]){1,9}status code: \d{3}, request id: ([^,\s"]*)/,
    ([code = "", message, requestId]) => elementsOf(code, message, requestId),
  ],
];

/** The one-line texts of the SDKs for Java and Android, Go, and older ones for PHP, and of Amazon's. */
function fromSdkText(text: string): Elements | undefined {
  for (const [pattern, elements] of AMAZON) {
    const [, ...found] = pattern.exec(text) ?? [];
    if (found.length > 0) return elements(found);
  }
  const java = JAVA.exec(text);
  if (java !== null && isName(java[1])) {
    const before = text.slice(Math.max(0, java.index - 1000), java.index);
    const [, message = ""] = JAVA_MESSAGE.exec(before.slice(before.lastIndexOf("\n") + 1)) ?? [];
    return elementsOf(java[1] ?? "", isMessage(message) ? message : "", isName(java[2]) ? java[2] : "");
  }
  const [, code, message, requestId] = GO.exec(text) ?? PHP.exec(text) ?? [];
  return code === undefined ? undefined : elementsOf(code, message, requestId);
}

/**
 * Whether an SDK of Amazon had no more than the status: of an answer without a body, they take the status's words for both
 * the code and the message.
 */
function isOnlyStatus(elements: Elements): boolean {
  const [code = "", message = ""] = [elements.get("Code"), elements.get("Message")?.trim()];
  if (code === "BadRequest") return message === "Bad Request";
  return (
    /^(?:Forbidden|NotFound|Unauthorized|Conflict|MovedPermanently)$/.test(code) &&
    ["", code].includes(message.replaceAll(/[\s.]/g, ""))
  );
}

/** Programs print a missing value as a word. */
function isName(text: string | undefined): boolean {
  return text !== undefined && !/^(?:null|undefined|None|nil)?$/.test(text);
}

/**
 * What an SDK or an HTTP client itself says about an answer: HTTP's words for the status, as axios, got, requests and
 * urllib put them, or what it failed to do.
 */
const SAID_BY_SDK =
  /^(?:Bad Request|Unauthorized|Forbidden|Not Found|Conflict|Failed to .{0,100}|(?:Request failed with status|Response|Unexpected status) code:? \d{3}.{0,40}|HTTP Error \d{3}: .{0,40}|\d{3} (?:Client|Server) Error: .{0,300})$/i;

function isMessage(text: string | undefined): boolean {
  return isName(text) && !SAID_BY_SDK.test((text ?? "").trim());
}

function elementsOf(code: string, message = "", requestId = ""): Elements {
  return new Map([
    ["Code", code],
    ["Message", message],
    ["RequestId", requestId],
  ]);
}

/** The names that the SDKs for iOS, Python, PHP, JavaScript, .NET, C++ and Dart give the elements. */
const CODE_NAMES = ["(?:Cos )?Error ?Code", "errorCode", "error_code", "cosErrorCode", "Code", "code"];
const MESSAGE_NAMES = [
  "(?:Cos )?Error ?Message",
  "error_?[mM](?:essa|s)ge?",
  "ErrorMsg",
  "Message",
  "message",
];
const REQUEST_ID_NAMES = [
  "(?:Cos |XCos)?Request[ -]?I[Dd]",
  "requestId",
  "requestid",
  "(?:aws_)?request_id",
  "req_id",
  "[xX]-[cC]os-[rR]equest-[iI]d",
];

/** An object, as JSON or as printed. */
function fromObject(text: string): Elements | undefined {
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

/** COS's request ids are base64; those of functions are UUIDs. */
function isRequestId(text: string): boolean {
  return /^[\w+/=-]{8,}$/.test(text) && isName(text);
}

/** HTTP's own words, and those of databases and other programs, in a text that has more than the code. */
function isAnybodys(code: string, text: string): boolean {
  return (
    text.trim() !== code &&
    /^(?:BadRequest|InternalError|InvalidArgument|InvalidRequest|MethodNotAllowed|NotImplemented|PaymentRequired|PreconditionFailed|Redirect|RequestTimeout|ServiceUnavailable|TooManyRequests)$/.test(
      code,
    )
  );
}

function isAboutStorage(text: string): boolean {
  return isAboutCos(text) || /\bCOS\b|upload|bucket|object|storage|\bS3\b|上传|下载|存储|对象/i.test(text);
}

const UUID = /^[\da-f]{8}-[\da-f]{4}-/i;
const CODE_IN_TEXT = new RegExp(`(?<![\\w-])(?:${ALL_CODES.join("|")})(?![\\w-]| is not allowed)`);

/** What the phone showed, `… (AccessDenied, N…=)`; a sentence of COS's; a code or a message of COS's in other text. */
function fromPhrase(text: string): Elements | undefined {
  if (isJsonOfFunction(text)) return undefined;
  const [, shownCode = "", shownId = ""] = /[(（](\w+)[,，] ?([\w+/=-]{8,})[)）]/.exec(text) ?? [];
  if (isCode(shownCode)) {
    return UUID.test(shownId) ? undefined : elementsOf(shownCode, "", shownId);
  }
  // WeChat says "missing appid" too, and means its own.
  const sentence = isOfPhone(text) || /\berrcode\b/.test(text) ? undefined : findSentence(text);
  if (sentence !== undefined) return elementsOf(sentence.code, sentence.message);
  if (/\bkind\b/.test(text)) return undefined;
  const code = CODE_IN_TEXT.exec(text);
  if (code !== null && (!isAnybodys(code[0], text) || isAboutStorage(text)))
    return elementsOf(code[0], messageAfter(text.slice(code.index + code[0].length)));
  const alone = findMessage(text);
  if (alone !== undefined) return elementsOf(alone.code, alone.message);
  // Nothing else, in another case, or as three words or more: two may be anybody's, as Internal Error is.
  const [word = ""] = /^\s*(?:[A-Za-z_-]{6,60}|[A-Za-z]+(?: [A-Za-z]+){2,5})\s*$/.exec(text) ?? [];
  const known = BY_LOWER_CASE.get(word.replaceAll(/[\s_-]/g, "").toLowerCase());
  return known === undefined ? undefined : elementsOf(known);
}
