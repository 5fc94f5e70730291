import {
  edgeOf,
  failureByStatus,
  failureOfFunction,
  hasRequestIdOfCos,
  isOfApi,
  isOfJsonApi,
  otherStorage,
  serverOf,
} from "../refusal/elsewhere.ts";
import { failureOnPhone, isOfPhone, PAGES_OF_WECHAT, withNamesOfNumbers } from "../refusal/on-phone.ts";
import { isOurs } from "../refusal/refusal.ts";
import { statusIn, whereBodyIs } from "../refusal/status.ts";
import { whyUnsent } from "../refusal/unsent.ts";
import { labelled } from "../text/labels.ts";
import { quoted } from "../text/text.ts";
import { unquoted } from "../text/unquote.ts";
import type { Finding } from "./explanation.ts";
import { blockedByBrowser } from "./in-browser.ts";
import { misplaced } from "./misplaced.ts";

/** Says what a text without a refusal of COS is, if it can be recognized: people bring other errors here too. */
export function notARefusal(text: string): Finding {
  const plain = withNamesOfNumbers(unquoted(text));
  // A browser that does not send a request also says that it got no answer, so the reason comes first.
  const unsent = isOfFunction(plain) ? undefined : whyUnsent(plain);
  if (unsent !== undefined) return recognized(unsent);
  return (
    blockedByBrowser(plain) ??
    ofImageProcessing(plain) ??
    recognized(described(plain) ?? misplaced(text)) ?? {
      cause: "not-a-refusal",
      sentence:
        plain.trim() === ""
          ? "There is nothing to explain: no error was given."
          : "This contains no error of COS, nor any other that this tool knows.",
    }
  );
}

/** A sentence, or one with pages that say more. */
type Said = string | readonly [sentence: string, ...links: string[]];

/** What is recognized needs neither COS's codes nor COS's answer. */
function recognized(said: Said): Finding;
function recognized(said: Said | undefined): Finding | undefined;
function recognized(said: Said | undefined): Finding | undefined {
  if (said === undefined) return undefined;
  const [sentence, ...links] = typeof said === "string" ? [said] : said;
  return { cause: "not-a-refusal", sentence, instead: { advice: [], links } };
}

const SCF_STATUSES = "https://cloud.tencent.com/document/product/583/42611";
const STS_ERRORS = "https://cloud.tencent.com/document/api/1312/48206";
const CUSTOM_DOMAINS = "https://cloud.tencent.com/document/product/436/18424";
const DIAGNOSTIC_TOOL = "https://www.tencentcloud.com/document/product/436/40947";

/** What some of Cloud Infinite's numbers mean (https://cloud.tencent.com/document/product/460/8523). */
const CI_NUMBERS: ReadonlyMap<string, string> = new Map([
  ["-105", "there is no style of this name"],
  ["-106", "the URL is not well formed"],
  ["-108", "the Referer is not allowed"],
  ["-110", "the image is blocked"],
  ["-154", "the original is protected and can be read only in a style"],
  ["-162", "the account has an unpaid bill"],
  ["-167", "the file is too large to be processed"],
  ["-441", "the file is not an image of a supported format"],
  ["-442", "the image has too many pixels"],
  ["-6101", "there is no such image"],
]);

/** Cloud Infinite gives its error as a number in a header. */
function ofImageProcessing(text: string): Finding | undefined {
  const [, number] = /^(?:< )?x-errno: ?(-\d{2,6})\b/im.exec(text) ?? [];
  if (number === undefined) return undefined;
  const meaning = CI_NUMBERS.get(number);
  return {
    cause: "image-processing",
    sentence: `Image processing (CI) answered with the error ${number} (X-ErrNo)${meaning === undefined ? "" : `: ${meaning}`}.`,
  };
}

/** What Node.js, Go, Python, Java, iOS, curl and browsers print when a connection gave no answer. */
const NO_ANSWER =
  /\bE(?:CONNRESET|CONNREFUSED|CONNABORTED|TIMEDOUT|SOCKETTIMEDOUT|PIPE|HOSTUNREACH|NETUNREACH)\b|socket hang up|\bdial tcp\b|i\/o timeout|context deadline exceeded|Client\.Timeout exceeded|connection (?:reset|refused|timed out|aborted)|broken pipe|\bIncompleteRead\b|Connection broken|Remote end closed connection|Couldn't connect to server|Could not connect to the endpoint|Timeout was reached|Network request failed|\bupstream (?:prematurely closed|timed out)|no live upstreams|(?:read|connect|connecting|operation|request) timed out|Failed to establish a new connection|Max retries exceeded|NSURLErrorDomain|SSLHandshakeException|\bcurl(?:: \(| error )(?:5|7|16|18|28|35|52|55|56|92)\b|\bnet::ERR_(?!ABORTED [45]\d\d)|\bERR_(?:CONNECTION_|NETWORK_|ADDRESS_|EMPTY_RESPONSE)|TLS handshake|\btimeout of \d+ms exceeded|\bUND_ERR_(?:\w+_TIMEOUT|SOCKET)\b|SocketTimeoutException|unexpected end of stream|SocketException: |HandshakeException: |operation has timed out|DioException \[(?:connection|send|receive)|\bhttps?:\/\/[^\s"]{1,300}": (?:unexpected )?EOF\b|基础连接已经关闭|目标计算机积极拒绝|操作超时|请求超时/i;

/** The pages that carriers and clouds in mainland China show in place of a site without an ICP filing. */
const UNFILED =
  /未(?:根据工信部相关法律规定进行|进行(?:ICP)?|完成(?:ICP)?)备案|dnspod\.qcloud\.com\/static\/webblock/i;

/** Errors that COS's SDKs raise themselves. */
const OF_SDK =
  /\bCos(?:Xml)?Client(?:Error|Exception)\b|com\.tencent\.qcloud\.networking["']? Code=[1-9]\d{4}\b|QCloudClientException|lack of required params|\bmissing param\b|\bparams? \w+ (?:format error|is required)|\bgetAuthorization callback\b|\bauthorization error\b|\bCOSE_[A-Z]{2,20}_[A-Z_]{2,20}|\bstatus->code: ?-\d{3,4}\b/i;

/** What readers of JSON say about an answer that begins with `<`, and Amazon's SDK for JavaScript about one that is no XML. */
const MARKUP_FOR_DATA =
  /Unexpected token '?<|invalid character '<' looking for|Unrecognized token '<'|Unexpected character \('<'|char '.' is not expected/;

/** What the same say about an answer that is empty, or begins with something else. */
const NO_JSON =
  /\bExpecting value: line 1 column 1\b|Unexpected end of JSON input|unexpected end of JSON input|in JSON at position 0\b|\bis not valid JSON\b/;

/** An answer whose body was asked for, or printed, as bytes. WeChat's turn into `{}` in JSON. */
const PRINTED_BYTES =
  /<Buffer (?:[\da-f]{2} ){5}|\bbytes = 0x3c(?:3f|45)|\b(?:ArrayBuffer|Uint8Array) ?[({]|["']data["']\s*:\s*\{\s*\}(?=[^\n]{0,2000}["']statusCode["']\s*:\s*[45])/;

/** COS's answers to what succeeded. */
const SUCCEEDED =
  /\buploadFile:ok\b(?![^\n]{0,2000}statusCode["']?\s*:\s*["']?[345])|<(?:PostResponse|CompleteMultipartUploadResult|InitiateMultipartUploadResult)>|^(?:< )?HTTP\/[\d.]+ 20[0-6]\b(?=[\s\S]{0,2000}\bx-cos-request-id)/im;

/** Whether it is an error of the signing function: its JSON, the client's error, or what the phone showed of it. */
function isOfFunction(text: string): boolean {
  return (
    isOurs(text) ||
    labelled(text, ["kind"])[0] === "service" ||
    /[(（]\w+, ?[\da-f]{8}-[\da-f]{4}-/i.test(text)
  );
}

/** What a text is that a sentence can say; undefined for what is not recognized. */
function described(text: string): Said | undefined {
  const kind = labelled(text, ["kind"])[0] ?? "";
  if (isOfFunction(text)) {
    return "This is an error of the signing function, not of COS: its code and message say what is wrong, and its log has the request id.";
  }
  const other = otherStorage(text);
  if (other !== undefined) {
    return `This is an error of ${other}, not of COS: the codes look alike, but its own documentation says what they mean there.`;
  }
  if (isOfApi(text)) {
    return [
      "This is an error of Tencent Cloud's API, not of COS: its own message says what is wrong. If it is from STS, the signing function could not get credentials.",
      STS_ERRORS,
    ];
  }
  const failure = failureOfFunction(text);
  if (failure !== undefined) {
    return [
      `The function failed${failure}. This is SCF's own answer, not one of COS: the function's log has the request id and the whole error.`,
      SCF_STATUSES,
    ];
  }
  if (/\bThere is no api match\b/.test(text)) {
    return "This is API Gateway's own answer, not one of COS: none of its APIs has this path and method.";
  }
  if (/请求失败[:：]undefined/.test(text)) {
    return "COS's demo shows fields that this error does not have: COS never answered. Print the whole error, as with console.log(JSON.stringify(err)); on a phone, look for a domain that is missing from the Mini Program's list.";
  }
  if (isOfJsonApi(text)) {
    const cors = /CORSRULE_NOT_MATCH/.test(text) ? " No CORS rule of the bucket matches the request." : "";
    return `This is an answer of COS's old JSON API (…file.myqcloud.com/files/v2/…), which knows only old buckets and signs differently.${cors} Use an SDK whose name ends in v5, and the host <bucket>-<appid>.cos.<region>.myqcloud.com.`;
  }
  if (/\bcloud\.\w+:fail\b|\berrCode: ?-\d{1,6}\b[^|\n]{0,100}\| errMsg:/.test(text)) {
    return "This is an error of WeChat's cloud storage (wx.cloud), not of COS: its errCode says what is wrong, and its rights are set in the cloud console.";
  }
  const onPhone = failureOnPhone(text);
  if (onPhone !== undefined) return [onPhone, ...PAGES_OF_WECHAT];
  if (/\[xmldom (?:error|warning)\]\s*invalid doc source/.test(text)) {
    return "This is no error: COS's SDK for Mini Programs prints it of an answer without a body, as COS's to an upload that succeeded is.";
  }
  if (/^\s*(?:\{\s*\}|undefined|null|(?:Error: ?)?\[object \w+\])\s*$/.test(text)) {
    return "This is all that a program printed of an error. Print its parts: console.log(JSON.stringify(err)), and of an Error err.message and err.stack, which JSON leaves out.";
  }
  const [, errcode] =
    /\b([4-9]\d{4})\b(?=[^\n]{0,100}\brid: ?@?[\da-f]{8}-[\da-f]{8}-)/.exec(text) ??
    /["']?\berrcode["']?\s?[:=]\s?["']?(-?\d{1,6})\b(?=[\s\S]{0,200}\berrmsg)/.exec(text) ??
    [];
  if (errcode !== undefined && errcode !== "0") {
    return `This is an answer of WeChat's API, not of COS: errcode ${errcode}, which WeChat's list of return codes explains.`;
  }
  if (/\bdownloadFile:ok\b/.test(text) && /tempFilePath/.test(text)) {
    return "wx.downloadFile calls success whatever the status, and has saved COS's answer in the file at tempFilePath: read that, and give it to this tool.";
  }
  if (/\bERR_BLOCKED_BY_ORB\b|OpaqueResponseBlocking|\(CORB\) blocked/.test(text)) {
    return "The browser hid an answer that is not what the page asked for, such as COS's error in place of a picture. Open the address itself, and give the answer to this tool.";
  }
  if (UNFILED.test(text)) {
    return [
      "The domain has no ICP filing, so its carrier answers in its place. A domain that is served in mainland China needs one; COS's own host needs none.",
      CUSTOM_DOMAINS,
    ];
  }
  if (kind === "configuration") {
    return "The upload never left the phone: the Mini Program's code or settings are at fault, and the error's own message says which.";
  }
  const isUnanswered = isOfPhone(text) && !/\bdownload image fail\. reason: [45]/.test(text);
  if (["network", "timeout", "cancelled", "client"].includes(kind) || isUnanswered) {
    return "COS never answered: the upload failed on the phone or on the way, and the error's own message says how.";
  }
  if (NO_ANSWER.test(text)) {
    return "COS never answered: the connection failed or broke on the way, and the error's own message says how. Try again; if it lasts, look for a proxy, a firewall or a wrong host.";
  }
  if (/<\?xml(?:(?!<\/Error>)[\s\S]){0,200}…/.test(text)) {
    return "The console has cut the middle out of COS's answer. Print all of it, as with console.log(JSON.stringify(res)).";
  }
  if (/<Code>\s{0,20}\w{0,60}…?["'\s]{0,20}$/.test(text)) {
    return "COS's answer is cut off in its code. Give all of it: terminals and logs have limits, and the program's own output has it whole.";
  }
  if (PRINTED_BYTES.test(text)) {
    return "The answer was printed as bytes. Print it as text, as String(buffer) does in Node.js, and new TextDecoder().decode(data) in browsers.";
  }
  const status = statusIn(text);
  const edge = edgeOf(text, status);
  if (edge !== undefined) {
    const said = status === undefined ? "" : ` with status ${status}`;
    const means = edge.meaning ?? "its page of status codes says what each means";
    return [
      `This is an answer${said} of ${edge.name} itself, not of COS: ${means}. Uploads go to COS's own host, not through a CDN.`,
      edge.page,
    ];
  }
  const failed = status && failureByStatus(status);
  if (failed !== undefined) {
    return [
      `The function failed: ${failed}. The status ${status} is SCF's own, given in a function's place; the function's log says more.`,
      SCF_STATUSES,
    ];
  }
  if (status === "413") {
    return "The answer has status 413 but no XML from COS, whose own answer to a file that is too large is EntityTooLarge: a proxy or gateway on the way limits the request's size, as nginx does with client_max_body_size.";
  }
  if (status !== undefined && hasRequestIdOfCos(text)) {
    return [
      `COS answered with status ${status}, and its XML is missing: ${whereBodyIs(text) ?? "an answer to HEAD has none"}. With the request id, COS's diagnostic tool in the console says why.`,
      DIAGNOSTIC_TOOL,
    ];
  }
  const server = serverOf(text);
  if (status !== undefined && server !== undefined) {
    const behind = /^50[234]$/.test(status)
      ? " It got no answer, or none that it could use, from what is behind it."
      : "";
    return `This is an answer of ${quoted(server)} with status ${status}, not of COS: a proxy or another server stands at this address.${behind}`;
  }
  if (status !== undefined) {
    const where = whereBodyIs(text) ?? "programs such as curl -f do not show it";
    return `The answer has status ${status} but no XML from COS: ${where}. ${where.includes("HEAD") ? "A" : "An answer to HEAD has none, and a"} proxy, a CDN or another server sends its own.`;
  }
  if (MARKUP_FOR_DATA.test(text)) {
    return "A program expected data and got a page: something else answers at this address, or what answers there has failed. Print the answer as text, and give that to this tool.";
  }
  if (NO_JSON.test(text)) {
    return "A program expected JSON and got nothing, or something else. Print the answer's status and text, and give them to this tool.";
  }
  if (/(?:^|["'`])[^\S\n]{0,200}<(?:!doctype\s+html|html)\b/im.test(text)) {
    return "This is a web page, and COS's errors are XML: a proxy, a firewall, the login of a Wi-Fi or a wrong address answered in COS's place.";
  }
  if (/Response Error Msg Is INVALID/.test(text)) {
    return "COS's SDK for Python got an answer without COS's XML: an answer to HEAD has none, and a proxy or CDN sends its own.";
  }
  if (OF_SDK.test(text)) {
    return "This is an error of COS's SDK itself, not an answer from COS: its message says what the SDK was not given, or what it gave up on.";
  }
  if (SUCCEEDED.test(text)) {
    return "This is no error: the answer says that the request succeeded. COS answers a form with 204, unless the field success_action_status names 200 or 201.";
  }
  if (hasRequestIdOfCos(text)) {
    return [
      "This is a request id of COS and no error. With it, COS's diagnostic tool in the console says how the request ended.",
      DIAGNOSTIC_TOOL,
    ];
  }
  return undefined;
}
