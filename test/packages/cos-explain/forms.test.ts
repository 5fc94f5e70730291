import { describe, expect, test } from "vitest";
import { ALL_CODES } from "../../../packages/cos-explain/src/cause/codes.ts";
import { explain } from "../../../packages/cos-explain/src/explain.ts";
import { CODE_FORMS, MESSAGE_FORMS, SHORT_FORMS, WHOLE_FORMS } from "./forms.ts";

const HOST = "b-1250000000.cos.ap-guangzhou.myqcloud.com";
const ID = "NmM3ZDY0NTBfN2I5NWE4MDlfMWQzY18xYzI4MTFm";
const of = (error: string) => explain({ error });

/** A key with everything that quoting could break. */
const XML = `<?xml version='1.0' encoding='utf-8' ?>
<Error>
\t<Code>SignatureDoesNotMatch</Code>
\t<Message>The Signature you specified is invalid.</Message>
\t<StringToSign>sha1
1767322985;1767323885
8b2751e77f43a0995d6e9eb9477f4b685cca4172
</StringToSign>
\t<FormatString>put
/uploads/it's &quot;a&quot; &amp; b.jpg

content-type=text%2Fhtml&amp;host=${HOST}
</FormatString>
\t<Resource>${HOST}/uploads/it's &quot;a&quot; &amp; b.jpg</Resource>
\t<RequestId>${ID}</RequestId>
\t<TraceId>OGVmYzZiMmQz</TraceId>
</Error>`;
const ANSWERED = { status: 403, xml: XML, method: "PUT", url: `https://${HOST}/uploads/b.jpg` };

describe("a refusal with COS's lines is shown line by line", () => {
  test.each(Object.entries(WHOLE_FORMS))("from %s", (_, form) => {
    const { code, cause, requestId, comparison, advice } = of(form(ANSWERED));
    expect({ code, cause, requestId }).toEqual({
      code: "SignatureDoesNotMatch",
      cause: "signature-mismatch",
      requestId: ID,
    });
    expect(comparison?.lines.map(({ name, given }) => [name, given])).toEqual([
      ["method", "PUT"],
      ["path", `/uploads/it's "a" & b.jpg`],
      ["header content-type", "text/html"],
      ["header host", HOST],
    ]);
    expect(advice.join(" ")).toContain("Compare the lines above");
  });
});

describe("a refusal without COS's lines does not mention them", () => {
  test.each(Object.entries({ ...SHORT_FORMS, ...CODE_FORMS, ...MESSAGE_FORMS }))("from %s", (_, form) => {
    const { code, cause, comparison, advice } = of(form(ANSWERED));
    expect({ code, cause }).toEqual({ code: "SignatureDoesNotMatch", cause: "signature-mismatch" });
    if (comparison !== undefined) return;
    expect(advice.join(" ")).not.toContain("lines above");
    expect(advice.join(" ")).toContain("StringToSign and FormatString");
  });

  test("from the XML", () => {
    const { advice, comparison } = of(
      "<Error><Code>SignatureDoesNotMatch</Code><Message>The Signature you specified is invalid.</Message></Error>",
    );
    expect(comparison).toBeUndefined();
    expect(advice.join(" ")).not.toContain("lines above");
  });
});

describe("COS's own message is used", () => {
  const denied = (message: string, code = "AccessDenied") =>
    `<Error><Code>${code}</Code><Message>${message}</Message><Resource>${HOST}/a.jpg</Resource><RequestId>${ID}</RequestId></Error>`;
  test.each([
    ["You are denied by bucket referer rule", "AccessDenied", "hotlink-protection"],
    [
      "Missing required header for this request: Appid, Bucket format should be &lt;bucketname&gt;-&lt;appid&gt;",
      "InvalidRequest",
      "missing-appid",
    ],
    ["Your account is in arrears", "AccessDenied", "account-problem"],
    [
      "The account has been isolated because of an overdue bill.",
      "UnavailableForLegalReasons",
      "account-problem",
    ],
    ["Request has expired", "AccessDenied", "expired"],
    ["InvalidObjectState", "AccessDenied", "archived"],
    ["AccessForbidden", "AccessDenied", "cors"],
    ["PaymentRequired", "AccessDenied", "account-problem"],
    ["RequestTimeTooSkewed", "AccessDenied", "clock-skew"],
    ["InvalidAccessKeyId", "AccessDenied", "unknown-key-id"],
    ["SignatureDoesNotMatch", "AccessDenied", "signature-mismatch"],
    ["Access denied by vpc endpoint rule", "AccessDenied", "denied-with-reason"],
    ["The specified multipart upload does not exist.", "NoSuchUpload", "no-such-upload"],
  ])("%s (%s): %s", (message, code, cause) => {
    const answered = { ...ANSWERED, xml: denied(message, code) };
    for (const form of [...Object.values(WHOLE_FORMS), ...Object.values(SHORT_FORMS)]) {
      const explanation = of(form(answered));
      expect(explanation, form(answered)).toMatchObject({ cause, code });
      expect(explanation.sentence).not.toContain("does not say why");
    }
  });

  test("hotlink protection: what a Mini Program's Referer is", () => {
    const { advice, sentence } = of(denied("You are denied by bucket referer rule"));
    expect(advice.join(" ")).toContain("https://servicewechat.com/<appid>/<version>/page-frame.html");
    expect(advice.join(" ")).toContain("allow an empty Referer");
    expect(sentence).toContain("hotlink protection");
  });

  test("a message without a known cause is passed on", () => {
    expect(of(denied("Access denied by vpc endpoint rule")).sentence).toBe(
      'COS says: "Access denied by vpc endpoint rule".',
    );
  });

  test("the message alone", () => {
    expect(of("You are denied by bucket referer rule")).toMatchObject({
      cause: "hotlink-protection",
      code: "AccessDenied",
    });
  });
});

test.each(ALL_CODES)("the code %s has a cause, alone and in every form", (code) => {
  const alone = of(code);
  expect(alone.code).toBe(code);
  expect(["unknown", "not-a-refusal"]).not.toContain(alone.cause);
  const xml = `<Error><Code>${code}</Code><Message></Message><Resource>x/a</Resource><RequestId>${ID}</RequestId></Error>`;
  for (const form of Object.values({ ...WHOLE_FORMS, ...SHORT_FORMS, ...CODE_FORMS })) {
    expect(of(form({ ...ANSWERED, xml })), form({ ...ANSWERED, xml })).toMatchObject({
      code,
      cause: alone.cause,
    });
  }
});

describe("AccessDenied without its message", () => {
  test.each(Object.entries(CODE_FORMS))("%s: does not claim that COS gives no reason", (_, form) => {
    const { cause, certainty, sentence, advice } = of(
      form({ ...ANSWERED, xml: XML.replaceAll("SignatureDoesNotMatch", "AccessDenied") }),
    );
    expect({ cause, certainty }).toEqual({ cause: "not-allowed", certainty: "likely" });
    expect(sentence).toContain("may say which");
    expect(advice[0]).toContain("give the error as it was logged");
  });
});

describe("what is not COS's refusal is identified:", () => {
  test.each([
    ['{"error":{"code":"InternalError","message":"…"}}', "the signing function"],
    ['{"name":"UploadError","kind":"service","code":"TokenMissing","status":401}', "the signing function"],
    [
      "上传服务拒绝了这个文件。 (KeyNotAllowed, 1b2c3d4e-0000-4000-8000-000000000000)",
      "the signing function",
    ],
    ["UploadError: x\n  kind: 'network',\n  code: 'NetworkError',\n  status: 0", "COS never answered"],
    ['{"errMsg":"uploadFile:fail timeout"}', "COS never answered"],
    [
      '{"Response":{"Error":{"Code":"AuthFailure.SignatureFailure","Message":"…"},"RequestId":"x"}}',
      "Tencent Cloud's API",
    ],
    ["HTTP/1.1 403 Forbidden\r\nx-cos-request-id: N\r\nContent-Length: 0\r\n\r\n", "HEAD"],
  ])("%s", (text, words) => {
    const { cause, sentence } = of(text);
    expect(cause).toBe("not-a-refusal");
    expect(sentence).toContain(words);
  });

  test("what a browser hides", () => {
    expect(of('{"error":"CORS blocked or network error","headers":{}}')).toMatchObject({
      cause: "cors",
      certainty: "likely",
    });
  });
});

test("a plain-HTTP address in an SDK's error is noticed", () => {
  const xml = `<Error><Code>AccessDenied</Code><Message>Access Denied.</Message><RequestId>${ID}</RequestId></Error>`;
  const answered = { ...ANSWERED, xml, url: `http://${HOST}/a.jpg` };
  const forms = { ...SHORT_FORMS, ...WHOLE_FORMS };
  for (const name of ["Go's ErrorResponse", "console.log(err) of COS's SDK", "console.log(err) of axios"]) {
    const text = forms[name]?.(answered) ?? "";
    expect(of(text)).toMatchObject({ cause: "plain-http", certainty: "likely" });
    expect(of(text.replaceAll("http:", "https:")).cause).toBe("not-allowed");
  }
});

test.each([
  `INFO server at http://127.0.0.1:3000 started\nERROR `,
  "Referer: http://localhost:3000\n",
  '{"url":"http://app.example.com/upload"} ',
])("ignores an address that is not COS's: %j", (before) => {
  const xml = `<Error><Code>AccessDenied</Code><Message>Access Denied.</Message><Resource>${HOST}/a.jpg</Resource></Error>`;
  expect(of(before + xml).cause).toBe("not-allowed");
  expect(of(`PUT http://${HOST}/a.jpg ${before}${xml}`).cause).toBe("plain-http");
});

describe("other forms:", () => {
  const key = { code: "NoSuchKey", cause: "no-such-key" };
  const xml = "<Error><Code>NoSuchKey</Code><Message>x</Message></Error>";
  test.each([
    [
      "an Android exception's fields",
      "CosXmlServiceException{statusCode=404, errorCode='NoSuchKey', requestId='NWYzY2Q5ZGNf'}",
      key,
    ],
    [
      "a dictionary in Swift",
      'Optional(Error Domain=com.tencent.qcloud.networking Code=404 "x" UserInfo={Code=NoSuchKey})',
      key,
    ],
    [
      "a Dart object",
      "{ statusCode:404, method:GET, code:NoSuchKey, errorMsg:x, requestId:NWYzY2Q5ZGNf }",
      key,
    ],
    [".NET", "CosServerException: 404 Not Found ; errorCode : NoSuchKey ; errorMessage : x", key],
    ["C++", "ErrorCode: NoSuchKey, ErrorMsg: x, ResourceAddr: b/x, XCosRequestId: NWYzY2Q5ZGNf", key],
    ["PHP's old exception", "Qcloud\\Cos\\Exception\\NoSuchKeyException: x (Request-ID: NWYzY2Q5ZGNf)", key],
    ["PHP's print_r", "Array\n(\n    [Code] => NoSuchKey\n    [Message] => x\n)", key],
    ["PHP's var_dump", 'array(2) {\n  ["Code"]=>\n  string(9) "NoSuchKey"\n}', key],
    ["Ruby", '{:code=>"NoSuchKey", :message=>"x"}', key],
    ["YAML", "error:\n  code: NoSuchKey\n  message: x", key],
    ["logfmt", 'level=error msg="upload failed" code=NoSuchKey request_id=NWYzY2Q5ZGNf status=404', key],
    ["a Buffer in JSON", JSON.stringify({ body: Buffer.from(xml) }), key],
    ["HTML escaped twice", xml.replaceAll("<", "&amp;lt;").replaceAll(">", "&amp;gt;"), key],
    ["HTML with numeric references", xml.replaceAll("<", "&#60;").replaceAll(">", "&#x3e;"), key],
    ["CDATA", "<Error><Code><![CDATA[NoSuchKey]]></Code></Error>", key],
    ["a quoted mail", `> ${xml.replaceAll("><", ">\n> <")}`, key],
    ["Markdown", `\`\`\`xml\n${xml}\n\`\`\``, key],
    ["an S3 SDK", "An error occurred (NoSuchKey) when calling the GetObject operation: x", key],
    ["a byte order mark", `\ufeff${xml}`, key],
  ])("%s", (_, text, expected) => {
    expect(of(text)).toMatchObject(expected);
  });

  test.each(["null", "undefined"])("a code that is %s is ignored", (word) => {
    const text = `com.tencent.cos.xml.exception.CosXmlServiceException: ${word} (Service: null; Status Code: 403; Error Code: ${word}; Request ID: ${word})`;
    expect(of(text).cause).toBe("not-a-refusal");
  });

  test.each([
    ["quotes", "\"'`".repeat(50_000)],
    ["concatenated quotes", "'a' + ".repeat(30_000)],
    ["escaped names", '{\\"a\\":'.repeat(40_000)],
    ["elements that do not end", "<Error>".repeat(50_000)],
    ["markup that does not end", "<Error".repeat(50_000)],
    ["spaces", `Error Code${" ".repeat(200_000)}:`],
    ["starts of an SDK's message", "(Service: ".repeat(50_000)],
    ["starts of another SDK's message", ": 403 A(Message: ".repeat(30_000)],
    ["ampersands", `${"&amp;".repeat(50_000)}lt;Error`],
    ["characters of no width", "\u200b".repeat(100_000)],
  ])("a long text of %s is processed in finite time", (_, text) => {
    expect(of(text).cause).toBe("not-a-refusal");
  });
});

test.each([
  ["SignatureDoesNotMatch", "The Signature you specified is invalid."],
  ["InvalidAccessKeyId", "The Access Key Id you provided does not exist in our records."],
  ["RequestTimeTooSkewed", "The difference between the request time and the current time is too large."],
  ["NoSuchKey", "The specified key does not exist."],
  ["NoSuchBucket", "The specified bucket does not exist."],
  ["NoSuchUpload", "The specified multipart upload does not exist."],
  ["EntityTooLarge", "Your proposed upload exceeds the maximum allowed object size."],
  ["AccessDenied", "Access Denied."],
])("for %s, the message alone is enough", (code, message) => {
  for (const form of Object.values(MESSAGE_FORMS)) {
    const xml = `<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
    expect(of(form({ ...ANSWERED, xml })).code).toBe(code);
  }
});

test.each([
  "<title>Access Denied</title>",
  "Access Denied. Your IP is on a list.",
  "the signature is invalid",
])("a text that only starts like a message of COS's is not one: %s", (text) => {
  expect(of(text).cause).toBe("not-a-refusal");
});
