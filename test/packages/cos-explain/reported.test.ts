import { describe, expect, test } from "vitest";
import { explain } from "../../../packages/cos-explain/src/explain.ts";

/*
 * What people pasted in public, and what explain once could not read or explained wrongly. Names, keys and ids are made
 * up; rows without an address are variants of those with one.
 */

const HOST = "photos-1250000000.cos.ap-guangzhou.myqcloud.com";
const ID = "NjUwMWYyYzNfMTIzNDU2NzhfMWEyYl8zNDU2Nzg=";
const of = (error: string) => explain({ error });

const XML = [
  "<?xml version='1.0' encoding='utf-8' ?>",
  "<Error>",
  "\t<Code>SignatureDoesNotMatch</Code>",
  "\t<Message>The Signature you specified is invalid.</Message>",
  "\t<StringToSign>sha1",
  "1615113257;1615199657",
  "c7503b92a8581b3f3f68c8f7f64a8917b03a1a95",
  "</StringToSign>",
  "\t<FormatString>put",
  "/a b.png",
  "",
  `host=${HOST}`,
  "</FormatString>",
  `\t<Resource>${HOST}/a b.png</Resource>`,
  `\t<RequestId>${ID}</RequestId>`,
  "</Error>",
];

describe("reads COS's lines", () => {
  const withMargin = (margin: string | ((index: number) => string)) =>
    XML.map((row, index) => `${typeof margin === "string" ? margin : margin(index)}${row}`).join("\n");
  test.each([
    [
      "a console that shows line breaks as ↵ (https://github.com/UniSharp/laravel-fileapi/issues/6)",
      `{errMsg: "uploadFile:ok", statusCode: 403, data: "${XML.join("↵")}"}`,
    ],
    ["a mail in a reply in a reply (cos-nodejs-sdk-v5#38)", withMargin("> > ")],
    [
      "logcat (https://github.com/leancloud/android-sdk-all/issues/177)",
      withMargin((index) => `02-06 17:32:3${index % 10}.77${index % 10} 6761-7291/com.example E/Cos: `),
    ],
    ["docker compose (https://github.com/blinkospace/blinko/issues/443)", withMargin("web-1            | ")],
    // https://docs.docker.com/engine/logging/drivers/json-file/
    [
      "Docker's json-file log",
      XML.map((row) =>
        JSON.stringify({ log: `${row}\n`, stream: "stdout", time: "2026-11-27T07:00:00Z" }),
      ).join("\n"),
    ],
    ["journalctl -o json", XML.map((MESSAGE) => JSON.stringify({ PRIORITY: "6", MESSAGE })).join("\n")],
    [
      "base64 in lines",
      (
        Buffer.from(XML.join("\n"))
          .toString("base64")
          .match(/.{1,76}/g) ?? []
      ).join("\n"),
    ],
    // https://cloud.tencent.com/document/product/583/60336
    [
      "CLS's lines of a function's log",
      XML.map((row) => JSON.stringify({ SCF_RequestId: "x", SCF_Message: row, SCF_Type: "Custom" })).join(
        "\n",
      ),
    ],
    // https://github.com/InterNetNews/inn/issues/373
    ["rsyslog", `Nov 27 07:00:00 host app: ${XML.join("#012").replaceAll("\t", "#011")}`],
    // https://nginx.org/en/docs/http/ngx_http_log_module.html#log_format
    [
      "nginx's log",
      `"PUT /a HTTP/1.1" 403 452 body:"${XML.join("\\x0A").replaceAll("\t", "\\x09").replaceAll('"', "\\x22")}"`,
    ],
    // https://www.php.net/manual/en/function.nl2br.php
    ["a page of PHP's nl2br", `<p>${XML.join("<br />\n").replace(/<(?!br)/g, "&lt;")}</p>`],
    [
      "a page that highlights it",
      XML.join("\n")
        .replace(/<(\/?)(\w+)>/g, '&lt;$1<span class="nt">$2</span>&gt;')
        .replace("<?", "&lt;?"),
    ],
    // RFC 2045, 6.7 and 6.8
    [
      "a mail as quoted-printable",
      `Content-Transfer-Encoding: quoted-printable\r\n\r\n${XML.join("\r\n")
        .replaceAll("=", "=3D")
        .replaceAll(/(.{70})/g, "$1=\r\n")}`,
    ],
    [
      "a mail as base64",
      `Content-Transfer-Encoding: base64\r\n\r\n${(
        Buffer.from(XML.join("\n"))
          .toString("base64")
          .match(/.{1,76}/g) ?? []
      ).join("\r\n")}\r\n`,
    ],
    ["base64 of URLs", `err=${Buffer.from(XML.join("\n")).toString("base64url")}&x=1`],
    [
      "Terraform's box",
      ["╷", "│ Error: upload failed", "│ ", ...XML.map((row) => `│ ${row}`), "╵"].join("\n"),
    ],
    // Spring's LogFormatUtils has the rule.
    [
      "an exception of Spring's clients",
      `HttpClientErrorException$Forbidden: 403 Forbidden: "${XML.join("<EOL>").replaceAll("\t", "?")}"`,
    ],
    ["PowerShell, which joins lines", `Invoke-WebRequest : ${XML.join(" ")}`],
    ["a terminal of 40 columns", XML.flatMap((row) => row.match(/.{1,40}|^$/g) ?? []).join("\n")],
    ["a page with zero-width spaces", XML.join("\n").replaceAll("<", "\u200b<")],
    ["journald", withMargin((index) => `Nov 27 07:00:${10 + index} host app[812]: `)],
    ["an assertion of pytest", withMargin("E       ")],
    ["an indented block", withMargin("        ")],
    ["a comment", withMargin(" * ")],
    ["UTF-16 read as Latin-1", Buffer.from(XML.join("\r\n"), "utf16le").toString("latin1")],
    ["UTF-16 with a byte order mark, read as UTF-8", `\ufffd\ufffd${XML.join("\n").split("").join("\0")}\0`],
    [
      "iOS's NSError (https://github.com/tencentyun/qcloud-sdk-ios/issues/16)",
      `Error Domain=com.tencent.qcloud.networking Code=403 "(null)" UserInfo={__name=Error, RequestId=${ID}, StringToSign=sha1\n1615113257;1615199657\nc7503b92a8581b3f3f68c8f7f64a8917b03a1a95\n, Code=SignatureDoesNotMatch, TraceId=OGVm, FormatString=put\n/a b.png\n\nhost=${HOST}\n, Resource=${HOST}/a b.png, Message=The Signature you specified is invalid.}`,
    ],
    [
      "YAML",
      `error:\n  Code: SignatureDoesNotMatch\n  FormatString: |\n    put\n    /a b.png\n    \n    host=${HOST}\n  StringToSign: |\n    sha1\n    1615113257;1615199657\n    c7503b\n  RequestId: ${ID}\n`,
    ],
  ])("in %s", (_, text) => {
    const { code, requestId, comparison } = of(text);
    expect({ code, requestId }).toEqual({ code: "SignatureDoesNotMatch", requestId: ID });
    expect(comparison?.lines.map(({ name, given }) => [name, given])).toEqual([
      ["method", "PUT"],
      ["path", "/a b.png"],
      ["header host", HOST],
    ]);
  });

  test.each([
    [
      "that was indented (https://github.com/casdoor/casdoor/issues/5447)",
      `<Error>\n  <Code>SignatureDoesNotMatch</Code>\n  <FormatString>\n    put /a b.png\n    host=${HOST}\n  </FormatString>\n</Error>`,
    ],
    [
      "without its beginning",
      `…tureDoesNotMatch</Code>\n\t<FormatString>put\n/a b.png\n\nhost=${HOST}\n</FormatString>\n\t<Resource>x</Resource>\n</Error>`,
    ],
  ])("in XML %s", (_, text) => {
    const { code, comparison, sentence } = of(text);
    expect(code).toBe("SignatureDoesNotMatch");
    expect(comparison?.lines.map(({ name, given }) => [name, given])).toEqual([
      ["method", "PUT"],
      ["path", "/a b.png"],
      ["header host", HOST],
    ]);
    expect(sentence).toContain("%20 for a space");
  });

  // https://github.com/Molunerfinn/PicGo/issues/638, https://github.com/zhangruiyu/tencent_cos/issues/11
  test.each([
    ["zh en_页面_1.png", true],
    ["观众.log", true],
    ["a+b.jpg", true],
    ["a-b_c.jpg", false],
  ])("of the key %s: says whether a URL encodes it (%s)", (key, isEncoded) => {
    const text = `<Error><Code>SignatureDoesNotMatch</Code><FormatString>put\n/${key}\n\nhost=${HOST}\n</FormatString></Error>`;
    expect(of(text)).toMatchObject({ cause: "signature-mismatch", certainty: "likely" });
    expect(of(text).sentence.includes("a URL encodes")).toBe(isEncoded);
  });

  // https://docs.python.org/3/library/stdtypes.html#bytes, and nginx's log
  test("with bytes beyond ASCII as numbers", () => {
    const xml = XML.join("\n").replaceAll("a b.png", "照片.png");
    const bytes = [...Buffer.from(xml)].map((byte) =>
      byte === 10
        ? "\\n"
        : byte === 9
          ? "\\t"
          : byte > 126
            ? `\\x${byte.toString(16)}`
            : String.fromCharCode(byte),
    );
    expect(of(`b"${bytes.join("")}"`).comparison?.lines[1]?.given).toBe("/照片.png");
  });

  test("removes nothing if only the first line starts with other text", () => {
    const text = `answer: ${XML.slice(1).join("\n")}`;
    expect(of(text)).toEqual(of(XML.join("\n")));
  });
});

describe("a refusal", () => {
  test.each<[string, string, { cause: string; code: string; requestId?: string }]>([
    [
      "in rclone's log (https://github.com/TNT-Likely/BeeCount-Cloud/pull/64)",
      `2026/07/23 17:44:14 ERROR : : error listing: PathStyleDomainForbidden: The bucket you are attempting to access must be addressed using COS virtual-styled domain. status code: 403, request id: ${ID}, host id: \n`,
      { cause: "path-style", code: "PathStyleDomainForbidden", requestId: ID },
    ],
    [
      "after a file's name in rclone's log (https://github.com/rclone/rclone/issues/5174)",
      `2021-03-26 19:32:15 ERROR : README: Failed to copy: ActionAccelerateNotSupported: The action is not supported by the accelerate host.\n\tstatus code: 400, request id: ${ID}, host id: `,
      { cause: "not-supported", code: "ActionAccelerateNotSupported", requestId: ID },
    ],
    [
      "in a registry's log, with escaped line ends (https://github.com/distribution/distribution/issues/2023)",
      `level=error msg="error resolving upload: s3aws: AccessDenied: Access Denied.\\n\\tstatus code: 403, request id: ${ID}, host id: " http.request.method=PATCH`,
      { cause: "not-allowed", code: "AccessDenied", requestId: ID },
    ],
    [
      "of which only the message was logged (https://github.com/grafana/mimir/issues/7512)",
      'level=error err="unable to successfully send a request to object storage: The bucket you are attempting to access must be addressed using COS virtual-styled domain"',
      { cause: "path-style", code: "PathStyleDomainForbidden" },
    ],
    [
      "of Amazon's SDK for JavaScript (https://github.com/blinkospace/blinko/issues/443)",
      "Upload error: PathStyleDomainForbidden: The bucket you are attempting to access must be addressed using COS virtual-styled domain.\n    at throwDefaultError (/app/index.js:836:20)",
      { cause: "path-style", code: "PathStyleDomainForbidden" },
    ],
    [
      "of Amazon's SDK for Python",
      "botocore.exceptions.ClientError: An error occurred (PathStyleDomainForbidden) when calling the PutObject operation (reached max retries: 4): The bucket you are attempting to access must be addressed using COS virtual-styled domain.",
      { cause: "path-style", code: "PathStyleDomainForbidden" },
    ],
    [
      "of Amazon's second SDK for Go",
      `operation error S3: PutObject, https response error StatusCode: 403, RequestID: ${ID}, HostID: , api error AccessDenied: Request has expired`,
      { cause: "expired", code: "AccessDenied", requestId: ID },
    ],
    [
      "of Amazon's first SDK for Go",
      `AccessDenied: Request has expired\n\tstatus code: 403, request id: ${ID}, host id: `,
      { cause: "expired", code: "AccessDenied", requestId: ID },
    ],
    [
      "of Amazon's SDK for Java (https://github.com/zfile-dev/zfile/issues/200)",
      `初始化异常, 错误信息为: The specified bucket does not exist. (Service: Amazon S3; Status Code: 404; Error Code: NoSuchBucket; Request ID: ${ID}; S3 Extended Request ID: null)`,
      { cause: "bucket-name", code: "NoSuchBucket", requestId: ID },
    ],
    [
      "of C++'s DebugString",
      `IsSucc=false\nHttpStatus=403\n\tErrorCode=AccessDenied\tErrorMsg=Request has expired\tResourceAddr=${HOST}/a.jpg\tXCosRequestId=${ID}\tXCosTraceId=OGVm]`,
      { cause: "expired", code: "AccessDenied", requestId: ID },
    ],
    [
      "of coscmd (https://github.com/tencentyun/coscmd/issues/280)",
      "[code 403] The access key Id format you provided is invalid.",
      { cause: "unknown-key-id", code: "InvalidAccessKeyId" },
    ],
    [
      "of a part (https://github.com/Altinity/clickhouse-backup/issues/464)",
      `PUT https://${HOST}/backup/x.tar: 400 EntityTooSmall(Message: Your proposed upload is smaller than the minimum allowed object size., RequestId: ${ID}, TraceId: OGVm)`,
      { cause: "too-small", code: "EntityTooSmall", requestId: ID },
    ],
    [
      "for an unpaid bill (https://github.com/Ocrosoft/PixivPreviewer/issues/57)",
      "<Error><Code>UnavailableForLegalReasons</Code><Message>Due to your account is arrears, it is unavailable until you recharge.</Message></Error>",
      { cause: "account-problem", code: "UnavailableForLegalReasons" },
    ],
    [
      "for legal reasons, by its message (https://github.com/serverless/serverless-tencent/issues/23)",
      "The appid is unavailable for legal reasons",
      { cause: "blocked", code: "UnavailableForLegalReasons" },
    ],
    [
      "of the MinIO client, in its own words",
      "mc: <ERROR> Unable to initialize new alias from the provided credentials. The request signature we calculated does not match the signature you provided. Check your key and signing method.",
      { cause: "signature-mismatch", code: "SignatureDoesNotMatch" },
    ],
    [
      "followed by Chinese text (https://github.com/TencentCloudBase/CloudBase-AI-Toolkit/issues/138)",
      "Access Denied. 一直没办法访问静态网站托管",
      { cause: "not-allowed", code: "AccessDenied" },
    ],
    [
      "of a HEAD request, as COS's SDK for Python words it",
      `{'code': 'NoSuchResource', 'message': 'The Resource You Head Not Exist', 'resource': 'https://${HOST}/a.jpg', 'requestid': '', 'traceid': ''}`,
      { cause: "no-such-key", code: "NoSuchResource" },
    ],
    [
      "as an HTML parser reads it",
      "<error><code>AccessDenied</code><message>Request has expired</message></error>",
      { cause: "expired", code: "AccessDenied" },
    ],
    [
      "as xml2js reads it",
      '{"Error":{"Code":["AccessDenied"],"Message":["Request has expired"],"RequestId":["x"]}}',
      { cause: "expired", code: "AccessDenied" },
    ],
    [
      "as xml-js reads it",
      '{"Error":{"Code":{"_text":"AccessDenied"},"Message":{"_text":"Request has expired"}}}',
      { cause: "expired", code: "AccessDenied" },
    ],
    [
      "as fast-xml-parser reads it",
      '{ Error: { Code: { "#text": "AccessDenied" }, Message: { "#text": "Request has expired" } } }',
      { cause: "expired", code: "AccessDenied" },
    ],
    [
      "in lower case",
      "<error><code>accessdenied</code><message>request has expired</message></error>",
      { cause: "expired", code: "AccessDenied" },
    ],
    [
      "of s3cmd",
      "ERROR: S3 error: 403 (AccessDenied): Request has expired",
      { cause: "expired", code: "AccessDenied" },
    ],
    [
      "whose beginning was cut off",
      "ied</Code>\n<Message>The specified key does not exist.</Message>\n<Resource>x/a.jpg</Resource></Error>",
      { cause: "no-such-key", code: "NoSuchKey" },
    ],
    [
      "with a blog's curly quotes",
      "{“Code”:“AccessDenied”,“Message”:“Request has expired”}",
      { cause: "expired", code: "AccessDenied" },
    ],
    [
      "of a static website's page",
      `<html><head><title>404 Not Found</title></head><body><h1>404 Not Found</h1><ul><li>Code: NoSuchKey</li><li>Message: The specified key does not exist.</li><li>Resource: ${HOST}/index.html</li><li>RequestId: ${ID}</li></ul></body></html>`,
      { cause: "no-such-key", code: "NoSuchKey", requestId: ID },
    ],
    [
      "of coscli, sent to the static website's host (https://github.com/tencentyun/coscli/issues/35)",
      `FATA[2023-03-26 17:03:40] PUT https://photos-1250000000.cos-website.ap-guangzhou.myqcloud.com//.nojekyll: 405 MethodNotAllowed(Message: The specified method is not allowed against this resource., RequestId: ${ID}, TraceId: OGVm)`,
      { cause: "not-supported", code: "MethodNotAllowed", requestId: ID },
    ],
    [
      "in Laravel's log",
      '[2026-11-27 10:00:00] production.ERROR: Access Denied. {"exception":"[object] (Qcloud\\Cos\\Exception\\ServiceResponseException(code: 0): Access Denied. at /var/www/vendor/x.php:93)',
      { cause: "not-allowed", code: "AccessDenied" },
    ],
    [
      "with a code that is not in the list, and a reason (https://cloud.tencent.com/document/product/436/7730)",
      `<Error><Code>BucketNotEmpty</Code><Message>The bucket you tried to delete is not empty.</Message><Resource>${HOST}</Resource></Error>`,
      { cause: "denied-with-reason", code: "BucketNotEmpty" },
    ],
    [
      "in Terraform's box, whose request id is on a line of its own",
      `╷\n│ Error: error creating COS bucket: BucketAlreadyExists: The requested bucket name is not available.\n│ \tstatus code: 409, request id: ${ID}, host id: \n│ \n╵`,
      { cause: "denied-with-reason", code: "BucketAlreadyExists", requestId: ID },
    ],
    [
      // https://cloud.tencent.com/document/product/583/60336: SCF's own request id precedes COS's.
      "in a function's log",
      `START RequestId: 8b6d0b8e-0000-4000-9000-aaaaaaaaaaaa\n2026-11-27T08:00:00.000Z\tERROR\tCosError { error: { Code: 'AccessDenied', Message: 'Request has expired', RequestId: '${ID}' }, statusCode: 403 }\nReport RequestId: 8b6d0b8e-0000-4000-9000-aaaaaaaaaaaa Duration:12ms`,
      { cause: "expired", code: "AccessDenied", requestId: ID },
    ],
    [
      // https://cloud.tencent.com/document/product/436/57456
      "for an app at the bucket's own host",
      "<Error><Code>DownloadForbidden</Code><Message>The APK/IPA file is not allowed to be distributed in a public network using COS default domain, please use custom domain instead.</Message></Error>",
      { cause: "default-host", code: "DownloadForbidden" },
    ],
    [
      "read from a picture, with spaces in the code",
      "<Error> <Code> Signature Does Not Match </Code> <Message> The Signature you specified is invalid. </Message> </Error>",
      { cause: "signature-mismatch", code: "SignatureDoesNotMatch" },
    ],
    [
      "with a code that is not in the list, of an unknown storage",
      "<Error><Code>BucketNotEmpty</Code><Message>The bucket you tried to delete is not empty.</Message></Error>",
      { cause: "unknown", code: "BucketNotEmpty" },
    ],
    [
      "of COS's SDK for Python, with a code that is not in the list",
      `{'code': 'BucketAlreadyOwnedByYou', 'message': 'The bucket you tried to create already exists, and you own it.', 'resource': '${HOST}', 'requestid': '${ID}', 'traceid': ''}`,
      { cause: "denied-with-reason", code: "BucketAlreadyOwnedByYou", requestId: ID },
    ],
    [
      // https://cloud.tencent.com/document/product/436/35561
      "of COS's SDK for C",
      `status->code: 403\nstatus->error_code: AccessDenied\nstatus->error_msg: Request has expired\nstatus->req_id: ${ID}`,
      { cause: "expired", code: "AccessDenied", requestId: ID },
    ],
    [
      // https://github.com/tikv/tikv/issues/19162
      "of Amazon's SDK for Rust",
      `ServiceError(ServiceError { source: Unhandled(Unhandled { source: ErrorMetadata { code: Some("AccessDenied"), message: Some("Request has expired"), extras: Some({"aws_request_id": "${ID}"}) } }) })`,
      { cause: "expired", code: "AccessDenied", requestId: ID },
    ],
    [
      "of Swift, whose values may be missing",
      'CosError(code: Optional("AccessDenied"), message: Optional("Request has expired"))',
      { cause: "expired", code: "AccessDenied" },
    ],
    [
      "read from a picture, with spaces in the names and letters that look alike",
      `< Error > <C ode>Access Denied</C ode> <Mes sage>Request has expired</Mes sage> <Requestld>${ID}</Requestld>`,
      { cause: "expired", code: "AccessDenied", requestId: ID },
    ],
    [
      "with full-width punctuation",
      "｛＂Code＂：＂AccessDenied＂，＂Message＂：＂Request has expired＂｝",
      { cause: "expired", code: "AccessDenied" },
    ],
    [
      "as a browser shows it without its markup",
      `AccessDenied Request has expired ${HOST}/a.jpg ${ID}`,
      { cause: "expired", code: "AccessDenied" },
    ],
  ])("%s", (_, text, expected) => {
    expect(of(text)).toMatchObject(expected);
  });

  test("with a message that gives no reason: says so", () => {
    const texts = [
      "AccessDenied: Access Denied\n    at de_CommandError",
      "AccessDenied: Access Denied.\n\tstatus code: 403, request id: , host id: ",
      `AccessDenied Access Denied. ${HOST}/a.jpg`,
      "An error occurred (AccessDenied) when calling the PutObject operation: Access Denied.",
      // https://github.com/boto/botocore/issues/877
      "A client error (AccessDenied) occurred when calling the PutObject operation: Access Denied.",
      // https://github.com/ClickHouse/ClickHouse/issues/39232
      `<Error> AWSClient: HTTP response code: 403\nRequest ID: ${ID}\nException name: AccessDenied\nError message: Access Denied\n7 response headers:\nserver : tencent-cos`,
      "Aws\\S3\\Exception\\S3Exception: resulted in a `403 Forbidden` response: AccessDenied (client): Access Denied. - ",
      `<ul><li>Code: AccessDenied</li><li>Message: Access Denied.</li><li>RequestId: ${ID}</li></ul>`,
    ];
    for (const text of texts) expect(of(text).sentence, text).toContain("does not say why");
  });

  // The sentences of axios, got, and Python's urllib and requests, which logs keep beside COS's own.
  test.each([
    "Request failed with status code 403",
    "Response code 403 (Forbidden)",
    "HTTP Error 403: Forbidden",
    `403 Client Error: Forbidden for url: https://${HOST}/a.jpg`,
  ])("of which the HTTP client says only %j: does not show that as COS's reason", (message) => {
    const body = { Error: { Code: "AccessDenied", Message: "Access Denied." } };
    const { sentence } = of(JSON.stringify({ statusCode: 403, message, response: { body } }));
    expect(sentence).toContain("does not say why");
  });

  test("of which the SDK says only what it was doing: does not show that as COS's reason", () => {
    // https://github.com/tencentyun/cos_migrate_tool_v5/issues/27
    const text = `com.qcloud.cos.exception.CosServiceException: Failed to query the state of source object (Status Code: 403; Error Code: AccessDenied; Request ID: ${ID}); Trace ID: OGVm`;
    expect(of(text)).toMatchObject({ cause: "not-allowed", certainty: "likely", requestId: ID });
    expect(of(text).sentence).not.toContain("Failed to query");
  });

  test("with a code that ends in Token: keeps the words after it", () => {
    const text = `<Error><Code>InvalidToken</Code><Message>The security token is malformed.</Message><RequestId>${ID}</RequestId></Error>`;
    expect(of(text).sentence).toBe('COS answered "InvalidToken": "The security token is malformed.".');
  });

  test("of a static website's host: says that files can only be read there", () => {
    const text = `PUT https://photos-1250000000.cos-website.ap-guangzhou.myqcloud.com/a: 405 MethodNotAllowed(Message: x y, RequestId: ${ID}, TraceId: )`;
    expect(of(text).sentence).toContain("static website");
    expect(of(text.replace("cos-website", "cos")).sentence).not.toContain("static website");
  });

  test("of a digest that is no MD5: does not speak of MD5", () => {
    const text = `<Error><Code>InvalidDigest</Code><Message>The SHA-256 that you sent is not valid.</Message><RequestId>${ID}</RequestId></Error>`;
    expect(of(text).sentence).not.toContain("MD5");
  });

  test("of a part: says how large a part must be", () => {
    const message = "Your proposed upload is smaller than the minimum allowed object size.";
    expect(of(`<Error><Code>EntityTooSmall</Code><Message>${message}</Message></Error>`).sentence).toContain(
      "every part but the last must have at least 1 MiB",
    );
  });

  test("of an id in the wrong format: says so, and not that a token is missing", () => {
    const { sentence, certainty } = of(
      "{ error:\n   { Code: 'InvalidAccessKeyId',\n     Message: 'The access key Id format you provided is invalid.' } }",
    );
    expect(certainty).toBe("certain");
    expect(sentence).toContain("does not have the form of a SecretId");
  });
});

describe("does not explain another service's error as COS's", () => {
  const skewed =
    "<Code>RequestTimeTooSkewed</Code><Message>The difference between the request time and the current time is too large.</Message>";
  test.each([
    [
      "https://github.com/iflytek/astron-agent/issues/647",
      "another storage",
      "<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated does not match the signature you provided.</Message><Key>a.jpg</Key><BucketName>oss</BucketName><RequestId>187B2EF952D168A6</RequestId><HostId>dd9025bab4ad464b</HostId></Error>",
    ],
    [
      "https://github.com/leancloud/android-sdk-all/issues/177",
      "Amazon S3",
      "<Error><Code>SignatureDoesNotMatch</Code><AWSAccessKeyId>AKIAEXAMPLE</AWSAccessKeyId><StringToSign>PUT\n\n\n1517913136\n/b/a</StringToSign><HostId>SjiA0X=</HostId></Error>",
    ],
    [
      "https://github.com/brefphp/laravel-bridge/issues/67",
      "Amazon S3",
      "Client error: `PUT https://b.s3.amazonaws.com/a.png` resulted in a `403 Forbidden` response: <Error><Code>InvalidAccessKeyId</Code>",
    ],
    [
      "https://github.com/terwer/siyuan-plugin-picgo/issues/681",
      "OSS",
      "AccessDenied OSS authentication requires a valid Date.\n\n0002-00000503 https://api.aliyun.com/troubleshoot?q=0002-00000503",
    ],
    [
      "https://github.com/aliyun/ossutil/issues/27",
      "OSS",
      "Error: oss: service returned error: StatusCode=403, ErrorCode=RequestTimeTooSkewed, ErrorMessage=The difference between the request time and the current time is too large., RequestId=598338A88CEE3190462CAA94!",
    ],
    [
      "https://github.com/huhx/flutter_oss_aliyun/issues/63",
      "OSS",
      `<Error>${skewed}<RequestId>66F10B88708A5D313649AD20</RequestId><HostId>b.example.com</HostId><EC>0002-00000504</EC></Error>`,
    ],
    [
      "https://github.com/huaweicloud/huaweicloud-sdk-java-obs/issues/84",
      "OBS",
      `com.obs.services.exception.ObsException: Error message:Request Error. XML Error Message: <Error>${skewed}<HostId>3akWNn</HostId></Error>`,
    ],
    [
      "https://github.com/hashicorp/terraform-provider-aws/issues/762",
      "another storage",
      "Error putting S3 ACL: AccessDenied: Access Denied\n\tstatus code: 403, request id: 3B9D5A8B5E8A3F11, host id: mQw8lAvgQI8=",
    ],
    [
      "https://github.com/TencentCloud/tencentcloud-sdk-go/issues/89",
      "Tencent Cloud's API",
      "[TencentCloudSDKError] Code=AuthFailure.InvalidAuthorization, Message=The request header does not conform., RequestId=4188663f-43eb-421c-b53f-15566b063140",
    ],
    [
      "https://github.com/HIllya51/LunaTranslator/issues/264",
      "Tencent Cloud's API",
      '"Error": {\n    "Code": "MissingParameter",\n    "Message": "The request is missing a required parameter `Version`."\n}',
    ],
    [
      "https://github.com/tencentyun/qcloud-cos-sts-sdk/issues/52",
      "Tencent Cloud's API",
      '{"RequestId":"fae48023-fb79-46b8-ad9e-9610a6f5752c","Error":{"Message":"resource error","Code":"InvalidParameter.ResouceError"}}',
    ],
    [
      "https://github.com/tencentyun/qcloud-cos-sts-sdk/issues/36",
      "Tencent Cloud's API",
      "TencentCloud.Common.TencentCloudSDKException:“code:InvalidParameter.GrantOtherResource message:[QC_STS] cant grant other resource ”",
    ],
    [
      "https://github.com/tencentyun/cos-js-sdk-v5/issues/34",
      "Tencent Cloud's API",
      '{"code":4000,"message":"(60024)you are not resource owner","codeDesc":"StrategyResourceInvalid "}',
    ],
    [
      "https://ecweb.ecer.com/topic/cn/detail-286360-tencent_cloud_cos_mini_program_signature_errors_fixes.html",
      "Tencent Cloud's API",
      "The provided credentials could not be validated. Please check your signature is correct.",
    ],
    [
      "https://cloud.tencent.com/document/practice/1125/62772",
      "Tencent Cloud's API",
      "code=RequestLimitExceeded.UinLimitExceeded msg=...",
    ],
    // https://cloud.tencent.com/document/product/583/42611
    [
      "an account without balance",
      "The function failed: the account has no balance",
      '{"errorCode":-1,"errorMessage":"InsufficientBalance","requestId":"x","statusCode":410}',
    ],
    [
      "https://github.com/easychen/wecomchan/issues/24",
      "more ran at once than its quota allows",
      '{"errorCode":1,"errorMessage":"Resource limit exceed for function [x]","requestId":"x","statusCode":432}',
    ],
    [
      "https://github.com/shimmeris/SCFProxy/issues/29",
      "The function failed: its code threw an error. This is SCF's own answer, not one of COS",
      '{"errorCode":-1,"errorMessage":"Traceback (most recent call last):\\n  File x","requestId":"4188663f-43eb-421c-b53f-15566b063140","statusCode":430}',
    ],
    [
      "https://cloud.tencent.com/document/product/583/42611",
      "did not end in time",
      '{"errorCode":433,"errorMessage":"Invoking task timed out after 3 seconds","requestId":"4188663f-43eb-421c-b53f-15566b063140","statusCode":433}',
    ],
    [
      "https://github.com/shadowabi/Serverless_PortScan/issues/1",
      "not what an HTTP answer must be",
      '{"errno":403,"error":"requestId a7a7ffbd , Invalid scf response. expected scf response valid JSON.","message":"SCF invoke error"}',
    ],
    [
      "https://cloud.tencent.com/document/product/228/59531",
      "with status 514 of Tencent's CDN",
      "HTTP/1.1 514 \r\nServer: SLT-MID\r\nX-NWS-LOG-UUID: 1234\r\nX-Cache-Lookup: Return Directly\r\n\r\n",
    ],
    [
      "https://github.com/googleapis/google-cloud-java/pull/7292",
      "Google Cloud Storage",
      "<Error><Code>InvalidPolicyDocument</Code><Message>The content of the form does not meet the conditions specified in the policy document.</Message><Details>Policy did not reference these fields: submit</Details></Error>",
    ],
    [
      "",
      "Tencent Cloud's API",
      '{"Response":{"Error":{"Code":"InternalError","Message":"An internal error has occurred."},"RequestId":"4188663f-43eb-421c-b53f-15566b063140"}}',
    ],
    [
      "https://github.com/Molunerfinn/PicGo/issues/751",
      "old JSON API",
      "StatusCodeError: 403 - \"You do not have permission to get URL '/files/v2/1250000000/blog-1250000000/a.jpeg' from this server.\"",
    ],
    [
      "https://github.com/tencentyun/cos-js-sdk-v4/issues/30",
      "No CORS rule",
      `{"code": -121, "message": "ERROR_CMD_CORSRULE_NOT_MATCH", "request_id": "${ID}"}`,
    ],
    [
      "https://github.com/CFETeam/weapp-demo-album/issues/4",
      "old JSON API",
      '{"code":-70,"message":"ERROR_PROXY_AUTH_FAILED"}',
    ],
  ])("%s: %s", (_, words, text) => {
    const { cause, code, sentence } = of(text);
    expect({ cause, code }).toEqual({ cause: "not-a-refusal", code: "" });
    expect(sentence).toContain(words);
  });

  test.each([
    `<Error><Code>AccessDenied</Code><Message>Access Denied.</Message><TraceId>OGVm</TraceId><HostId>x</HostId></Error>`,
    `PUT https://${HOST}/a: AccessDenied; docs: https://docs.amazonaws.com/x`,
    `SignatureDoesNotMatch: x\n\tstatus code: 403, request id: ${ID}, host id: x`,
  ])("explains an error that shows a sign of COS: %s", (text) => {
    expect(of(text).cause).not.toBe("not-a-refusal");
  });
});

describe("says that the text is not an answer of COS", () => {
  test.each([
    [
      "https://github.com/tencentcloudstack/terraform-provider-tencentcloud/issues/437",
      `"${HOST}" has no address`,
      `Error: cos put bucket error: RequestError: send request failed\ncaused by: Put http://${HOST}/: dial tcp: lookup ${HOST} on 192.0.2.1:53: no such host`,
    ],
    [
      "",
      "has no address",
      `CosClientError: HTTPSConnectionPool(host='${HOST}', port=443): Max retries exceeded (Caused by NewConnectionError('Failed to establish a new connection: [Errno -2] Name or service not known'))`,
    ],
    [
      "https://github.com/Molunerfinn/PicGo/issues/1186",
      "COS never answered",
      `{"method":"PUT","url":"http://${HOST}/a.png","statusCode":0,"message":"read ECONNRESET","response":{"status":0,"body":""}}`,
    ],
    [
      "https://github.com/tencentyun/cos-nodejs-sdk-v5/issues/94",
      "COS never answered",
      "{\n  error: [Error: socket hang up\n    at connResetException (internal/errors.js:614:14)\n  ] {\n    code: 'ECONNRESET'\n  }\n}",
    ],
    [
      "",
      "COS never answered",
      "com.qcloud.cos.exception.CosClientException: java.net.SocketTimeoutException: Read timed out",
    ],
    ["Python's requests", "status 403", `403 Client Error: Forbidden for url: https://${HOST}/a.jpg`],
    ["Python's urllib", "status 403", "urllib.error.HTTPError: HTTP Error 403: Forbidden"],
    ["aiohttp", "status 403", "aiohttp.client_exceptions.ClientResponseError: 403, message='Forbidden'"],
    ["httpx", "status 403", "httpx.HTTPStatusError: Client error '403 Forbidden' for url"],
    ["reqwest", "status 403", "HTTP status client error (403 Forbidden) for url"],
    [
      "Dart's dio",
      "status 403",
      "DioException [bad response]: This exception was thrown because the response has a status code of 403",
    ],
    ["Alamofire", "status 403", "Response status code was unacceptable: 403."],
    ["Retrofit", "status 403", "retrofit2.HttpException: HTTP 403 Forbidden"],
    [".NET", "status 403", "System.Net.WebException: 远程服务器返回错误: (403) 已禁止。"],
    ["wget", "status 403", "2026-11-27 08:00:00 ERROR 403: Forbidden."],
    ["ffmpeg", "status 403", "[https @ 0x55] HTTP error 403 Forbidden"],
    ["WeChat DevTools", "status 403", `POST https://${HOST}/ 403 (env: Windows,mp,1.06.2301040; lib: 3.0.0)`],
    [
      "curl",
      "COS never answered",
      "curl: (92) HTTP/2 stream 1 was not closed cleanly: INTERNAL_ERROR (err 2)",
    ],
    // Chrome's words for a script or a page that was answered with 403.
    ["", "status 403", `GET https://${HOST}/a.js net::ERR_ABORTED 403 (Forbidden)`],
    [
      "https://github.com/weserv/images/issues/437",
      "Open the address itself",
      `GET https://${HOST}/a.jpg net::ERR_BLOCKED_BY_ORB`,
    ],
    [
      "https://github.com/minio/minio/issues/21004",
      "Open the address itself",
      "A resource is blocked by OpaqueResponseBlocking, please check browser console for details.",
    ],
    [
      "nginx's log",
      "status 403",
      '10.0.0.1 - - [27/Nov/2026:08:00:00 +0800] "PUT /a.jpg HTTP/1.1" 403 452 "https://servicewechat.com/" "-"',
    ],
    // https://cloud.tencent.com/document/product/228/35909
    [
      "a status of the CDN's own",
      "HTTPS is not switched on for the domain",
      "<html><head><title>514 Frequency Capped</title></head></html>",
    ],
    ["another server's status", "status 524 but no XML", "<title>524: A timeout occurred</title>"],
    [
      "https://github.com/linlinjava/litemall/issues/551",
      "WeChat's list of return codes",
      '{"errcode":40125,"errmsg":"invalid appsecret, rid: 0-0-0"}',
    ],
    [
      "",
      "at tempFilePath",
      '{"errMsg":"downloadFile:ok","statusCode":403,"tempFilePath":"http://tmp/a.xml"}',
    ],
    ["", "WeChat's cloud storage", "Error: errCode: -501007 invalid parameters | errMsg: Invalid env"],
    [
      "https://github.com/tencentyun/cos-nodejs-sdk-v5/issues/20",
      "SDK itself",
      "{ error: 'lack of required params' }",
    ],
    [
      "https://github.com/tencentyun/cos-python-sdk-v5/issues/322",
      "SDK itself",
      "qcloud_cos.cos_exception.CosClientError: some upload_part fail after max_retry, please upload_file again",
    ],
    ["", "SDK for Python", "qcloud_cos.cos_exception.CosServiceError: Response Error Msg Is INVALID"],
    [
      "https://github.com/tencentyun/qcloud-sdk-dotnet/issues/20",
      "status 403",
      "COSXML.CosException.CosServerException: CosServerException: 403 - Forbidden at COSXML.Network.HttpClient.CosResponse.PaserServerError(Stream inputStream)",
    ],
    [
      "https://github.com/tencentyun/qcloud-sdk-dotnet/issues/12",
      "status 403",
      "server exception: 403\\r\\n 内部异常 \\r\\n 异常来源 COSXML",
    ],
    ["", "status 404", `HEAD https://${HOST}/a.jpg: 404 (Message: , RequestId: ${ID}, TraceId: OGVm)`],
    [
      "",
      "status 403",
      `Error: Forbidden\n    at x {\n  code: '403',\n  statusCode: 403,\n  url: 'https://${HOST}/a.jpg',\n  method: 'HEAD'\n}`,
    ],
    [
      "",
      "status 403",
      `com.qcloud.cos.exception.CosServiceException: Forbidden (Status Code: 403; Error Code: 403 Forbidden; Request ID: ${ID})`,
    ],
    ["", "status 403", `PUT https://${HOST}/a.jpg 403 (Forbidden)`],
    [
      "",
      "WeChat's cloud storage",
      "Error: errCode: -503001 | errMsg: cloud.uploadFile:fail Error: storage permission denied",
    ],
    [
      "",
      "status 403",
      "botocore.exceptions.ClientError: An error occurred (403) when calling the HeadObject operation: Forbidden",
    ],
    [
      "",
      "status 403",
      "UnknownError: UnknownError\n    at throwDefaultError {\n  '$metadata': { httpStatusCode: 403, requestId: undefined }\n}",
    ],
    [
      "QCloudNetworkErrorCode of tencentyun/qcloud-sdk-ios",
      "SDK itself",
      'Error Domain=com.tencent.qcloud.networking Code=10001 "(null)" UserInfo={Description=InvalidCredentials：获取签名超时，请检查是否实现签名回调}',
    ],
    [
      "",
      "COS never answered",
      `[error] 7#7: *1 upstream prematurely closed connection while reading response header from upstream, upstream: "https://192.0.2.1:443/a", host: "${HOST}"`,
    ],
    [
      "https://github.com/gpake/qiniu-wxapp-sdk/issues/35",
      "list lacks the domain",
      '{"errMsg":"uploadFile:fail url not in domain list"}',
    ],
    ["", "list lacks the domain", `https://${HOST} 不在以下 request 合法域名列表中`],
    [
      "",
      "cut the middle out",
      `{errMsg: "request:ok", data: "<?xml version='1.0' encoding='utf-8' ?>↵<Error>↵\t<Cod…zY4ZTk2MDVm=</TraceId>↵</Error>", statusCode: 403}`,
    ],
  ])("%s: %s", (_, words, text) => {
    const { cause, sentence } = of(text);
    expect(cause).toBe("not-a-refusal");
    expect(sentence).toContain(words);
  });

  test.each([
    [
      "Access to XMLHttpRequest at 'https://HOST/a.jpg' from origin 'https://www.example.com' has been blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present on the requested resource.",
    ],
    [
      "已拦截跨源请求：同源策略禁止读取位于 https://HOST/a.jpg 的远程资源。（原因：CORS 头缺少 'Access-Control-Allow-Origin'）。状态码：403。",
    ],
    [
      "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at https://HOST/a.jpg.",
    ],
    [
      "[Error] Preflight response is not successful. Status code: 403\n[Error] XMLHttpRequest cannot load https://HOST/a.jpg due to access control checks.",
    ],
    ["Fetch API cannot load https://HOST/a.jpg. Origin is not allowed by Access-Control-Allow-Origin."],
    [
      "Origin 'http://localhost' has no access: XMLHttpRequest cannot load https://HOST/a.jpg. No 'Access-Control-Allow-Origin' header is present on the requested resource.",
    ],
  ])("a browser that hides the answer: %s", (text) => {
    const ofCos = of(text.replace("HOST", HOST));
    expect(ofCos).toMatchObject({ cause: "cors", certainty: "likely" });
    expect(ofCos.sentence).not.toContain("CORS_ORIGINS");
    expect(of(text.replace("HOST", "sign.example.com")).sentence).toContain("CORS_ORIGINS");
  });
});

// https://fetch.spec.whatwg.org/#http-cors-protocol, as Chrome reports it, and what a page may not read.
test.each([
  [
    "allows the header x-cos-security-token",
    `Access to XMLHttpRequest at 'https://${HOST}/a' from origin 'null' has been blocked by CORS policy: Request header field x-cos-security-token is not allowed by Access-Control-Allow-Headers in preflight response.`,
  ],
  [
    "allows PUT",
    `Access to fetch at 'https://${HOST}/a' from origin 'https://a.example.com' has been blocked by CORS policy: Method PUT is not allowed by Access-Control-Allow-Methods in preflight response.`,
  ],
  // https://github.com/tencentyun/cos-js-sdk-v5/issues/32 and 56
  ["the answer's header etag", 'Refused to get unsafe header "etag"'],
  ["the answer's header ETag", 'get ETag error, please add "ETag" to CORS ExposeHeader setting'],
])("a CORS rule that lacks something: %s", (words, text) => {
  expect(of(text)).toMatchObject({ cause: "cors", sentence: expect.stringContaining(words) });
});

// https://github.com/tencentyun/cos-js-sdk-v5/issues/60 and 70, https://github.com/tencentyun/cos-js-sdk-v4/issues/30
test.each([
  '{"error":"error","headers":{}}',
  "{error: 'error', headers: {}}",
  '{"readyState":0,"responseText":"","status":0,"statusText":"error"}',
])("an SDK in a browser that got no answer: %s", (text) => {
  expect(of(text)).toMatchObject({ cause: "cors", certainty: "likely" });
});

describe("requests that were not sent", () => {
  test.each([
    [
      "https://github.com/tencentyun/qcloud-sdk-ios/issues/6",
      "has no region",
      'Error Domain=NSURLErrorDomain Code=-1003 "未能找到使用指定主机名的服务器。" UserInfo={NSErrorFailingURLStringKey=https://photos-1250000000.cos.(null).myqcloud.com/a.jpg}',
    ],
    [
      "https://github.com/tencentyun/qcloud-sdk-android/issues/13",
      "has no region",
      'java.net.UnknownHostException: Unable to resolve host "cos..myqcloud.com": No address associated with hostname',
    ],
    [
      "https://github.com/tencentyun/wafer2-node-sdk/issues/10",
      "has no region",
      "getaddrinfo ENOTFOUND photos-1250000000.cos.undefined.myqcloud.com",
    ],
    [
      "",
      "has no region",
      "Failed to resolve 'photos-1250000000.cos.None.myqcloud.com' ([Errno -2] Name or service not known)",
    ],
    [
      "",
      "the host has no address",
      'Error Domain=NSURLErrorDomain Code=-1003 "A server with the specified hostname could not be found."',
    ],
    [
      "https://github.com/halo-dev/halo/issues/1688",
      `"photos-1250000000.cos.ap-shanghai1.myqcloud.com" has no address`,
      "com.qcloud.cos.exception.CosClientException: photos-1250000000.cos.ap-shanghai1.myqcloud.com",
    ],
    ["", "has no address", "cURL error 6: Could not resolve host: photos-1250000000.cos.sh.myqcloud.com"],
    [
      "https://github.com/aws-samples/amazon-s3-resumable-upload/issues/12",
      "is for other names",
      "SSLError(CertificateError(\"hostname 'photos.cos.ap-guangzhou.myqcloud.com.s3.example.com' doesn't match '*.s3.example.com'\"))",
    ],
    [
      "",
      "is for other names",
      "Error [ERR_TLS_CERT_ALTNAME_INVALID]: Hostname/IP does not match certificate's altnames: Host: cdn.example.com. is not in the cert's altnames: DNS:*.cos.ap-guangzhou.myqcloud.com",
    ],
    [
      "https://github.com/pocketbase/pocketbase/issues/5731",
      "is for other names",
      'Put "https://cdn.example.com/a": tls: failed to verify certificate: x509: certificate is valid for *.cos.ap-guangzhou.myqcloud.com, not cdn.example.com',
    ],
    [
      "",
      "is for other names",
      "javax.net.ssl.SSLPeerUnverifiedException: Hostname cdn.example.com not verified:\n    certificate: sha256/AAAA=",
    ],
    ["", "is for other names", "PUT https://cdn.example.com/a.jpg net::ERR_CERT_COMMON_NAME_INVALID"],
    [
      "https://github.com/TencentCloud/tencentcloud-sdk-php/issues/12",
      "does not trust the host's certificate",
      "cURL error 60: SSL certificate problem: unable to get local issuer certificate (see https://curl.haxx.se/libcurl/c/libcurl-errors.html)",
    ],
    [
      "https://github.com/TencentCloud/tencentcloud-sdk-php/issues/21",
      "does not trust the host's certificate",
      "cURL error 60: SSL certificate problem: self signed certificate in certificate chain",
    ],
    [
      "",
      "its clock is wrong",
      `Put "https://${HOST}/a": x509: certificate has expired or is not yet valid: current time 2001-01-01T00:00:00Z is before 2025-01-01T00:00:00Z`,
    ],
    [
      "",
      "does not trust the host's certificate",
      "javax.net.ssl.SSLHandshakeException: sun.security.validator.ValidatorException: PKIX path building failed: unable to find valid certification path to requested target",
    ],
    [
      "https://github.com/tympanix/Electorrent/issues/154",
      "speaks no TLS",
      "Error: write EPROTO 769044072:error:100000f7:SSL routines:OPENSSL_internal:WRONG_VERSION_NUMBER:../../a.cc:242:",
    ],
    ["", "its clock is wrong", 'Error Domain=NSURLErrorDomain Code=-1202 "此服务器的证书无效。"'],
    [
      "https://github.com/emdash-cms/emdash/issues/433",
      "connect-src",
      `Connecting to 'https://${HOST}/a.jpg' violates the following Content Security Policy directive: "connect-src 'self'". The action has been blocked.\nFetch API cannot load https://${HOST}/a.jpg. Refused to connect because it violates the document's Content Security Policy.\nTypeError: Failed to fetch`,
    ],
    [
      "https://github.com/yeti-platform/yeti/issues/18",
      "Use https://",
      `Mixed Content: The page at 'https://www.example.com/' was loaded over HTTPS, but requested an insecure XMLHttpRequest endpoint 'http://${HOST}/a.jpg'. This request has been blocked; the content must be served over HTTPS.`,
    ],
    [
      "https://github.com/gotify/android/issues/31",
      "Use https://",
      `java.net.UnknownServiceException: CLEARTEXT communication to ${HOST} not permitted by network security policy`,
    ],
    [
      "",
      "Use https://",
      'Error Domain=NSURLErrorDomain Code=-1022 "The resource could not be loaded because the App Transport Security policy requires the use of a secure connection."',
    ],
    ["", "ad blockers", `PUT https://${HOST}/ad/1.jpg net::ERR_BLOCKED_BY_CLIENT`],
    [
      "",
      "NO_PROXY",
      "ProxyError('Cannot connect to proxy.', OSError('Tunnel connection failed: 407 Proxy Authentication Required'))",
    ],
    ["", "no network", 'Error Domain=NSURLErrorDomain Code=-1009 "似乎已断开与互联网的连接。"'],
    [
      "https://github.com/SDWebImage/SDWebImage/issues/2333",
      "The program itself ended the request",
      'Error Domain=NSURLErrorDomain Code=-999 "已取消" UserInfo={NSLocalizedDescription=已取消}',
    ],
    ["", "The program itself ended the request", "AbortError: The user aborted a request."],
    ["", "The program itself ended the request", `Put "https://${HOST}/a": context canceled`],
  ])("%s: %s", (_, words, text) => {
    const { cause, sentence } = of(text);
    expect(cause).toBe("not-a-refusal");
    expect(sentence).toContain(words);
  });

  test.each([
    `Put "https://${HOST}/a": net/http: request canceled (Client.Timeout exceeded while awaiting headers)`,
    "cURL error 28: Operation timed out after 5001 milliseconds with 0 bytes received",
    'Error Domain=NSURLErrorDomain Code=-1001 "请求超时。"',
    'Error Domain=NSURLErrorDomain Code=-1005 "网络连接已中断。"',
  ])("not those that may have been sent: %s", (text) => {
    expect(of(text).sentence).toContain("COS never answered");
  });

  test("not what the signing function says of its own requests", () => {
    const text = '{"error":{"code":"Unavailable","message":"getaddrinfo ENOTFOUND sts.example.com"}}';
    expect(of(text).sentence).toContain("an error of the signing function");
  });
});

// https://cloud.tencent.com/document/product/460/8523
test.each([
  ["-105", "no style of this name"],
  ["-162", "unpaid bill"],
  ["-29214", "(X-ErrNo)."],
])("image processing that failed with %s", (number, words) => {
  for (const head of [
    `HTTP/1.1 400 Bad Request\r\nX-ErrNo: ${number}\r\n\r\n`,
    `< HTTP/2 400\n< x-errno: ${number}\n`,
  ]) {
    expect(of(head)).toMatchObject({ cause: "image-processing", sentence: expect.stringContaining(words) });
  }
});

// https://github.com/tencentyun/cos-php-sdk-v5/issues/69
test.each([
  "<Error><Code>AttachmentFull</Code><Message>your policy or acl has reached the limit (Please Don't set Too much Object ACL, You can set Policy instead ACL)</Message></Error>",
  "<Error><Code>PolicyFull</Code><Message>your policy or acl has reached the limit</Message></Error>",
  "Qcloud\\Cos\\Exception\\ServiceResponseException: your policy or acl has reached the limit",
])("access control lists without room: %s", (text) => {
  const { cause, advice } = of(text);
  expect(cause).toBe("acl-limit");
  expect(advice.join("\n")).toContain("Send no ACL with an object");
});

test.each([
  ["TypeError: Failed to fetch"],
  ["TypeError: Load failed"],
  // https://github.com/u14app/deep-research/issues/55
  ["TypeError: NetworkError when attempting to fetch resource."],
  ["AxiosError: Network Error\n    at XMLHttpRequest.handleError (xhr.js:112)"],
])("a browser that only says that there was no answer: %s", (text) => {
  expect(of(text)).toMatchObject({ cause: "cors", certainty: "likely" });
});

// The wording of Chrome, and of Firefox as MDN lists it (https://developer.mozilla.org/docs/Web/HTTP/CORS/Errors).
test.each([
  ["hid the answer", "(Reason: Did not find method in CORS header ‘Access-Control-Allow-Methods’)."],
  [
    "hid the answer",
    "Response to preflight request doesn't pass access control check: It does not have HTTP ok status.",
  ],
  [
    "the header x-cos-security-token for",
    "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at https://a.example.com/a. (Reason: header ‘x-cos-security-token’ is not allowed according to header ‘Access-Control-Allow-Headers’ from CORS preflight response).",
  ],
  [
    "another origin than the page's",
    "The 'Access-Control-Allow-Origin' header has a value 'https://b.example.com' that is not equal to the supplied origin.",
  ],
  [
    "another origin than the page's",
    "(Reason: CORS header ‘Access-Control-Allow-Origin’ does not match ‘https://b.example.com’).",
  ],
])("a rule that does not fit (%s): %s", (words, text) => {
  expect(of(text)).toMatchObject({ cause: "cors", sentence: expect.stringContaining(words) });
});

test.each([
  [
    "more than once",
    "Access to XMLHttpRequest at 'https://cdn.example.com/a' from origin 'https://www.example.com' has been blocked by CORS policy: The 'Access-Control-Allow-Origin' header contains multiple values '*, https://www.example.com', but only one is allowed.",
  ],
  ["more than once", "(Reason: Multiple CORS header ‘Access-Control-Allow-Origin’ not allowed)."],
  [
    "cookies",
    "The value of the 'Access-Control-Allow-Origin' header in the response must not be the wildcard '*' when the request's credentials mode is 'include'.",
  ],
  [
    "cookies",
    "(Reason: Credential is not supported if the CORS header ‘Access-Control-Allow-Origin’ is ‘*’).",
  ],
  [
    "with a redirect",
    "Access to fetch at 'http://a.example.com/a' from origin 'https://www.example.com' has been blocked by CORS policy: Response to preflight request doesn't pass access control check: Redirect is not allowed for a preflight request.",
  ],
  ["with a redirect", "(Reason: CORS request external redirect not allowed)."],
  [
    "this machine or its network",
    "Access to fetch at 'http://127.0.0.1:4000/a' from origin 'https://www.example.com' has been blocked by CORS policy: Permission was denied for this request to access the `loopback` address space.",
  ],
  [
    "hid an answer",
    `Cross-Origin Read Blocking (CORB) blocked cross-origin response https://${HOST}/a.jpg with MIME type application/xml.`,
  ],
  ["The file changed", "Failed to load resource: net::ERR_UPLOAD_FILE_CHANGED"],
])("what no rule of the bucket's mends (%s): %s", (words, text) => {
  expect(of(text)).toMatchObject({ cause: "not-a-refusal", sentence: expect.stringContaining(words) });
});

test.each([
  "< Error >\n< Code > AccessDenied < / Code >\n< Message > Access Denied . < / Message >\n< / Error >",
  "＜Error＞＜Code＞AccessDenied＜／Code＞＜Message＞Access Denied.＜/Message＞＜/Error＞",
])("an answer that was read from a picture: %s", (text) => {
  expect(of(text)).toMatchObject({ cause: "not-allowed", code: "AccessDenied" });
});

test.each([
  // https://github.com/directus/directus/issues/2631
  "AxiosError: timeout of 60000ms exceeded",
  // https://github.com/square/okhttp/issues/2738
  "java.io.IOException: unexpected end of stream on https://HOST/...",
  "java.net.SocketTimeoutException: timeout",
  "java.net.SocketException: Broken pipe (Write failed)",
  'Put "https://HOST/a.jpg": EOF',
  "System.Net.WebException: The operation has timed out.",
  "System.Net.WebException: 基础连接已经关闭: 发送时发生错误。",
  "System.Net.Http.HttpRequestException: 由于目标计算机积极拒绝，无法连接。 (HOST:443)",
  // https://github.com/nodejs/undici/issues/2213
  "TypeError: fetch failed\n  [cause]: ConnectTimeoutError: Connect Timeout Error\n    code: 'UND_ERR_CONNECT_TIMEOUT'",
  "SocketError: other side closed\n  code: 'UND_ERR_SOCKET'",
  // https://github.com/cfug/dio/issues/1230
  "DioError [DioErrorType.connectTimeout]: Connecting timed out [50000ms]",
  "DioException [connection timeout]: The request connection took longer than 0:00:15.000000.",
  "HandshakeException: Connection terminated during handshake",
])("a connection that broke or never was: %s", (text) => {
  expect(of(text.replaceAll("HOST", HOST)).sentence).toContain("COS never answered");
});

test.each([
  "<title>备案提示</title>该网站暂时无法访问：该网站未根据工信部相关法律规定进行备案。",
  "HTTP/1.1 302 Moved Temporarily\nLocation: https://dnspod.qcloud.com/static/webblock.html?d=files.example.com\n",
])("a domain without an ICP filing: %s", (text) => {
  expect(of(text)).toMatchObject({
    cause: "not-a-refusal",
    sentence: expect.stringContaining("no ICP filing"),
  });
});

// What programs say of a request that they could not send or form, and what the answer of something else looks like.
test.each([
  [
    "https://github.com/Molunerfinn/PicGo/issues/788",
    "127.0.0.1:80, this machine itself",
    "RequestError: Error: connect ECONNREFUSED 127.0.0.1:80\n    at new RequestError (errors.js:14:15)",
  ],
  [
    "",
    "127.0.0.1:7890, this machine itself",
    `Put "https://${HOST}/a": dial tcp 127.0.0.1:7890: connect: connection refused`,
  ],
  [
    "",
    "localhost port 9000, this machine itself",
    "curl: (7) Failed to connect to localhost port 9000 after 0 ms: Couldn't connect to server",
  ],
  [
    "https://github.com/Molunerfinn/PicGo/issues/958",
    "the address of the proxy",
    "RequestError: Error: Invalid protocol: 127.0.0.1:\n    at new RequestError (errors.js:14:15)",
  ],
  [
    "https://github.com/dcloudio/uni-app/issues/3207",
    "a header has a character",
    'TypeError [ERR_INVALID_CHAR]: Invalid character in header content ["Authorization"]',
  ],
  [
    "",
    "a header has a character",
    `Put "https://${HOST}/a": net/http: invalid header field value for "Authorization"`,
  ],
  [
    "https://github.com/node-webot/co-wechat-api/issues/119",
    "percent-encoded",
    "TypeError [ERR_UNESCAPED_CHARACTERS]: Request path contains unescaped characters",
  ],
  [
    "",
    "is not the length of the body",
    "TypeError: fetch failed { [cause]: RequestContentLengthMismatchError: Request body length does not match content-length header { code: 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH' } }",
  ],
  [
    "",
    "for other names",
    "curl: (60) schannel: SNI or certificate check failed: SEC_E_WRONG_PRINCIPAL (0x80090322) - 目标主要名称不正确。",
  ],
  [
    "",
    "--ssl-no-revoke",
    "curl: (35) schannel: next InitializeSecurityContext failed: CRYPT_E_NO_REVOCATION_CHECK (0x80092012) - 吊销功能无法检查证书是否吊销。",
  ],
  ["", "no version of TLS", "System.Net.WebException: 请求被中止: 未能创建 SSL/TLS 安全通道。"],
  [
    "",
    "no version of TLS",
    "urllib3.exceptions.SSLError: [SSL: TLSV1_ALERT_PROTOCOL_VERSION] tlsv1 alert protocol version (_ssl.c:600)",
  ],
  [
    "",
    "proxy_ssl_server_name",
    `SSL_do_handshake() failed (SSL: error:0A000410:SSL routines::sslv3 alert handshake failure:SSL alert number 40) while SSL handshaking to upstream, upstream: "https://203.0.113.7:443/a.jpg"`,
  ],
  [
    "https://github.com/NervJS/taro/issues/12907",
    "The answer has status 401",
    '{"errMsg": "uploadFile fail: 401 "}',
  ],
  [
    "https://github.com/NervJS/taro/issues/12907",
    "COS never answered",
    '{"errMsg": "uploadFile fail: TypeError: Network request failed"}',
  ],
  ["", "COS never answered", '{"error":12,"errorMessage":"上传失败"}'],
  [
    "https://github.com/piscium2010/cos-wx-upload-file/issues/1",
    "COS never answered",
    "请求失败：undefined；状态码：undefined",
  ],
  [
    "https://github.com/tencentyun/cos-js-sdk-v5/issues/28",
    "COS's SDK itself",
    "{ error: 'authorization error' }",
  ],
  ["", "COS's SDK itself", 'Error: getAuthorization callback params missing "TmpSecretId"'],
  [
    "https://github.com/qkqpttgf/OneManager-php/issues/81",
    "the account has no balance",
    '{"errorCode":1,"errorMessage":"Function is Unavailable, AvailableStatus = InsufficientBalance."}',
  ],
  ["", "API Gateway's own answer", '{"message":"There is no api match path[/] method[GET]"}'],
  [
    "",
    "expected data and got a page",
    "SyntaxError: Unexpected token '<', \"<!DOCTYPE \"... is not valid JSON",
  ],
  [
    "",
    "expected data and got a page",
    "Error: char '<' is not expected.:1:1\n  Deserialization error: to see the raw response, inspect the hidden field {error}.$response on this object.",
  ],
  [
    "",
    "a web page",
    '<html><head><meta charset="gb2312"><title>访问被拒绝</title></head><body>您访问的网站已被管理员禁止访问，请联系网络管理员。</body></html>',
  ],
  [
    "",
    "client_max_body_size",
    "<html>\n<head><title>413 Request Entity Too Large</title></head>\n<body><center>nginx/1.18.0</center></body></html>",
  ],
])("%s: says %s", (_, words, text) => {
  expect(of(text)).toMatchObject({ cause: "not-a-refusal", sentence: expect.stringContaining(words) });
});

// Amazon's SDKs take the status's words for the code of an answer that has no body.
test.each([
  "operation error S3: HeadObject, https response error StatusCode: 403, RequestID: , HostID: , api error Forbidden: Forbidden",
  "Forbidden: Forbidden\n\tstatus code: 403, request id: , host id: ",
  "BadRequest: Bad Request\n\tstatus code: 400, request id: , host id: ",
])("an answer without a body: %s", (text) => {
  expect(of(text)).toMatchObject({
    cause: "not-a-refusal",
    sentence: expect.stringMatching(/^The answer has status 40[03] but no XML/),
  });
});

test.each([
  // https://github.com/aws/aws-sdk-js-v3/issues/2208 has the form.
  [
    "AccessDenied: Access Denied.\n    at throwDefaultError (index.js:867:20) {\n  '$fault': 'client',\n  '$metadata': { httpStatusCode: 403 },\n  Code: 'AccessDenied',\n  RequestId: 'NjUwMWYyYzNfMTIzNDU2NzhfMWEyYl8zNDU2Nzg='\n}",
  ],
  ["Aws::S3::Errors::AccessDenied (Access Denied.)"],
  [
    "Overtrue\\CosClient\\Exceptions\\ClientException: Access Denied. in /www/vendor/overtrue/qcloud-cos-client/src/Client.php:163",
  ],
])("COS's message beside the code: %s", (text) => {
  expect(of(text)).toMatchObject({
    cause: "not-allowed",
    sentence: "COS does not allow the request and does not say why.",
  });
});

test.each([
  // https://github.com/tencentyun/qcloud-cos-sts-sdk/issues/128
  ["(code:InvalidParameter.GrantOtherResource message:cant grant other resource )", "Tencent Cloud's API"],
  // https://github.com/TencentCloud/tencentcloud-sdk-nodejs/issues/99
  [
    "{\n  Response: {\n    Error: {\n      Code: 'MissingParameter',\n      Message: 'The request is missing a required parameter `Timestamp`.'\n    }\n  }\n}",
    "Tencent Cloud's API",
  ],
  // https://github.com/1908002701/JD/issues/11
  [
    "Error: encentCloudSDKHttpException [Error]: Your current request size exceed  max 10485760B, but your 24320473B.\n  code: 'RequestSizeLimitExceeded'",
    "Tencent Cloud's API",
  ],
  // https://github.com/alibaba/AliOS-Things/issues/1425
  [
    "PutObject fail,code:RequestTimeTooSkewed,message:The difference between the request time and the current time is too large.,requestId:62343B2F9849B434365DD543",
    "Alibaba Cloud's OSS",
  ],
])("what others answered: %s", (text, who) => {
  expect(of(text)).toMatchObject({ cause: "not-a-refusal", sentence: expect.stringContaining(who) });
});

test("Safari names the page's own address, which is not who hid the answer", () => {
  const text =
    "Origin https://www.example.com is not allowed by Access-Control-Allow-Origin. Status code: 403";
  const { cause, sentence } = of(text);
  expect(cause).toBe("cors");
  expect(sentence).not.toContain("www.example.com");
});

// What chats, pages, PDFs and pictures do to COS's two words, which say no reason.
test.each([
  ["错误码：AccessDenied\n错误信息：Access Denied."],
  ["Code：AccessDenied，Message：Access Denied。"],
  ["エラーコード: AccessDenied メッセージ: Access Denied."],
  ["Code\tAccessDenied\nMessage\tAccess Denied."],
  ["| Code | Message |\n|---|---|\n| AccessDenied | Access Denied. |"],
  ["level=error code=AccessDenied message=Access Denied. requestId=x"],
  ["<Error>\u00a0<Code>AccessDenied</Code>\u00a0<Message>Access\u00a0Denied.</Message></Error>"],
  ["<Code>Access\u200bDenied</Code><Message>Access\u200b Denied.</Message>"],
])("a message that gives no reason, beside other words: %s", (text) => {
  expect(of(text)).toMatchObject({
    cause: "not-allowed",
    code: "AccessDenied",
    sentence: "COS does not allow the request and does not say why.",
  });
});

test.each([
  ["a soft hyphen", "SignatureDoes\u00adNotMatch"],
  ["a hyphen at a line's end", "SignatureDoes-\nNotMatch"],
  ["a line end in its element", "<Code>SignatureDoesNot\nMatch</Code>\n<Message>x</Message>"],
  ["spaces", "Signature Does Not Match"],
  ["lower case", "signaturedoesnotmatch"],
  ["underscores", "SIGNATURE_DOES_NOT_MATCH"],
])("a code with %s", (_, text) => {
  expect(of(text).code).toBe("SignatureDoesNotMatch");
});

test.each([
  ["hexadecimal digits", Buffer.from(XML.join("\n")).toString("hex")],
  [
    "the numbers that Node.js prints",
    `Uint8Array(476) [\n  ${Buffer.from(XML.join("\n")).subarray(0, 100).join(", ")},\n  ... 376 more items\n]`,
  ],
  ["a page's numbers", XML.join("\n").replaceAll("<", "&#60;").replaceAll(">", "&#x3E;")],
])("COS's answer as %s", (_, text) => {
  expect(of(text).code).toBe("SignatureDoesNotMatch");
});

// `<Error><Code>NoSuchKey</Code><Resource>b/照片.png</Resource></Error>`, as these programs print its bytes.
test.each([
  [
    "xxd",
    `00000000: 3c45 7272 6f72 3e3c 436f 6465 3e4e 6f53  <Error><Code>NoS
00000010: 7563 684b 6579 3c2f 436f 6465 3e3c 5265  uchKey</Code><Re
00000020: 736f 7572 6365 3e62 2fe7 85a7 e789 872e  source>b/.......
00000030: 706e 673c 2f52 6573 6f75 7263 653e 3c2f  png</Resource></
00000040: 4572 726f 723e                           Error>`,
  ],
  [
    "hexdump -C",
    `00000000  3c 45 72 72 6f 72 3e 3c  43 6f 64 65 3e 4e 6f 53  |<Error><Code>NoS|
00000010  75 63 68 4b 65 79 3c 2f  43 6f 64 65 3e 3c 52 65  |uchKey</Code><Re|
00000020  73 6f 75 72 63 65 3e 62  2f e7 85 a7 e7 89 87 2e  |source>b/.......|
00000030  70 6e 67 3c 2f 52 65 73  6f 75 72 63 65 3e 3c 2f  |png</Resource></|
00000040  45 72 72 6f 72 3e                                 |Error>|
00000046`,
  ],
  [
    "od -A x -t x1z",
    `000000 3c 45 72 72 6f 72 3e 3c 43 6f 64 65 3e 4e 6f 53  ><Error><Code>NoS<
000010 75 63 68 4b 65 79 3c 2f 43 6f 64 65 3e 3c 52 65  >uchKey</Code><Re<
000020 73 6f 75 72 63 65 3e 62 2f e7 85 a7 e7 89 87 2e  >source>b/.......<
000030 70 6e 67 3c 2f 52 65 73 6f 75 72 63 65 3e 3c 2f  >png</Resource></<
000040 45 72 72 6f 72 3e                                >Error><`,
  ],
  [
    "xxd -p",
    "3c4572726f723e3c436f64653e4e6f537563684b65793c2f436f64653e3c\n5265736f757263653e622fe785a7e789872e706e673c2f5265736f757263\n653e3c2f4572726f723e",
  ],
  [
    "Go",
    "body: [60 69 114 114 111 114 62 60 67 111 100 101 62 78 111 83 117 99 104 75 101 121 60 47 67 111 100 101 62 60 82 101 115 111 117 114 99 101 62 98 47 231 133 167 231 137 135 46 112 110 103 60 47 82 101 115 111 117 114 99 101 62 60 47 69 114 114 111 114 62]",
  ],
  [
    "Java's Arrays.toString",
    "[60, 69, 114, 114, 111, 114, 62, 60, 67, 111, 100, 101, 62, 78, 111, 83, 117, 99, 104, 75, 101, 121, 60, 47, 67, 111, 100, 101, 62, 60, 82, 101, 115, 111, 117, 114, 99, 101, 62, 98, 47, -25, -123, -89, -25, -119, -121, 46, 112, 110, 103, 60, 47, 82, 101, 115, 111, 117, 114, 99, 101, 62, 60, 47, 69, 114, 114, 111, 114, 62]",
  ],
  [
    ".NET's BitConverter",
    "3C-45-72-72-6F-72-3E-3C-43-6F-64-65-3E-4E-6F-53-75-63-68-4B-65-79-3C-2F-43-6F-64-65-3E-3C-52-65-73-6F-75-72-63-65-3E-62-2F-E7-85-A7-E7-89-87-2E-70-6E-67-3C-2F-52-65-73-6F-75-72-63-65-3E-3C-2F-45-72-72-6F-72-3E",
  ],
  [
    "AFNetworking, of iOS's NSData",
    'Error Domain=com.alamofire.error.serialization.response Code=-1011 "Request failed: not found (404)" UserInfo={com.alamofire.serialization.response.error.data=<3c457272 6f723e3c 436f6465 3e4e6f53 7563684b 65793c2f 436f6465 3e3c5265 736f7572 63653e62 2fe785a7 e789872e 706e673c 2f526573 6f757263 653e3c2f 4572726f 723e>}',
  ],
  [
    "JavaScript's escape()",
    "%3CError%3E%3CCode%3ENoSuchKey%3C/Code%3E%3CResource%3Eb/%u7167%u7247.png%3C/Resource%3E%3C/Error%3E",
  ],
])("bytes of COS's answer, as %s prints them", (_, text) => {
  expect(of(text)).toMatchObject({ code: "NoSuchKey", sentence: 'There is no object "照片.png".' });
});

test("rows of numbers that are no dump are left as they are", () => {
  expect(of(`00000000 3c45\n00000001 3c45\n${XML.join("\n")}`).code).toBe("SignatureDoesNotMatch");
});

test("a zero-width space in an object key is not removed: the signature depends on it", () => {
  const given = XML.join("\n").replaceAll("a b.png", "a\u200bb.png");
  expect(of(given).comparison?.lines).toContainEqual(
    expect.objectContaining({ name: "path", given: "/a\u200bb.png" }),
  );
});

// https://www.tencentcloud.com/document/product/436/40947 names the diagnostic tool.
test.each([
  [
    "printed as bytes",
    `<Buffer ${Buffer.from(XML.join("\n")).subarray(0, 50).toString("hex").replaceAll(/../g, "$& ")}... 426 more bytes>`,
  ],
  [
    "printed as bytes",
    `{"data":{},"header":{"Content-Type":"application/xml","x-cos-request-id":"${ID}"},"statusCode":403,"errMsg":"request:ok"}`,
  ],
  ["diagnostic tool", `x-cos-request-id: ${ID}`],
  [
    "COS answered with status 403",
    `HTTP/1.1 403 Forbidden\nServer: tencent-cos\nContent-Length: 0\nx-cos-request-id: ${ID}`,
  ],
  ["status 403", "小程序上传图片，COS 一直报403，怎么解决"],
  ["This is no error", '{"data":"","statusCode":204,"errMsg":"uploadFile:ok"}'],
  ["This is no error", `HTTP/1.1 200 OK\nETag: "x"\nServer: tencent-cos\nx-cos-request-id: ${ID}`],
  [
    "Use https://",
    "<html><head><title>400 The plain HTTP request was sent to HTTPS port</title></head></html>",
  ],
])("%s: %s", (words, text) => {
  expect(of(text)).toMatchObject({ cause: "not-a-refusal", sentence: expect.stringContaining(words) });
});

test("an upload that a server refused is no success", () => {
  expect(of('{"data":"no","statusCode":500,"errMsg":"uploadFile:ok"}').sentence).toContain("status 500");
});

// https://github.com/1gcat/ExampleForSCF/issues/16 has SCF's form.
test.each([
  [
    "SCF's message",
    `{"errorCode":1,"errorMessage":"user code exception caught","requestId":"x","stackTrace":"CosServiceError: {'code': 'AccessDenied', 'message': 'Access Denied.', 'requestid': '${ID}'}","statusCode":430}`,
  ],
  [
    "a program's own message",
    `{"message":"upload failed","error":{"Code":"AccessDenied","Message":"Access Denied.","RequestId":"${ID}"}}`,
  ],
  [
    "a program's own message after it",
    `{"error":{"Message":"Access Denied.","Code":"AccessDenied","RequestId":"${ID}"},"message":"upload failed"}`,
  ],
])("%s around COS's error is not COS's", (_, text) => {
  expect(of(text)).toMatchObject({
    cause: "not-allowed",
    requestId: ID,
    sentence: "COS does not allow the request and does not say why.",
  });
});

test.each([
  // https://github.com/tencentyun/cos-wx-sdk-v5/issues/39
  ["This is no error", "VM80:1 [xmldom error]\tinvalid doc source \n@#[line:0,col:undefined]"],
  // https://github.com/lei-mu/luch-request/issues/147
  ["err.message", "{}"],
  ["err.message", "[object Object]"],
  // https://github.com/dcloudio/uni-template-login/issues/9, https://github.com/ArtisanCloud/PowerWechatTutorial/issues/76
  ["errcode 40013", "errCode: 40013 | errMsg: invalid appid rid: 601baa04-348de44a-4e7042bc"],
  ["errcode 40013", "Request access_token fail: &{{{ } 40013 invalid appid rid: 655d878c-2e41a3f4-65f9b9ba"],
  // https://github.com/xyxiao001/vue-cropper/issues/784
  [
    "crossOrigin",
    "Uncaught SecurityError: Failed to execute 'toDataURL' on 'HTMLCanvasElement': Tainted canvases may not be exported.",
  ],
  ['"sts.tencentcloudapi.com" has no address', "Error: getaddrinfo ENOTFOUND sts.tencentcloudapi.com"],
  ['"files.example.com" has no address', "curl: (6) Could not resolve host: files.example.com"],
])("%s: %s", (words, text) => {
  expect(of(text)).toMatchObject({ cause: "not-a-refusal", sentence: expect.stringContaining(words) });
});

// https://github.com/halo-dev/plugin-s3/issues/34
test("a key id that COS does not know may be the secret key", () => {
  const { cause, advice } = of(
    "InvalidAccessKeyId: The Access Key Id you provided does not exist in our records.",
  );
  expect(cause).toBe("unknown-key-id");
  expect(advice.join("\n")).toContain("not swapped with COS_SECRET_KEY");
});

// Rows that do not begin with an offset go through the middle of words.
test("a code that is cut by something else is none", () => {
  const rows = "<Error>.<Code>Signature\n00000040: 446f  DoesNotMatch</Code><Message>x</Message></Error>";
  expect(of(rows)).toMatchObject({ cause: "not-a-refusal", code: "" });
});

test("a module that a browser could not load is not an upload", () => {
  expect(of("TypeError: Failed to fetch dynamically imported module: /a.js").cause).toBe("not-a-refusal");
});

test.each([
  [
    "https://github.com/tencentyun/cos-php-sdk-v5/issues/336",
    "status 400",
    "Cos Error Code: PhpInternalXmlParseError, Status Code: 400, Cos Request ID: , Cos Error Type: , Cos Error Message: A non-XML response was received, User-Agent: ",
  ],
  ["", "status 413", "AxiosError: Request failed with status code 413"],
  [
    "https://github.com/tencentyun/cos_android_sdk/issues/5",
    "old JSON API",
    '{"code":-5964,"message":"ERROR_CGI_PARAM_NO_SUCH_OP"}',
  ],
  [
    "https://github.com/TencentCloudBase/CloudBase-AI-Toolkit/issues/130",
    "Tencent Cloud's API",
    "you are not authorized to perform operation (tcb:DescribeEnvs)\nresource (qcs::tcb::uin/100000000001:env/*) has no permission",
  ],
])("%s: %s", (_, words, text) => {
  expect(of(text)).toMatchObject({ cause: "not-a-refusal", sentence: expect.stringContaining(words) });
});

test.each([
  ["margins", `${"x ".repeat(90)}<Error>\n`.repeat(3000)],
  ["numbers before markup", `${"1 ".repeat(80)}<Error>\n${"1 ".repeat(80)}\n`.repeat(2000)],
  ["names of lines", "FormatString=put\n".repeat(20_000)],
  ["codes of Amazon's SDKs", "AccessDenied: x ".repeat(20_000)],
  ["ids", `N${"A".repeat(200_000)}`],
  ["mixed content", "Mixed Content: ".repeat(20_000)],
  ["hosts", "a.".repeat(100_000)],
  ["beginnings of markup", "<?xml ".repeat(50_000)],
  ["rows of a dump", "00000000 3c45 7272 6f72 3e3c\n".repeat(10_000)],
  ["bytes in brackets", "[60 1 1".repeat(50_000)],
  ["hexadecimal digits", `${"3c4572726f723e".repeat(20_000)}x`],
  ["failures", "uploadFile:fail - ".repeat(20_000)],
  ["error codes", "Code: AccessDenied ".repeat(20_000)],
])("finishes with a long text of %s", (_, text) => {
  expect(of(text).title).not.toBe("");
});

/*
 * WeChat's pages (https://developers.weixin.qq.com/miniprogram/dev/framework/ability/network.html and
 * …/usability/PublicErrno.html) have the numbers and what happens in the background; rows without an address are of the
 * same kinds.
 */
test.each([
  [
    "https://developers.weixin.qq.com/community/develop/doc/0000aea47548982fc332cf6bd6b400",
    "list lacks the domain",
    '{"errno": 600002, "errMsg": "request:fail url not in domain list"}',
  ],
  ["its number alone", "list lacks the domain", "errno: 600002"],
  // https://github.com/ant-mini-program/mini-types/pull/20
  ["Alipay", "list lacks the domain", '{"error":11,"errorMessage":"无权跨域"}'],
  [
    "https://developers.weixin.qq.com/community/develop/doc/000ac881aec0f0d6d45fd15485b800",
    "the URL is not valid",
    '{"errno":600009,"errMsg":"request:fail invalid url"}',
  ],
  [
    "https://github.com/dcloudio/uni-app/issues/4026",
    "the URL is not valid",
    "uploadFile:fail createUploadTask:fail invalid url",
  ],
  // https://developers.weixin.qq.com/community/personal/oCJUsw968ifvgKFtMUDpkPfmVvH4/question
  [
    "",
    "the URL is not valid",
    '{"errMsg":"request:fail request protocol must be http or https","errno":600005}',
  ],
  ["cronet's number alone", "does not trust the host's certificate", "request:fail errcode:-207"],
  ["", "does not trust the host's certificate", '{"errMsg":"request:fail -1202"}'],
  [
    "",
    "does not trust the host's certificate",
    "对应的服务器证书无效。控制台输入 showRequestInfo() 可以获取更详细信息。",
  ],
  ["", "nothing listens", '{"errno":600001,"errMsg":"uploadFile:fail upload fail:-102"}'],
  ["", "has no address", '{"errno":600001,"errMsg":"uploadFile:fail upload fail:-105"}'],
  ["", "through the proxy", '{"errno":600001,"errMsg":"request:fail -130:net::ERR_PROXY_CONNECTION_FAILED"}'],
  ["", "intermediate certificates", '{"errMsg":"request:fail ssl hand shake error"}'],
  ["DevTools", "no TLS 1.2", '{"errMsg":"request:fail 小程序要求的 TLS 版本必须大于等于 1.2"}'],
  ["", "went to the background", '{"errno":600003,"errMsg":"uploadFile:fail interrupted"}'],
  ["", "60 seconds", '{"errno":5,"errMsg":"uploadFile:fail fail:time out"}'],
  ["", "at most ten", "uploadFile:fail createUploadTask:fail exceed max upload connection count 10"],
  ["", "no file under this path", "uploadFile:fail createUploadTask:fail file not found"],
  ["", "does not say why", '{"errMsg":"uploadFile:fail -2:net::ERR_FAILED"}'],
  [
    "https://github.com/dcloudio/uni-app/issues/2073",
    "does not say why",
    '{"errMsg": "request:fail abort statusCode:-1"}',
  ],
  ["", "the user, ended", '{"errMsg":"uploadFile:fail abort"}'],
  [
    "",
    "message says how",
    '{"errno":600001,"errMsg":"uploadFile:fail upload fail:-355:net::ERR_INCOMPLETE_CHUNKED_ENCODING"}',
  ],
])("a phone that got no answer (%s): %s: %s", (_, words, text) => {
  expect(of(text)).toMatchObject({ cause: "not-a-refusal", sentence: expect.stringContaining(words) });
});

test.each([
  [
    "wget shows it",
    "HTTP request sent, awaiting response... 403 Forbidden\n2026-11-27 08:00:00 ERROR 403: Forbidden.",
  ],
  [
    "wget shows it",
    "已发出 HTTP 请求，正在等待回应... 403 Forbidden\n2026-11-27 08:00:00 错误 403：Forbidden。",
  ],
  ["curl shows it without -f", "curl: (22) The requested URL returned error: 403"],
  [
    "print response.text",
    `requests.exceptions.HTTPError: 403 Client Error: Forbidden for url: https://${HOST}/a.jpg`,
  ],
  [
    "getErrorStream()",
    `java.io.IOException: Server returned HTTP response code: 403 for URL: https://${HOST}/a.jpg`,
  ],
  [
    "status 404",
    `java.io.FileNotFoundException: https://${HOST}/a.jpg\n\tat sun.net.www.protocol.http.HttpURLConnection`,
  ],
  ["EnsureSuccessStatusCode()", "HttpRequestException: 响应状态代码不指示成功: 403 (Forbidden)。"],
  [
    "ignore_errors",
    `file_get_contents(https://${HOST}/a.jpg): failed to open stream: HTTP request failed! HTTP/1.1 403 Forbidden`,
  ],
  ["error.response.data", "AxiosError: Request failed with status code 403"],
  [
    "await response.text()",
    `Response { status: 403, statusText: 'Forbidden', url: 'https://${HOST}/a.jpg' }`,
  ],
  ["such as curl -f", '{"status":403,"message":"upload failed"}'],
])("an answer whose body a program left out: where it is: %s", (words, text) => {
  expect(of(text)).toMatchObject({ cause: "not-a-refusal", sentence: expect.stringContaining(words) });
  expect(of(text).sentence).toMatch(/^The answer has status 40[34] but no XML/);
});

// Words of Python, wget, .NET and Dart for what others say in words of their own.
test.each([
  [
    `"${HOST}" has no address`,
    `NameResolutionError("Failed to resolve '${HOST}' ([Errno 11001] getaddrinfo failed)")`,
  ],
  [`"${HOST}" has no address`, `wget: 无法解析主机地址 “${HOST}”`],
  [`"${HOST}" has no address`, `System.Net.Http.HttpRequestException: 不知道这样的主机。 (${HOST}:443)`],
  [`"${HOST}" has no address`, `System.Net.WebException: The remote name could not be resolved: '${HOST}'`],
  // https://github.com/cfug/dio: SocketException of Dart.
  [
    `"${HOST}" has no address`,
    `SocketException: Failed host lookup: '${HOST}' (OS Error: No address associated with hostname, errno = 7)`,
  ],
  [
    "does not trust the host's certificate",
    "AuthenticationException: The remote certificate is invalid because of errors in the certificate chain: UntrustedRoot",
  ],
  [
    "for other names",
    "The remote certificate is invalid according to the validation procedure: RemoteCertificateNameMismatch",
  ],
  ["NO_PROXY", "ProxyError('Unable to connect to proxy', FileNotFoundError(2, 'No such file or directory'))"],
  [
    "the URL is incomplete",
    `requests.exceptions.MissingSchema: Invalid URL '${HOST}/a.jpg': No scheme supplied.`,
  ],
  ["the URL is incomplete", 'Put "/a.jpg": unsupported protocol scheme ""'],
  [
    "the URL is incomplete",
    "TypeError: Invalid URL\n  code: 'ERR_INVALID_URL',\n  input: 'undefined/put-sign'",
  ],
  [
    "a header has a character",
    "UnicodeEncodeError: 'latin-1' codec can't encode characters in position 12-15",
  ],
  ["expected JSON", "requests.exceptions.JSONDecodeError: Expecting value: line 1 column 1 (char 0)"],
])("says %s: %s", (words, text) => {
  expect(of(text)).toMatchObject({ cause: "not-a-refusal", sentence: expect.stringContaining(words) });
});

// https://cloud.tencent.com/document/product/583/42611 and https://cloud.tencent.com/document/product/1552/101095
test.each([
  ["The function failed: it did not end in time", "HTTP/1.1 433 Unknown\r\nContent-Length: 0\r\n\r\n"],
  ["The function failed: it used more memory", '{"statusCode":434,"errMsg":"request:ok","data":""}'],
  ["does not have the file or the method", '{"errorCode":437,"errorMessage":"HandlerNotFound"}'],
  ["it did not end in time", "ERROR RequestId: x Result: Invoking task timed out after 3 seconds"],
  ["EdgeOne does not know the domain", "HTTP/1.1 418 \r\nServer: edgeone-pages\r\nEO-LOG-UUID: 1\r\n"],
  ["for rates or against bots", "HTTP/1.1 567 \r\nEO-LOG-UUID: 1\r\n"],
  ["Tencent's CDN itself, not of COS: the answer took too long", "HTTP/1.1 567 \r\nX-NWS-LOG-UUID: 1\r\n"],
  [
    'an answer of "nginx/1.18.0" with status 502',
    "<title>502 Bad Gateway</title>\n<hr><center>nginx/1.18.0</center>",
  ],
])("another service's answer: %s", (words, text) => {
  expect(of(text)).toMatchObject({ cause: "not-a-refusal", sentence: expect.stringContaining(words) });
});

test("names other refusals in the same text, and not a repeated one", () => {
  const refusal = (code: string) => `<Error><Code>${code}</Code><Message>x</Message></Error>\n`;
  const { code, advice } = of(refusal("AccessDenied") + refusal("NoSuchKey") + refusal("AccessDenied"));
  expect(code).toBe("AccessDenied");
  expect(advice.at(-1)).toContain("other refusals too (NoSuchKey)");
  expect(of(refusal("AccessDenied").repeat(2)).advice.join("\n")).not.toContain("other refusals");
});

test("a key keeps its full-width punctuation: the signature depends on it", () => {
  const given = XML.join("\n").replaceAll("a b.png", "图：（1）.png");
  expect(of(given).comparison?.lines[1]?.given).toBe("/图：（1）.png");
});

test.each([
  ["COS never answered", "TypeError: Network request failed"],
  // https://curl.se/libcurl/c/libcurl-errors.html has the words.
  ["does not trust the host's certificate", "curl error: SSL peer certificate or SSH remote key was not OK"],
  ["the host has no address", '{"code":2300006,"message":"Couldn\'t resolve host name"}'],
  ["the URL is not valid", '{"errMsg":"uploadFile:fail abort statusCode:-1000"}'],
  ["business domains", `不支持打开非业务域名https://${HOST}/a.html，请重新配置`],
  [
    "Add https://x.example.com to its script-src",
    `Refused to load the script 'https://x.example.com/a.js' because it violates the following Content Security Policy directive: "script-src 'self'".`,
  ],
  ["a request id of COS", `{"code":"CosXmlServiceException","message":"failed","requestId":"${ID}"}`],
  ["The user cancelled chooseImage", '{"errMsg":"chooseImage:fail cancel"}'],
  ["about saveImageToPhotosAlbum, which sends nothing", '{"errMsg":"saveImageToPhotosAlbum:fail auth deny"}'],
  ["about login, which sends nothing", '{"errMsg":"login:fail Error: code 41002, missing appid"}'],
  ["errcode 41002", '{"errcode":41002,"errmsg":"missing appid"}'],
  ["status 403", '{"errMsg":"getImageInfo:fail download image fail. reason: 403"}'],
  ["has no network", '{"errMsg":"uploadFile:fail 似乎已断开与互联网的连接。"}'],
  ["does not say why", '{"errMsg":"uploadFile:fail error"}'],
  ["is cut off in its code", "<Error>\n\t<Code>SignatureDoe"],
  ["SDK itself", "status->code: -990 status->error_code: HttpIoError"],
  ["COS never answered", 'Put "https://HOST/a": write tcp 10.0.0.1:5->203.0.113.7:443: write: broken pipe'],
  [
    "COS never answered",
    "botocore.exceptions.EndpointConnectionError: Could not connect to the endpoint URL",
  ],
  ["COS never answered", "ProtocolError: ('Connection broken: IncompleteRead(0 bytes read)')"],
  ["has no address", `[error] ${HOST} could not be resolved (3: Host not found), client: 10.0.0.1`],
  [
    "the request was a HEAD",
    "fatal error: An error occurred (403) when calling the HeadObject operation: Forbidden",
  ],
  ["under Response", `Request URL: https://${HOST}/a.jpg\nRequest Method: PUT\nStatus Code: 403 Forbidden`],
  ["status 404", "cosfs: HTTP response code 404 was returned, returning ENOENT"],
  ["status 403", `upstream image response failed for https://${HOST}/a.jpg 403`],
  ["a web page", '{"errMsg":"request:ok","statusCode":200,"data":"<html><body>x</body></html>"}'],
  [
    "a file of the Mini Program",
    "[渲染层网络层错误] Failed to load local image resource /pages/undefined\nthe server responded with a status of 500 (HTTP/1.1 500 Internal Server Error)",
  ],
])("says %s: %s", (words, text) => {
  expect(of(text)).toMatchObject({ cause: "not-a-refusal", sentence: expect.stringContaining(words) });
});

test.each([
  ["--request", `curl 'https://${HOST}/a.jpg' -X PUT -H 'Content-Type: image/jpeg'`],
  ["--request", `https://${HOST}/a.jpg?q-sign-algorithm=sha1&q-ak=AKID`],
  ["--request", `fetch("https://${HOST}/a.jpg", { "headers": {}, "method": "PUT" });`],
  [
    "--answer",
    JSON.stringify({ cosHost: HOST, cosKey: "a.jpg", authorization: "q-sign-algorithm=sha1", headers: {} }),
  ],
  ["a temporary key", '{"credentials":{"tmpSecretId":"AKID","tmpSecretKey":"x","sessionToken":"y"}}'],
])("what was given in place of an error: says where it belongs (%s): %s", (words, text) => {
  const { sentence, advice } = of(text);
  expect(sentence).toContain(words);
  expect(advice).toEqual([]);
});

test("of an answer that a browser hid, the status shows that there is more to know; of a preflight it does not", () => {
  const blocked = `Access to fetch at 'https://${HOST}/a' from origin 'http://localhost' has been blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present on the requested resource.\nPUT https://${HOST}/a net::ERR_FAILED 403 (Forbidden)`;
  expect(of(blocked)).toMatchObject({
    cause: "cors",
    sentence: expect.stringContaining("It has status 403"),
  });
  const preflight = of(`OPTIONS https://${HOST}/a 403 (Forbidden)`);
  expect(preflight.cause).toBe("cors");
  expect(preflight.sentence).not.toContain("It has status");
});

// Words that any service has, of which none shows that COS answered.
test.each([
  '{"error":{"message":"Insufficient Balance","type":"unknown_error","code":"invalid_request_error"}}',
  "短信发送失败：账户欠费，请充值",
  'InternalError: (1049, "Unknown database")',
  "HTTP 501 NotImplemented",
  "<Error><Code>AccessDenied</Code><Message>Request has expired</Message><X-Amz-Expires>300</X-Amz-Expires></Error>",
])("does not take for COS's: %s", (text) => {
  expect(of(text)).toMatchObject({ cause: "not-a-refusal", code: "" });
});

test.each(["upload failed: 503 ServiceUnavailable", `InternalError ${ID}`, `欠费 https://${HOST}/a.jpg`])(
  "takes for COS's what shows that it is about storage: %s",
  (text) => {
    expect(of(text).cause).not.toBe("not-a-refusal");
  },
);
