import { isCode } from "../cause/codes.ts";
import { type Elements, elementsOf, isGiven, isMessage } from "./elements.ts";

/** Reads one kind of text; undefined for any other. */
type Reader = (text: string) => Elements | undefined;

/** Amazon's SDKs, which people use with COS too, come first: any code may occur in their texts. */
const READERS: readonly Reader[] = [
  // Amazon's for Python: `An error occurred (AccessDenied) when calling the PutObject operation: Access Denied.`
  named(
    /\b(?:An error occurred|A client error) \((?!\d+\))(?<code>\w+)\) (?:occurred )?when calling the \w+ operation(?: \([^)\n]{0,60}\))?: (?<message>[^\n]{0,500})/,
  ),
  // Amazon's second for Go: `https response error StatusCode: 403, RequestID: N…=, HostID: , api error AccessDenied: Access Denied.`
  named(
    /\bStatusCode: \d{3}, RequestID: (?<id>[^,\s]*),[^\n]{0,300}?\bapi error (?<code>\w+): (?<message>[^\n"]{0,500})/,
  ),
  // Amazon's first for Go: `AccessDenied: Access Denied.⏎⇥status code: 403, request id: N…=`. A tool's own words, with a
  // file's name, may precede the code: `README: Failed to copy: AccessDenied: …`.
  named(
    /\b(?<code>[A-Z]\w{3,60}): (?<message>(?:(?!\b[A-Z][a-z]+[A-Z]\w*: )[^\n]){0,500}?)(?:\s|\\[nt]){1,9}status code: \d{3}, request id: (?<id>[^,\s"]*)/,
  ),
  ofJava,
  // Go: `PUT https://host/key: 403 AccessDenied(Message: Access Denied., RequestId: N…=, TraceId: …)`
  named(/: \d{3} (?<code>\w+)\(Message: (?<message>.{0,500}?), RequestId: (?<id>[^,)]*)/),
  // PHP, in older versions: `AccessDeniedException: Access Denied. (Request-ID: N…=)`
  named(/\b(?<code>[A-Z][A-Za-z]{2,60})Exception: (?<message>.{0,500}?) \(Request-ID: (?<id>[^)\s]*)\)/),
];

/** The code, the message and the request id in the one-line text of an SDK. */
export function fromSdkText(text: string): Elements | undefined {
  for (const read of READERS) {
    const elements = read(text);
    if (elements !== undefined) return elements;
  }
  return undefined;
}

/** @param pattern with the groups `code`, `message` and, if the text has it, `id` */
function named(pattern: RegExp): Reader {
  return (text) => {
    const groups = pattern.exec(text)?.groups;
    return groups && elementsOf(groups["code"] ?? "", groups["message"], groups["id"]);
  };
}

/**
 * Java and Android: `Access Denied. (Service: null; Status Code: 403; Error Code: AccessDenied; Request ID: N…=)`. The
 * id is left out where people and pages quote it (https://www.tencentcloud.com/document/product/436/38958).
 */
const JAVA = /Status ?Code: \d+; Error ?Code: (\w+)(?:; Request ?I[Dd]: ([^;)\s]*))?/;
/** What precedes it on its line. */
const JAVA_MESSAGE = /^(?:.{0,300}Exception: |.{0,300}?Error: )?(.{0,500}?) {0,3}\((?:Service: [^;(]*; )?$/;

function ofJava(text: string): Elements | undefined {
  const found = JAVA.exec(text);
  const [, code = "", id] = found ?? [];
  // Without an id, only a code shows that it is one of COS's: an SDK puts HTTP's words there too.
  if (found === null || !isGiven(code) || (id === undefined && !isCode(code))) return undefined;
  const before = text.slice(Math.max(0, found.index - 1000), found.index);
  const [, message = ""] = JAVA_MESSAGE.exec(before.slice(before.lastIndexOf("\n") + 1)) ?? [];
  return elementsOf(code, isMessage(message) ? message : "", isGiven(id) ? id : "");
}

/**
 * Whether an SDK of Amazon had no more than the status: of an answer without a body, they take the status's words for both
 * the code and the message.
 */
export function isOnlyStatus(elements: Elements): boolean {
  const [code = "", message = ""] = [elements.get("Code"), elements.get("Message")?.trim()];
  if (code === "BadRequest") return message === "Bad Request";
  return (
    /^(?:Forbidden|NotFound|Unauthorized|Conflict|MovedPermanently)$/.test(code) &&
    ["", code].includes(message.replaceAll(/[\s.]/g, ""))
  );
}
