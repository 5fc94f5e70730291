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
import { failureOnPhone, isOfPhone, withNamesOfNumbers } from "../refusal/on-phone.ts";
import { isOurs } from "../refusal/refusal.ts";
import { whyUnsent } from "../refusal/unsent.ts";
import { labelled } from "../text/labels.ts";
import { quoted } from "../text/text.ts";
import { unquoted } from "../text/unquote.ts";
import type { Finding } from "./explanation.ts";

/** Says what a text without a refusal of COS is, if it can be recognized: people bring other errors here too. */
export function notARefusal(text: string): Finding {
  const plain = withNamesOfNumbers(unquoted(text));
  // A browser that does not send a request also says that it got no answer, so the reason comes first.
  const unsent = isOfFunction(plain) ? undefined : whyUnsent(plain);
  if (unsent !== undefined) return { cause: "not-a-refusal", sentence: unsent };
  return (
    blockedByBrowser(plain) ??
    ofImageProcessing(plain) ?? { cause: "not-a-refusal", sentence: sentenceFor(plain) }
  );
}

/** What browsers and COS's SDKs for them say, in English and Chinese. */
const CORS =
  /CORS blocked or network error|\bTypeError: (?:Failed to fetch(?! dynamically)|Load failed|NetworkError when attempting)|\bAxiosError: Network Error|["']?error["']?\s*:\s*["']error["']\s*,\s*["']?headers["']?\s*:|["']?readyState["']?\s*:\s*0\b|blocked by CORS policy|No 'Access-Control-Allow-Origin' header is present|Cross-Origin Request Blocked|跨源请求|CORS 头缺少|not allowed by Access-Control-Allow-|[‘']Access-Control-Allow-(?:Origin|Methods|Headers)[’']|Response to preflight request doesn't pass access control check|Preflight response is not successful|due to access control checks/i;

/** What a browser refuses although a rule allows the request, or for which it never got to one. */
const BESIDE_A_RULE: readonly (readonly [says: RegExp, sentence: string])[] = [
  [
    /[‘']Access-Control-Allow-Origin[’'] header contains multiple values|Multiple CORS header [‘']Access-Control-Allow-Origin/i,
    "The answer has Access-Control-Allow-Origin more than once, which browsers refuse: the bucket's CORS rule adds it, and so does a CDN or a proxy. Leave it to one of them.",
  ],
  [
    /must not be the wildcard '\*' when|Credential is not supported if the CORS header/i,
    "The page sends cookies along (withCredentials, or credentials: include), and then browsers do not take * for an origin. COS needs no cookies: do not send them, or name the page's origin in the bucket's CORS rule.",
  ],
  [
    /Redirect is not allowed for a preflight|CORS request external redirect not allowed/i,
    "The address answers a browser's preflight with a redirect, which is not allowed: such as http:// that leads to https://, or a domain that leads to another. Use the address at the end.",
  ],
  [
    /\bTainted canvases may not be exported|canvas has been tainted/i,
    "The page drew a picture that it did not ask for with CORS. Set the image's crossOrigin to anonymous before its address, and let a CORS rule of the bucket allow GET for the page's origin.",
  ],
  [
    /\baccess the `\w+` address space|more-private address space/i,
    "The browser does not let this page reach this machine or its network. Allow it in the browser's settings for the site, or open the page itself from localhost.",
  ],
];

const OF_ANOTHER_PAGE =
  /[‘']Access-Control-Allow-Origin[’'] (?:header has a value [‘']|does not match [‘'])/i;

/** What a rule lacks, as browsers say it (https://fetch.spec.whatwg.org/#http-cors-protocol). */
const LACKING: readonly (readonly [says: RegExp, lacks: (name: string) => string])[] = [
  [
    /Request header field ([\w-]{1,60}) is not allowed by Access-Control-Allow-Headers/i,
    (name) => `no CORS rule of the bucket allows the header ${name} for the page's origin`,
  ],
  [
    /header [‘']([\w-]{1,60})[’'] is not allowed according to header [‘']Access-Control-Allow-Headers/i,
    (name) => `no CORS rule of the bucket allows the header ${name} for the page's origin`,
  ],
  [
    /Method ([A-Z]{3,7}) is not allowed by Access-Control-Allow-Methods/i,
    (name) => `no CORS rule of the bucket allows ${name} for the page's origin`,
  ],
];

/** The bucket's rule has the origin, and the page cannot read what it does not expose. */
const UNEXPOSED =
  /Refused to get unsafe header ["']([\w-]{1,60})["']|please add ["']([\w-]{1,60})["'] to CORS ExposeHeader/i;

function blockedByBrowser(text: string): Finding | undefined {
  const [, refused, missing] = UNEXPOSED.exec(text) ?? [];
  const unexposed = refused ?? missing;
  if (unexposed !== undefined) {
    return {
      cause: "cors",
      certainty: "likely",
      sentence: `The browser does not let the page read the answer's header ${unexposed}: the bucket's CORS rule does not list it among the headers that it exposes.`,
    };
  }
  const [, sentence] = BESIDE_A_RULE.find(([says]) => says.test(text)) ?? [];
  if (sentence !== undefined) return { cause: "not-a-refusal", sentence };
  if (OF_ANOTHER_PAGE.test(text)) {
    return {
      cause: "cors",
      certainty: "likely",
      sentence:
        "The answer allows another origin than the page's: no CORS rule of the bucket names the page's, or a CDN's or the browser's cache holds the answer to another page, which a rule that sends Vary: Origin prevents.",
    };
  }
  if (!CORS.test(text)) return undefined;
  for (const [says, lacks] of LACKING) {
    const [, name] = says.exec(text) ?? [];
    if (name === undefined) continue;
    return {
      cause: "cors",
      certainty: "likely",
      sentence: `The browser did not send the request: ${lacks(name)}.`,
    };
  }
  // Not the page's own address, which the browser names too.
  const [, host = ""] = /(?<!\borigin ["']?)https?:\/\/([^\s"'`<>/?#]+)/i.exec(text) ?? [];
  const isOther = host !== "" && !isHostOfCos(host);
  return {
    cause: "cors",
    certainty: "likely",
    sentence: isOther
      ? `The browser hid the answer of ${quoted(host)} from the page. If that is COS under a domain of your own, no CORS rule of the bucket allows the request; if it is a function, its CORS_ORIGINS lacks the page's origin.`
      : "The browser hid the answer from the page, as it does when no CORS rule of the bucket allows the request; a broken connection looks the same.",
  };
}

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

function isHostOfCos(host: string): boolean {
  return /\.(?:myqcloud\.com|tencentcos\.cn)(?::\d+)?$/.test(host);
}

/** What Node.js, Go, Python, Java, iOS, curl and browsers print when a connection gave no answer. */
const NO_ANSWER =
  /\bE(?:CONNRESET|CONNREFUSED|CONNABORTED|TIMEDOUT|SOCKETTIMEDOUT|PIPE|HOSTUNREACH|NETUNREACH)\b|socket hang up|\bdial tcp\b|i\/o timeout|context deadline exceeded|Client\.Timeout exceeded|connection (?:reset|refused|timed out|aborted)|\bupstream (?:prematurely closed|timed out)|no live upstreams|(?:read|connect|connecting|operation|request) timed out|Failed to establish a new connection|Max retries exceeded|NSURLErrorDomain|SSLHandshakeException|\bcurl(?:: \(| error )(?:5|7|16|18|28|35|52|55|56|92)\b|\bnet::ERR_(?!ABORTED [45]\d\d)|TLS handshake|\btimeout of \d+ms exceeded|\bUND_ERR_(?:\w+_TIMEOUT|SOCKET)\b|SocketTimeoutException|unexpected end of stream|SocketException: |HandshakeException: |operation has timed out|DioException \[(?:connection|send|receive)|\bhttps?:\/\/[^\s"]{1,300}": (?:unexpected )?EOF\b|基础连接已经关闭|目标计算机积极拒绝|操作超时|请求超时/i;

/** The pages that carriers and clouds in mainland China show in place of a site without an ICP filing. */
const UNFILED =
  /未(?:根据工信部相关法律规定进行|进行(?:ICP)?|完成(?:ICP)?)备案|dnspod\.qcloud\.com\/static\/webblock/i;

/** Errors that COS's SDKs raise themselves. */
const OF_SDK =
  /\bCos(?:Xml)?Client(?:Error|Exception)\b|com\.tencent\.qcloud\.networking["']? Code=[1-9]\d{4}\b|QCloudClientException|lack of required params|\bmissing param\b|\bparams? \w+ (?:format error|is required)|\bgetAuthorization callback\b|\bauthorization error\b/i;

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

/** The status, as the SDKs print it for an answer that has no body, and as pages and HTTP clients do. */
const STATUS = [
  /\bHttp(\d{3})\b/,
  // What opendal and axios name it, and fetch's Response.
  /\bstatus["']?\s{0,3}[:=]\s{0,3}["']?([45]\d\d)\b/i,
  /\bSCF_StatusCode["']?\s{0,3}[:=]\s{0,3}["']?([45]\d\d)\b/,
  // wget
  /(?:awaiting response|等待回应)\.{3} ([45]\d\d)\b/,
  /错误 ([45]\d\d)：/,
  /(?:^|<title>|returned error: |HTTP\/[\d.]{1,3} )([45]\d\d)\b/m,
  /: ([345]\d\d) \(Message: , RequestId: /,
  /\b(?:CosServerException|server exception): ([45]\d\d)\b/,
  /\bfailed with status code ([345]\d\d)\b/,
  /(?:\b|http)status ?code["']?\s{0,3}[:=]\s{0,3}["']?([45]\d\d)\b/i,
  // Taro on React Native.
  /\b(?:uploadFile|request|downloadFile) fail: ([45]\d\d)\b/,
  // Amazon's SDKs for Python have no other code for an answer to HEAD.
  /\bAn error occurred \(([45]\d\d)\)/,
  /\bCode[:=] ?["']?([45]\d\d)\b/i,
  // What the HTTP clients of Python, Rust, Dart, Swift, Java, .NET and C say.
  /\b([45]\d\d) (?:Client|Server) Error: /,
  /\bHTTP (?:error |status:? )?([45]\d\d)\b/i,
  /(?:\b(?:status code of|status code was unacceptable:|ERROR)|ResponseError:) ([45]\d\d)\b/,
  /["'`(]([45]\d\d) (?:Forbidden|Not Found|Bad Request|Conflict|Unauthorized)["'`)]/,
  /\(([45]\d\d)\) (?:Forbidden|Not Found|Bad Request|已禁止|未找到|错误的请求)/,
  /(?:状态码|错误码|错误代码|返回|报错?)[^\d\n]{0,6}([45]\d\d)(?!\d)/,
  // WeChat DevTools.
  /\b([45]\d\d) \(env: /,
  // A line of a web server's log.
  /" ([45]\d\d) (?:\d{1,12}|-)(?: |$)/m,
  /\b([45]\d\d) \((?:Forbidden|Not Found|Bad Request|Conflict|Internal Server Error|Service Unavailable)\)/,
];

function statusIn(text: string): string | undefined {
  const found = STATUS.map((pattern) => pattern.exec(text)?.[1]).find((digits) => digits !== undefined);
  // Java's HttpURLConnection has no other word for it.
  return found ?? (/\bFileNotFoundException: https?:/.test(text) ? "404" : undefined);
}

/** Where programs leave the body of an answer whose status they report. */
const HIDDEN: readonly (readonly [says: RegExp, where: string])[] = [
  [
    /(?:awaiting response|等待回应)\.{3} |\bERROR [45]\d\d: |错误 [45]\d\d：/,
    "wget shows it with --content-on-error",
  ],
  [/\breturned error: [45]/, "curl shows it without -f"],
  [/\b[45]\d\d (?:Client|Server) Error: /, "print response.text before raise_for_status()"],
  [/\burllib\.error\.HTTPError\b/, "print error.read()"],
  [/\bhttpx\.HTTPStatusError\b/, "print error.response.text"],
  [/\baiohttp\b[\w.]{0,40}ClientResponseError\b/, "await response.text() before raise_for_status()"],
  [/\bServer returned HTTP response code|\bFileNotFoundException: https?:/, "read getErrorStream()"],
  [/\bretrofit2?\.\S{0,30}HttpException\b/, "print response().errorBody().string()"],
  [
    /\bstatus code does not indicate success|状态代码不指示成功/,
    "read the response's Content before EnsureSuccessStatusCode()",
  ],
  [/\bWebException\b/, "read it from the WebException's Response"],
  [/\bfile_get_contents\(/, "PHP reads it with ignore_errors in the context's http options"],
  [/\bRequest failed with status code\b/, "print error.response.data"],
  [/\bResponse code [45]\d\d \(/, "print error.response.body"],
  [/\bDio(?:Exception|Error)\b/, "print error.response?.data"],
  [/\bHTTP status (?:client|server) error \(/, "read text() before error_for_status()"],
  [/\bResponse \{/, "await response.text()"],
];

/** Whether it is an error of the signing function: its JSON, the client's error, or what the phone showed of it. */
function isOfFunction(text: string): boolean {
  return (
    isOurs(text) ||
    labelled(text, ["kind"])[0] === "service" ||
    /[(（]\w+, ?[\da-f]{8}-[\da-f]{4}-/i.test(text)
  );
}

function sentenceFor(text: string): string {
  if (text.trim() === "") return "There is nothing to explain: no error was given.";
  const kind = labelled(text, ["kind"])[0] ?? "";
  if (isOfFunction(text)) {
    return "This is an error of the signing function, not of COS: its code and message say what is wrong, and its log has the request id.";
  }
  const other = otherStorage(text);
  if (other !== undefined) {
    return `This is an error of ${other}, not of COS: the codes look alike, but its own documentation says what they mean there.`;
  }
  if (isOfApi(text)) {
    return "This is an error of Tencent Cloud's API, not of COS: its own message says what is wrong. If it is from STS, the signing function could not get credentials.";
  }
  const failure = failureOfFunction(text);
  if (failure !== undefined) {
    return `This is SCF's own answer, not one of COS. The function failed${failure}. Its log has the request id and the whole error.`;
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
  if (onPhone !== undefined) return onPhone;
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
    return "The domain has no ICP filing, so its carrier answers in its place. A domain that is served in mainland China needs one; COS's own host needs none.";
  }
  if (kind === "configuration") {
    return "The upload never left the phone: the Mini Program's code or settings are at fault, and the error's own message says which.";
  }
  if (["network", "timeout", "cancelled", "client"].includes(kind) || isOfPhone(text)) {
    return "COS never answered: the upload failed on the phone or on the way, and the error's own message says how.";
  }
  if (NO_ANSWER.test(text)) {
    return "COS never answered: the connection failed or broke on the way, and the error's own message says how. Try again; if it lasts, look for a proxy, a firewall or a wrong host.";
  }
  if (/<\?xml(?:(?!<\/Error>)[\s\S]){0,200}…/.test(text)) {
    return "The console has cut the middle out of COS's answer. Print all of it, as with console.log(JSON.stringify(res)).";
  }
  if (PRINTED_BYTES.test(text)) {
    return "The answer was printed as bytes. Print it as text, as String(buffer) does in Node.js, and new TextDecoder().decode(data) in browsers.";
  }
  const status = statusIn(text);
  const edge = edgeOf(text, status);
  if (edge !== undefined) {
    const said = status === undefined ? "" : ` with status ${status}`;
    const means = edge.meaning ?? "its page of status codes says what each means";
    return `This is an answer${said} of ${edge.name} itself, not of COS: ${means} (${edge.page}). Uploads go to COS's own host, not through a CDN.`;
  }
  const failed = status && failureByStatus(status);
  if (failed !== undefined) {
    return `The status ${status} is SCF's own, given in a function's place. The function failed: ${failed}. Its log says more.`;
  }
  if (status === "413") {
    return "The answer has status 413 but no XML from COS, whose own answer to a file that is too large is EntityTooLarge: a proxy or gateway on the way limits the request's size, as nginx does with client_max_body_size.";
  }
  if (status !== undefined && hasRequestIdOfCos(text)) {
    return `COS answered with status ${status}, and its XML is missing: an answer to HEAD has none. With the request id, COS's diagnostic tool in the console says why.`;
  }
  const server = serverOf(text);
  if (status !== undefined && server !== undefined) {
    const behind = /^50[234]$/.test(status)
      ? " It got no answer, or none that it could use, from what is behind it."
      : "";
    return `This is an answer of ${quoted(server)} with status ${status}, not of COS: a proxy or another server stands at this address.${behind}`;
  }
  if (status !== undefined) {
    const [, where = "programs such as curl -f do not show it"] =
      HIDDEN.find(([says]) => says.test(text)) ?? [];
    return `The answer has status ${status} but no XML from COS: ${where}. An answer to HEAD has none, and a proxy or CDN sends its own.`;
  }
  if (MARKUP_FOR_DATA.test(text)) {
    return "A program expected data and got a page: something else answers at this address, or what answers there has failed. Print the answer as text, and give that to this tool.";
  }
  if (NO_JSON.test(text)) {
    return "A program expected JSON and got nothing, or something else. Print the answer's status and text, and give them to this tool.";
  }
  if (/^\s*<(?:!doctype\s+html|html)\b/im.test(text)) {
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
    return "This is a request id of COS and no error. With it, COS's diagnostic tool in the console says how the request ended.";
  }
  return "This contains no COS error. Give COS's XML, <Error><Code>…</Code>…</Error>, or an error with a code.";
}
