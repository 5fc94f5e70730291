/** The elements of COS's error that a text contains, by name. */
export type Elements = ReadonlyMap<string, string>;

export function elementsOf(code: string, message = "", requestId = ""): Elements {
  return new Map([
    ["Code", code],
    ["Message", message],
    ["RequestId", requestId],
  ]);
}

/** The names that the SDKs for iOS, Python, PHP, JavaScript, .NET, C++ and Dart give the elements, as regular expressions. */
export const CODE_NAMES = ["(?:Cos )?Error ?Code", "errorCode", "error_code", "cosErrorCode", "Code", "code"];
export const MESSAGE_NAMES = [
  "(?:Cos )?Error ?Message",
  "error_?[mM](?:essa|s)ge?",
  "ErrorMsg",
  "Message",
  "message",
];
export const REQUEST_ID_NAMES = [
  "(?:Cos |XCos)?Request[ -]?I[Dd]",
  "requestId",
  "requestid",
  "(?:aws_)?request_id",
  "req_id",
  "[xX]-[cC]os-[rR]equest-[iI]d",
];

/** Whether a value was there: programs print a missing one as a word. */
export function isGiven(text: string | undefined): boolean {
  return text !== undefined && !/^(?:null|undefined|None|nil)?$/.test(text);
}

/**
 * What an SDK or an HTTP client itself says about an answer: HTTP's words for the status, as axios, got, requests and
 * urllib put them, or what it failed to do.
 */
const SAID_BY_SDK =
  /^(?:Bad Request|Unauthorized|Forbidden|Not Found|Conflict|Failed to .{0,100}|(?:Request failed with status|Response|Unexpected status) code:? \d{3}.{0,40}|HTTP Error \d{3}: .{0,40}|\d{3} (?:Client|Server) Error: .{0,300})$/i;

/** Whether it may be COS's message. */
export function isMessage(text: string | undefined): boolean {
  return isGiven(text) && !SAID_BY_SDK.test((text ?? "").trim());
}

/** The request ids of functions, and of the signing function, are UUIDs; COS's are base64. */
export function isUuid(id: string): boolean {
  return /^[\da-f]{8}-[\da-f]{4}-/i.test(id);
}
