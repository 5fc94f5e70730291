import { meaningOf } from "../text/words.ts";

/** The status, as the SDKs print it for an answer that has no body, and as pages and HTTP clients do. */
const STATUS = [
  /\bHttp(\d{3})\b/,
  // What opendal and axios name it, and fetch's Response.
  /\bstatus["']?\s{0,3}[:=]\s{0,3}["']?([45]\d\d)\b/i,
  /\bSCF_StatusCode["']?\s{0,3}[:=]\s{0,3}["']?([45]\d\d)\b/,
  /\bresponse code:? ([45]\d\d)\b/i,
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
  /\bdownload image fail\. reason: ([45]\d\d)\b/,
  // After an address.
  /\bhttps?:\/\/[^\s"]{1,500},? ([45]\d\d)\s*$/m,
  // A line of a web server's log.
  /" ([45]\d\d) (?:\d{1,12}|-)(?: |$)/m,
  /\b([45]\d\d) \((?:Forbidden|Not Found|Bad Request|Conflict|Internal Server Error|Service Unavailable)\)/,
];

/** The status of an answer that a text reports; undefined if it has none. */
export function statusIn(text: string): string | undefined {
  const found = STATUS.map((pattern) => pattern.exec(text)?.[1]).find((digits) => digits !== undefined);
  // Java's HttpURLConnection has no other word for it.
  return found ?? (/\bFileNotFoundException: https?:/.test(text) ? "404" : undefined);
}

/** Where programs leave the body of an answer whose status they report. */
const HIDDEN: readonly (readonly [words: RegExp, where: string])[] = [
  [
    /\bHead(?:Object|Bucket)\b|\bHEAD https?:|\bmethod["']?: ["']?HEAD\b/i,
    "the request was a HEAD, and a GET for the same shows it",
  ],
  [/^Request URL:?\s/m, "the browser shows it under Response"],
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

/** Where the body of such an answer can be read, as a part of a sentence; undefined if the text does not tell. */
export function whereBodyIs(text: string): string | undefined {
  return meaningOf(text, HIDDEN);
}
