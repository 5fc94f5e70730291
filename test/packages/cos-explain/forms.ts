import { inspect } from "node:util";

/** COS's refusal as received over HTTP. */
export interface Answered {
  readonly status: number;
  readonly xml: string;
  readonly method: string;
  readonly url: string;
}

/** Elements of the XML, decoded. */
function elements(xml: string): Record<string, string> {
  const decode = (text: string) =>
    text
      .replaceAll("&lt;", "<")
      .replaceAll("&gt;", ">")
      .replaceAll("&quot;", '"')
      .replaceAll("&apos;", "'")
      .replaceAll("&amp;", "&");
  const inside = /<Error>([\s\S]*)<\/Error>/.exec(xml)?.[1] ?? "";
  return Object.fromEntries(
    [...inside.matchAll(/<(\w+)>([^<]*)<\/\1>/g)].map(([, name = "", text = ""]) => [name, decode(text)]),
  );
}

const escapeHtml = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

/** As cos-nodejs-sdk-v5 3 builds its errors (lib/request.js and sdk/util.js). */
function sdkError({ status, xml, method, url }: Answered): Error {
  const error = elements(xml);
  return Object.assign(new Error(error["Message"]), {
    code: error["Code"],
    error,
    statusCode: status,
    headers: { "content-type": "application/xml", "x-cos-request-id": error["RequestId"] },
    RequestId: error["RequestId"],
    method,
    url,
  });
}

/** The client's error (errors.ts) for COS's answer; `cos` is what it keeps of the answer. */
function uploadError({ status, xml, method, url }: Answered, keepsAnswer: boolean): Error {
  const cos = elements(xml);
  const { Code: code, Message: message = "", RequestId: requestId } = cos;
  const error = new Error(message || code);
  Object.defineProperty(error, "message", { value: message || code, enumerable: true });
  const facts = {
    name: "UploadError",
    kind: "storage",
    code,
    status,
    requestId,
    retryable: false,
    method,
    url,
  };
  return Object.assign(error, facts, keepsAnswer && { cos });
}

type Form = (answered: Answered) => string;

/** Forms with COS's whole answer. */
export const WHOLE_FORMS: Readonly<Record<string, Form>> = {
  "the XML": ({ xml }) => xml,
  "the XML with CRLF": ({ xml }) => xml.replaceAll("\n", "\r\n"),
  "the XML with its line ends as decimal references": ({ xml }) => xml.replaceAll("\n", "&#10;"),
  "the XML with its line ends as hexadecimal references": ({ xml }) => xml.replaceAll("\n", "&#xD;&#xA;"),
  "JSON.stringify(res) of wx.uploadFile": ({ xml, status }) =>
    JSON.stringify({ data: xml, statusCode: status, errMsg: "uploadFile:ok" }),
  "JSON.stringify(res, null, 2)": ({ xml, status }) =>
    JSON.stringify({ statusCode: status, data: xml }, null, 2),
  "console.log(res)": ({ xml, status }) => inspect({ data: xml, statusCode: status, errMsg: "request:ok" }),
  "console.log(err) of COS's SDK": (answered) => inspect(sdkError(answered)),
  "console.log(err) in colours": (answered) => inspect(sdkError(answered), { colors: true }),
  "JSON.stringify(err) of COS's SDK": (answered) => JSON.stringify(sdkError(answered)),
  "console.log(err) of axios": ({ xml, status, method, url }) =>
    inspect(
      Object.assign(new Error(`Request failed with status code ${status}`), {
        code: "ERR_BAD_REQUEST",
        config: { method: method.toLowerCase(), url, headers: { Accept: "*/*" } },
        response: { status, statusText: "Forbidden", data: xml },
      }),
    ),
  "JSON.stringify(error) of the client": (answered) => JSON.stringify(uploadError(answered, true)),
  "console.log(error) of the client": (answered) => inspect(uploadError(answered, true)),
  "JSON in a line of a log": ({ xml, status }) =>
    `2026-11-27T07:00:00Z ERROR upload ${JSON.stringify({ level: "error", body: xml, status })}`,
  "JSON in JSON": ({ xml, status }) =>
    JSON.stringify({ message: JSON.stringify({ res: JSON.stringify({ data: xml, statusCode: status }) }) }),
  "Go's JSON": ({ xml }) =>
    JSON.stringify({ body: xml })
      .replaceAll("<", "\\u003c")
      .replaceAll(">", "\\u003e")
      .replaceAll("&", "\\u0026"),
  "PHP's JSON": ({ xml }) => JSON.stringify({ body: xml }).replaceAll("/", "\\/"),
  "a page's HTML": ({ xml }) => `<pre>${escapeHtml(xml)}</pre>`,
  "HTML in JSON": ({ xml }) => JSON.stringify({ html: `<p>${escapeHtml(xml)}</p>` }),
  "a URL": ({ xml }) => `GET /log?e=${encodeURIComponent(xml)} HTTP/1.1`,
  "Python's bytes": ({ xml }) =>
    `b'${xml.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("'", "\\'")}'`,
  "strings that are added": ({ xml }) =>
    xml
      .split(/(?<=\n)/)
      .map((row) => `  '${row.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("'", "\\'")}'`)
      .join(" +\n"),
  "base64 of a function's event": ({ xml }) =>
    JSON.stringify({ isBase64Encoded: true, body: Buffer.from(xml).toString("base64") }),
  "curl -i": ({ xml, status }) =>
    `HTTP/1.1 ${status} Forbidden\r\nContent-Type: application/xml\r\nServer: tencent-cos\r\n\r\n${xml}`,
  "curl -v": ({ xml, status }) =>
    `< HTTP/2 ${status} \r\n< content-type: application/xml\r\n< server: tencent-cos\r\n< \r\n{ [500 bytes data]\r\n${xml}`,
  "an answer saved from a browser": ({ xml }) =>
    `This XML file does not appear to have any style information associated with it. The document tree is shown below.\n${xml.slice(xml.indexOf("<Error>"))}`,
};

/** Forms with only code, message and request id. */
export const SHORT_FORMS: Readonly<Record<string, Form>> = {
  "Android's CosXmlServiceException": ({ xml, status }) => {
    const { Code, Message, RequestId } = elements(xml);
    return `com.tencent.cos.xml.exception.CosXmlServiceException: ${Message} (Service: null; Status Code: ${status}; Error Code: ${Code}; Request ID: ${RequestId})\n\tat com.tencent.cos.xml.transfer.ResponseXmlS3BodySerializer`;
  },
  "Java's CosServiceException": ({ xml, status }) => {
    const { Code, Message, RequestId, TraceId } = elements(xml);
    return `Exception in thread "main" com.qcloud.cos.exception.CosServiceException: ${Message} (Status Code: ${status}; Error Code: ${Code}; Request ID: ${RequestId}); Trace ID: ${TraceId}`;
  },
  "iOS's NSError": ({ xml, status }) => {
    const { Code, Message, RequestId, Resource } = elements(xml);
    return `Error Domain=com.tencent.qcloud.networking Code=${status} "(null)" UserInfo={Code=${Code}, Message=${Message}, RequestId=${RequestId}, Resource=${Resource}}`;
  },
  "iOS's dictionary": ({ xml }) => {
    const { Code, Message, RequestId } = elements(xml);
    return `{\n    Code = ${Code};\n    Message = "${Message?.replaceAll('"', '\\"')}";\n    RequestId = "${RequestId}";\n}`;
  },
  "Go's ErrorResponse": ({ xml, status, method, url }) => {
    const { Code, Message, RequestId, TraceId } = elements(xml);
    return `${method} ${url}: ${status} ${Code}(Message: ${Message}, RequestId: ${RequestId}, TraceId: ${TraceId})`;
  },
  "Python's CosServiceError": ({ xml }) => {
    const { Code, Message, RequestId, Resource, TraceId } = elements(xml);
    const repr = (text = "") =>
      text.includes("'") ? `"${text}"` : `'${text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n")}'`;
    return `qcloud_cos.cos_exception.CosServiceError: {'code': ${repr(Code)}, 'message': ${repr(Message)}, 'resource': ${repr(Resource)}, 'requestid': ${repr(RequestId)}, 'traceid': ${repr(TraceId)}}`;
  },
  "PHP's ServiceResponseException": ({ xml, status }) => {
    const { Code, Message, RequestId } = elements(xml);
    return `PHP Fatal error:  Uncaught Qcloud\\Cos\\Exception\\ServiceResponseException: Cos Error Code: ${Code}, Status Code: ${status}, Cos Request ID: ${RequestId}, Cos Error Type: client, Cos Error Message: ${Message}`;
  },
  "the client's error without COS's answer, printed": (answered) => inspect(uploadError(answered, false)),
  "the client's error without COS's answer, as JSON": (answered) =>
    JSON.stringify(uploadError(answered, false)),
  "a log that is cut after Resource": ({ xml }) => xml.slice(0, xml.indexOf("</Resource>") + 5),
};

/** Forms with the message of COS's answer, but no code. */
export const MESSAGE_FORMS: Readonly<Record<string, Form>> = {
  "console.error(err.message)": (answered) => sdkError(answered).message,
  "err.stack": (answered) => sdkError(answered).stack ?? "",
  "JSON of an error's message and status": ({ xml, status }) =>
    JSON.stringify({ statusCode: status, message: elements(xml)["Message"] }),
};

/** Forms with only the code, or with the code and a request id. */
export const CODE_FORMS: Readonly<Record<string, Form>> = {
  "an UploadError whose message was lost": ({ xml, status }) => {
    const { Code: code, RequestId: requestId } = elements(xml);
    return JSON.stringify({
      name: "UploadError",
      kind: "storage",
      code,
      status,
      requestId,
      retryable: false,
    });
  },
  "the phone's sentence": ({ xml }) => {
    const { Code, RequestId } = elements(xml);
    return `存储服务拒绝了这个文件。 (${Code}, ${RequestId})`;
  },
  "the code": ({ xml }) => elements(xml)["Code"] ?? "",
  "the code in a sentence": ({ xml, status }) => `upload failed: ${status} ${elements(xml)["Code"]}`,
};
