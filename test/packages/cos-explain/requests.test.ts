import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { AnswerUnreadable, parseAnswers } from "../../../packages/cos-explain/src/answer/answer.ts";
import { explain } from "../../../packages/cos-explain/src/explain.ts";
import { parseRequest } from "../../../packages/cos-explain/src/request/parse-request.ts";
import { RequestUnreadable } from "../../../packages/cos-explain/src/request/request.ts";

const HOST = "b-1250000000.cos.ap-guangzhou.myqcloud.com";
const KEY = "uploads/a'b.jpg";
const URL_OF_IT = `https://${HOST}/uploads/a'b.jpg`;
const AUTHORIZATION = `q-sign-algorithm=sha1&q-ak=AKIDa&q-sign-time=1767322985;1767323885&q-key-time=1767322985;1767323885&q-header-list=host&q-url-param-list=&q-signature=${"a".repeat(40)}`;
const ANSWERS = parseAnswers(
  JSON.stringify({
    cosHost: HOST,
    cosKey: KEY,
    authorization: AUTHORIZATION,
    securityToken: "the-token",
    headers: { Authorization: AUTHORIZATION, "x-cos-security-token": "the-token" },
    maxBytes: 1000,
  }),
);
const DENIED = "<Error><Code>AccessDenied</Code><Message>Access Denied.</Message></Error>";

const HEADERS = {
  Authorization: AUTHORIZATION,
  "x-cos-security-token": "the-token",
  "Content-Type": "image/jpeg",
};
const headerRows = (mark = "") =>
  Object.entries(HEADERS)
    .map(([name, value]) => `${mark}${name}: ${value}\r\n`)
    .join("");
const har = (headers: object, post = {}) => ({
  log: {
    entries: [
      { request: { method: "GET", url: "https://other.example/", headers: [] }, response: { status: 200 } },
      {
        request: {
          method: "PUT",
          url: URL_OF_IT,
          headers: Object.entries(headers).map(([name, value]) => ({ name, value })),
          ...post,
        },
        response: { status: 403 },
      },
      { request: { method: "GET", url: "https://other.example/x", headers: [] }, response: { status: 200 } },
    ],
  },
});

/** What curl writes with --trace-time, which has the request's head and COS's answer. */
function trace(rowsOf: (bytes: Buffer) => readonly string[]): string {
  const head = Buffer.from(`PUT /uploads/a'b.jpg HTTP/1.1\r\nHost: ${HOST}\r\n${headerRows()}\r\n`);
  return [
    "10:00:00.000001 == Info: Connected to 192.0.2.1 port 443",
    `10:00:00.000002 => Send header, ${head.length} bytes (0x${head.length.toString(16)})`,
    ...rowsOf(head),
    "10:00:00.000003 <= Recv header, 24 bytes (0x18)",
    ...rowsOf(Buffer.from("HTTP/1.1 403 Forbidden\r\n")),
    `10:00:00.000004 <= Recv data, ${DENIED.length} bytes (0x${DENIED.length.toString(16)})`,
    ...rowsOf(Buffer.from(DENIED)),
    "",
  ].join("\n");
}

/** One PUT in each form. */
const PUTS: readonly (readonly [string, string])[] = [
  [
    "a curl command of bash",
    `$ curl -i -X PUT "${URL_OF_IT}" \\\n${Object.entries(HEADERS)
      .map(([name, value]) => `  -H "${name}: ${value}"`)
      .join(" \\\n")} \\\n  --data-binary @photo.jpg --compressed`,
  ],
  [
    "a curl command with joined options",
    `curl -sSkT photo.jpg --header='Authorization: ${AUTHORIZATION}' -H'x-cos-security-token: the-token' -HContent-Type:\\ image/jpeg --cacert ca.pem "${URL_OF_IT}" | xmllint -`,
  ],
  [
    "Chrome's Copy as cURL (bash)",
    `curl $'https://${HOST}/uploads/a\\'b.jpg' \\\n  -X 'PUT' \\\n  -H 'Authorization: ${AUTHORIZATION}' \\\n  -H 'x-cos-security-token: the-token' \\\n  -H 'Content-Type: image/jpeg' \\\n  --data-raw $'\\x89PNG'`,
  ],
  [
    "Chrome's Copy as cURL (cmd)",
    `curl ^"${URL_OF_IT}^" ^\r\n  -X ^"PUT^" ^\r\n  -H ^"Authorization: ${AUTHORIZATION.replaceAll("&", "^&")}^" ^\r\n  -H ^"x-cos-security-token: the-token^" ^\r\n  -H ^"Content-Type: image/jpeg^"`,
  ],
  [
    "Chrome's Copy as fetch",
    `fetch("${URL_OF_IT}", {\n  "headers": ${JSON.stringify(HEADERS)},\n  "referrer": "https://www.example.com/",\n  "body": null,\n  "method": "PUT",\n  "mode": "cors"\n});`,
  ],
  [
    "fetch as in source code",
    `const key = 'a';\nconst res = await fetch('${URL_OF_IT.replace("'", "\\'")}', { method: \`PUT\`, headers: new Headers({ Authorization: '${AUTHORIZATION.slice(0, 20)}' + '${AUTHORIZATION.slice(20)}', 'x-cos-security-token': 'the-token', 'content-type': 'image/jpeg' }), body: file })\nconsole.log(res.status)`,
  ],
  [
    "wx.request",
    `wx.request({ url: "${URL_OF_IT}", method: 'PUT', header: ${JSON.stringify(HEADERS)}, data, success(res) { console.log(res) } })`,
  ],
  [
    "axios.put",
    `axios.put("${URL_OF_IT}", file, { headers: ${JSON.stringify(HEADERS)}, onUploadProgress: (e) => {} })`,
  ],
  ["axios's config", JSON.stringify({ config: { method: "put", url: URL_OF_IT, headers: HEADERS } })],
  ["a HAR", JSON.stringify(har(HEADERS))],
  ["HTTP/1.1", `PUT /uploads/a'b.jpg HTTP/1.1\r\nHost: ${HOST}\r\n${headerRows()}\r\n`],
  [
    "HTTP/2 of curl -v",
    `* ALPN: server accepted h2\n> PUT /uploads/a'b.jpg HTTP/2\r\n> Host: ${HOST}\r\n${headerRows("> ")}> \r\n`,
  ],
  [
    "curl -v with its command",
    `$ curl -v -T photo.jpg https://…\n* SSL connection using TLSv1.3\n> PUT /uploads/a'b.jpg HTTP/1.1\r\n> Host: ${HOST}\r\n${headerRows("> ")}> \r\n< HTTP/1.1 403 Forbidden\r\n`,
  ],
  [
    "curl --trace-ascii",
    trace((bytes) => {
      // curl writes 64 characters on a row, and begins a new one after a line end (src/tool_cb_dbg.c).
      let offset = 0;
      return bytes
        .toString("latin1")
        .split("\r\n")
        .flatMap((line) => {
          const rows = line.match(/.{1,64}/g) ?? [""];
          const numbered = rows.map((row, i) => `${(offset + 64 * i).toString(16).padStart(4, "0")}: ${row}`);
          offset += line.length + 2;
          return numbered;
        });
    }),
  ],
  [
    "curl --trace",
    trace((bytes) =>
      Array.from({ length: Math.ceil(bytes.length / 16) }, (_, i) => {
        const row = bytes.subarray(16 * i, 16 * i + 16);
        const hex = Array.from(row, (byte) => `${byte.toString(16).padStart(2, "0")} `).join("");
        return `${(16 * i).toString(16).padStart(4, "0")}: ${hex.padEnd(48)}${row.toString("latin1").replace(/[^\x20-\x7e]/g, ".")}`;
      }),
    ),
  ],
  [
    "HTTP/2's pseudo-headers",
    `:authority: ${HOST}\n:method: PUT\n:path: /uploads/a'b.jpg\n:scheme: https\n${headerRows()}`,
  ],
  [
    "a browser's tools",
    `General\nRequest URL: ${URL_OF_IT}\nRequest Method: PUT\nStatus Code: 403 Forbidden\nResponse Headers\nserver: tencent-cos\nRequest Headers\n${headerRows()}`,
  ],
  [
    "a browser's tools, with names and values on two lines",
    `Request URL:\n${URL_OF_IT}\nRequest Method:\nPUT\nStatus Code:\n403 Forbidden\nRequest Headers\n${Object.entries(
      HEADERS,
    )
      .map(([name, value]) => `${name}:\n${value}\n`)
      .join("")}`,
  ],
  [
    "Chrome's Copy as PowerShell",
    `Invoke-WebRequest -UseBasicParsing -Uri "${URL_OF_IT}" \`\n-Method "PUT" \`\n-WebSession $session \`\n-Headers @{\n${Object.entries(
      HEADERS,
    )
      .map(([name, value]) => `  "${name}"="${value}"`)
      .join("\n")}\n}`,
  ],
  [
    "Invoke-RestMethod",
    `irm -Method Put -ContentType 'image/jpeg' -InFile a.jpg -Uri "${URL_OF_IT}" -Headers @{ Authorization = '${AUTHORIZATION}'; 'x-cos-security-token' = 'the-token' }`,
  ],
  [
    "a browser's tools in Chinese",
    `请求网址: ${URL_OF_IT}\n请求方法: PUT\n状态代码: 403 Forbidden\n响应标头\nserver: tencent-cos\n请求标头\n${headerRows()}`,
  ],
  [
    "a browser's tools, on two lines without colons",
    `Request URL\n${URL_OF_IT}\nRequest Method\nPUT\nStatus Code\n403 Forbidden\nRequest Headers\n${Object.entries(HEADERS).flat().join("\n")}`,
  ],
  [
    "a browser's tools without headings",
    `Request URL: ${URL_OF_IT}\nRequest Method: PUT\nStatus Code: 403 Forbidden\nRemote Address: 203.0.113.7:443\n${headerRows()}`,
  ],
  [
    "a curl command from a word processor",
    `curl\u00a0–X PUT “${URL_OF_IT}” ${Object.entries(HEADERS)
      .map(([name, value]) => `—header “${name}: ${value}”`)
      .join(" ")} –T a.jpg`,
  ],
  ...["root@host:~# ", "me@mac ~ % ", "PS C:\\Users\\me> "].map((prompt): [string, string] => [
    `a curl command after the prompt ${prompt}`,
    `${prompt}curl.exe -X PUT "${URL_OF_IT}" ${Object.entries(HEADERS)
      .map(([name, value]) => `-H "${name}: ${value}"`)
      .join(" ")} -T a.jpg`,
  ]),
  // https://github.com/square/okhttp/tree/master/okhttp-logging-interceptor
  [
    "OkHttp's log",
    `--> PUT ${URL_OF_IT} http/1.1\n${headerRows()}--> END PUT (3-byte body)\n<-- 403 ${URL_OF_IT}`,
  ],
  [
    "OkHttp's log in logcat",
    [`--> PUT ${URL_OF_IT}`, ...headerRows().trim().split("\r\n"), "--> END PUT"]
      .map((row, at) => `11-27 07:00:00.12${at} 6761-7291/com.example I/okhttp.OkHttpClient: ${row}`)
      .join("\n"),
  ],
  ["jQuery", `$.ajax({ type: "PUT", url: "${URL_OF_IT}", headers: ${JSON.stringify(HEADERS)}, data: file })`],
  ["Postman's console", `PUT ${URL_OF_IT}\n\nRequest Headers\n${headerRows()}`],
  [
    "HTTP/2's pseudo-headers on two lines",
    `:authority\n${HOST}\n:method\nPUT\n:path\n/uploads/a'b.jpg\n:scheme\nhttps\n${Object.entries(HEADERS).flat().join("\n")}`,
  ],
  [
    "the h2 lines of curl -v",
    `* [HTTP/2] [1] [:method: PUT]\n* [HTTP/2] [1] [:scheme: https]\n* [HTTP/2] [1] [:authority: ${HOST}]\n* [HTTP/2] [1] [:path: /uploads/a'b.jpg]\n${Object.entries(
      HEADERS,
    )
      .map(([name, value]) => `* [HTTP/2] [1] [${name.toLowerCase()}: ${value}]\n`)
      .join("")}`,
  ],
];

describe("reads one PUT the same", () => {
  test.each(PUTS)("from %s", (_, text) => {
    const request = parseRequest(text);
    expect({ ...request, headers: Object.fromEntries(request.headers) }).toMatchObject({
      method: "PUT",
      host: HOST,
      path: `/${KEY}`,
      hidesSignature: false,
      headers: {
        authorization: AUTHORIZATION,
        "x-cos-security-token": "the-token",
        "content-type": "image/jpeg",
      },
    });
  });

  test.each(PUTS)("and explains it the same, from %s", (_, text) => {
    const other = ANSWERS.map((answer) => ({ ...answer, key: "uploads/other.jpg" }));
    expect(explain({ error: DENIED, answers: other, request: parseRequest(text) })).toMatchObject({
      cause: "resource-not-allowed",
      certainty: "certain",
    });
  });
});

test.each(PUTS.filter(([name]) => name.startsWith("curl --trace")))("%s has the refusal too", (_, text) => {
  expect(explain({ error: text })).toMatchObject({ code: "AccessDenied", cause: "not-allowed" });
});

/** One form (POST Object) in each form. */
const FORM_BODY = [
  '------WebKitFormBoundaryX\r\nContent-Disposition: form-data; name="key"\r\n\r\nuploads/a.jpg\r\n',
  '------WebKitFormBoundaryX\r\nContent-Disposition: form-data; name="q-ak"\r\n\r\nAKIDa\r\n',
  '------WebKitFormBoundaryX\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n\r\n',
  "------WebKitFormBoundaryX--\r\n",
].join("");
const TYPE = "multipart/form-data; boundary=----WebKitFormBoundaryX";

test.each([
  ["curl -F", `curl https://${HOST} -F key=uploads/a.jpg -F 'q-ak=AKIDa' -F file=@a.jpg`],
  [
    "Copy as cURL",
    `curl 'https://${HOST}/' -H 'content-type: ${TYPE}' --data-raw $'${FORM_BODY.replaceAll("\r\n", "\\r\\n")}'`,
  ],
  [
    "Copy as fetch",
    `fetch("https://${HOST}/", ${JSON.stringify({ headers: { "content-type": TYPE }, body: FORM_BODY, method: "POST" })});`,
  ],
  [
    "wx.uploadFile",
    `wx.uploadFile({ url: 'https://${HOST}/', filePath, name: 'file', formData: { key: 'uploads/a.jpg', 'q-ak': 'AKIDa' } })`,
  ],
  [
    "wx.uploadFile's options",
    JSON.stringify({
      method: "POST",
      url: `https://${HOST}/`,
      formData: { key: "uploads/a.jpg", "q-ak": "AKIDa" },
    }),
  ],
  [
    "a HAR",
    JSON.stringify(
      har(
        { "content-type": TYPE },
        { method: "POST", url: `https://${HOST}/`, postData: { mimeType: TYPE, text: FORM_BODY } },
      ),
    ),
  ],
  [
    "a HAR with parameters",
    JSON.stringify(
      har(
        { "content-type": TYPE },
        {
          method: "POST",
          url: `https://${HOST}/`,
          postData: {
            params: [
              { name: "key", value: "uploads/a.jpg" },
              { name: "q-ak", value: "AKIDa" },
              { name: "file", fileName: "a.jpg", value: "(binary)" },
            ],
          },
        },
      ),
    ),
  ],
  ["HTTP/1.1 with its body", `POST / HTTP/1.1\r\nHost: ${HOST}\r\nContent-Type: ${TYPE}\r\n\r\n${FORM_BODY}`],
])("reads a form from %s", (_, text) => {
  const { method, host, path, fields } = parseRequest(text);
  expect({ method, host, path }).toEqual({ method: "POST", host: HOST, path: "/" });
  expect(Object.fromEntries(fields ?? [])).toEqual({ key: "uploads/a.jpg", "q-ak": "AKIDa" });
});

// As curl 7.88.1 sends it: https://curl.se/docs/manpage.html#-F
test.each([
  ["-F 'q-key-time=1;2'", "1"],
  ["-F 'q-key-time=1;type=text/plain'", "1"],
  ["-F 'q-key-time=\"1;2\"'", "1;2"],
  ["--form-string 'q-key-time=1;2'", "1;2"],
])("curl %s sends %s, and explain says which", (option, sent) => {
  const request = parseRequest(`curl https://${HOST} ${option} -F file=@a.jpg`);
  expect(request.fields?.get("q-key-time")).toBe(sent);
  const message = "Condition key q-sign-time doesn't match the value 1;2";
  const error = `<Error><Code>AccessDenied</Code><Message>${message}</Message></Error>`;
  const { cause, sentence } = explain({ error, request });
  expect(cause).toBe("post-condition");
  expect(sentence).toContain(sent === "1" ? "--form-string" : "something else reached COS");
});

describe("a chunked body has no length", () => {
  const upload = (target: string) =>
    `curl -T ${target} "${URL_OF_IT}" -H "Authorization: ${AUTHORIZATION}" -H "x-cos-security-token: the-token"`;
  const chunked = [
    ["curl -T -", upload("-")],
    ["curl -T .", upload(".")],
    ["curl in a pipe", `cat photo.jpg | ${upload("-")}`],
    [
      "the head",
      `PUT /uploads/a'b.jpg HTTP/1.1\r\nHost: ${HOST}\r\n${headerRows()}Transfer-Encoding: chunked\r\n\r\n`,
    ],
    [
      "curl -v",
      `> PUT /uploads/a'b.jpg HTTP/1.1\r\n> Host: ${HOST}\r\n${headerRows("> ")}> transfer-encoding: gzip, chunked\r\n> \r\n`,
    ],
    [
      "fetch with a stream",
      `fetch("${URL_OF_IT}", { method: "PUT", headers: ${JSON.stringify(HEADERS)}, body: stream, duplex: "half" })`,
    ],
    [
      "JSON",
      JSON.stringify({
        method: "PUT",
        url: URL_OF_IT,
        headers: { ...HEADERS, "Transfer-Encoding": "chunked" },
      }),
    ],
  ] as const;

  test.each(chunked)("%s, with the answer", (_, text) => {
    const explanation = explain({ error: DENIED, answers: ANSWERS, request: parseRequest(text) });
    expect(explanation).toMatchObject({ cause: "no-length", certainty: "certain" });
    expect(explanation.sentence).toContain("cos:content-length");
  });

  test.each(chunked)("%s, without the answer", (_, text) => {
    expect(explain({ error: DENIED, request: parseRequest(text) })).toMatchObject({
      cause: "no-length",
      certainty: "likely",
    });
  });

  test("from the emulator's cause", () => {
    expect(
      explain({
        error: DENIED,
        cause: {
          kind: "condition-not-met",
          operator: "numeric_less_than_equal",
          key: "cos:content-length",
          wanted: ["1000"],
        },
      }),
    ).toMatchObject({ cause: "no-length", certainty: "certain" });
  });
});

describe("concludes nothing from missing information", () => {
  const known = { ...HEADERS, "content-length": "10" };
  const withHeaders = (headers: object, url = URL_OF_IT) =>
    explain({
      error: DENIED,
      answers: ANSWERS,
      request: parseRequest(JSON.stringify({ method: "PUT", url, headers })),
    });

  test("when everything is as answered, the cause is elsewhere", () => {
    const answers = ANSWERS.map((answer) => answer);
    const request = parseRequest(
      JSON.stringify({
        method: "PUT",
        url: URL_OF_IT,
        headers: {
          Authorization: `${AUTHORIZATION.replace("q-header-list=host", "q-header-list=content-length;content-type;host")}`,
          "content-length": "10",
          "content-type": "image/jpeg",
        },
      }),
    );
    expect(explain({ error: DENIED, answers, request }).sentence).toContain("the cause is elsewhere");
  });

  test("with an unknown length", () => {
    const { "Content-Type": _, ...headers } = HEADERS;
    const { cause, sentence } = withHeaders(headers);
    expect(cause).toBe("not-allowed");
    expect(sentence).toContain("Not known: its Content-Length.");
    expect(sentence).not.toContain("the cause is elsewhere");
  });

  test("with a head but no connection, when HTTPS is unknown", () => {
    const head = `PUT /uploads/a'b.jpg HTTP/1.1\r\nHost: ${HOST}\r\nAuthorization: ${AUTHORIZATION}\r\n\r\n`;
    expect(explain({ error: DENIED, answers: ANSWERS, request: parseRequest(head) }).sentence).toContain(
      "whether it used HTTPS",
    );
  });

  test("plain HTTP, with and without the answer", () => {
    const url = URL_OF_IT.replace("https:", "http:");
    expect(withHeaders(known, url)).toMatchObject({ cause: "plain-http", certainty: "likely" });
    const request = parseRequest(JSON.stringify({ method: "PUT", url, headers: known }));
    expect(explain({ error: DENIED, request })).toMatchObject({ cause: "plain-http", certainty: "likely" });
    const wire = `* Connected to ${HOST} (1.2.3.4) port 80\n> PUT /uploads/a'b.jpg HTTP/1.1\r\n> Host: ${HOST}\r\n${headerRows("> ")}> \r\n`;
    expect(explain({ error: DENIED, request: parseRequest(wire) }).cause).toBe("plain-http");
    expect(explain({ error: `${wire}< HTTP/1.1 403 Forbidden\r\n\r\n${DENIED}` }).cause).toBe("plain-http");
  });

  test("with a HAR saved without Authorization, which does not count as unsigned", () => {
    const { Authorization: _, ...headers } = HEADERS;
    const request = parseRequest(JSON.stringify(har(headers)));
    expect(request.hidesSignature).toBe(true);
    const { cause, sentence } = explain({ error: DENIED, answers: ANSWERS, request });
    expect(cause).toBe("not-allowed");
    expect(sentence).toContain("its signature");
    expect(
      explain({ error: "<Error><Code>InvalidAccessKeyId</Code></Error>", answers: ANSWERS, request })
        .certainty,
    ).toBe("likely");
  });

  test.each([
    ["curl", `curl -T a.jpg "${URL_OF_IT}" -H "Authorization: $(field authorization)"`],
    ["fetch", `fetch("${URL_OF_IT}", { method: "PUT", headers: answer.headers, body })`],
    ["wx.request", `wx.request({ url: "${URL_OF_IT}", method: "PUT", header: { ...answer.headers } })`],
  ])("with a signature that %s has in a variable", (_, text) => {
    const { cause } = explain({ error: DENIED, answers: ANSWERS, request: parseRequest(text) });
    expect(cause).toBe("not-allowed");
  });

  test("with a form whose fields are unknown", () => {
    const answers = parseAnswers(
      JSON.stringify({
        cosHost: HOST,
        cosKey: KEY,
        policy: "e30=",
        qAk: "AKIDa",
        securityToken: "t",
        fields: { key: KEY },
      }),
    );
    const request = parseRequest(`> POST / HTTP/1.1\r\n> Host: ${HOST}\r\n> Content-Type: ${TYPE}\r\n> \r\n`);
    const { cause, sentence } = explain({ error: DENIED, answers, request });
    expect(cause).toBe("not-allowed");
    expect(sentence).toContain("the form's fields");
  });
});

describe("an SDK's POST with upload credentials", () => {
  const credentials = parseAnswers(
    JSON.stringify({
      cosHost: HOST,
      key: KEY,
      credentials: { TmpSecretId: "AKIDa", TmpSecretKey: "k", SecurityToken: "the-token" },
    }),
  );
  const posted = (query: string, headers: object = HEADERS) =>
    parseRequest(JSON.stringify({ method: "POST", url: `${URL_OF_IT}?${query}`, headers }));

  test.each(["uploads", "uploadId=1", "uploads=&x=1"])("?%s is one of its operations", (query) => {
    const { cause, sentence } = explain({ error: DENIED, answers: credentials, request: posted(query) });
    expect(cause).toBe("not-allowed");
    expect(sentence).not.toContain("The answer is for PUT");
  });

  test("it has its token in a header", () => {
    const error = "<Error><Code>InvalidAccessKeyId</Code></Error>";
    expect(explain({ error, answers: credentials, request: posted("uploads") }).cause).toBe("unknown-key-id");
    const { "x-cos-security-token": _, ...without } = HEADERS;
    expect(explain({ error, answers: credentials, request: posted("uploads", without) })).toMatchObject({
      cause: "missing-token",
      certainty: "certain",
    });
  });

  test("without a signature, it is unsigned", () => {
    expect(explain({ error: DENIED, answers: credentials, request: posted("uploads", {}) }).cause).toBe(
      "no-signature",
    );
  });

  test("a form is not one of its operations", () => {
    const request = parseRequest(`curl https://${HOST}/ -F key=x -F Signature='${AUTHORIZATION}' -F file=@a`);
    const { cause, certainty, sentence } = explain({ error: DENIED, answers: credentials, request });
    expect({ cause, certainty }).toEqual({ cause: "action-not-allowed", certainty: "likely" });
    expect(sentence).toContain("a form (POST Object)");
  });

  test("it signs by itself, so the answer would show nothing", () => {
    const error = `<Error><Code>SignatureDoesNotMatch</Code><FormatString>post\n/${KEY}\nuploads=\nhost=${HOST}\n</FormatString></Error>`;
    const request = posted("uploads");
    expect(explain({ error, answers: credentials, request }).sentence).not.toContain(
      "the signing function's answer would",
    );
  });
});

describe("a signature that was changed before it was sent is told by how", () => {
  const signed = AUTHORIZATION.replace("q-header-list=host", "q-header-list=content-type;host");
  const put = (authorization: string) =>
    `PUT /a.jpg HTTP/1.1\nHost: ${HOST}\nContent-Type: image/jpeg\nAuthorization: ${authorization}\n`;
  const get = (query: string) => `curl 'https://${HOST}/a.jpg?${query}'`;
  // A URL in a page's source has &amp;, and encodeURIComponent encodes a whole address
  // (https://github.com/tencentyun/cos-go-sdk-v5/issues/110, ascorbic/unpic#184).
  test.each([
    ["&amp;", DENIED, get(signed.replaceAll("&", "&amp;")), "certain"],
    [
      "question mark was percent-encoded",
      DENIED,
      `curl 'https://${HOST}/a.jpg%3F${encodeURIComponent(signed)}'`,
      "certain",
    ],
    ["whole query was percent-encoded", DENIED, get(encodeURIComponent(signed)), "certain"],
    [
      "encoded twice",
      "<Error><Code>InvalidArgument</Code></Error>",
      get(signed.replaceAll(";", "%253B")),
      "certain",
    ],
    ["Authorization was percent-encoded", DENIED, put(encodeURIComponent(signed)), "certain"],
    ["a Bearer token", DENIED, put("Bearer eyJhbGciOiJIUzI1NiJ9.e30.c2ln"), "certain"],
    ["in milliseconds", "RequestTimeTooSkewed", put(signed.replaceAll(/(\d{10})/g, "$1000")), "certain"],
    [
      "ends before it begins",
      "AccessDenied: Request has expired",
      put(signed.replaceAll(/(\d{10});(\d{10})/g, "$2;$1")),
      "certain",
    ],
    // https://cloud.tencent.com/document/product/436/7778
    [
      "in lower case and sorted",
      "SignatureDoesNotMatch",
      put(signed.replace("content-type;host", "Content-Type;Host")),
      "likely",
    ],
    [
      "in lower case and sorted",
      "SignatureDoesNotMatch",
      put(signed.replace("content-type;host", "host;content-type")),
      "likely",
    ],
  ])("%s", (words, error, text, certainty) => {
    const explanation = explain({ error, request: parseRequest(text) });
    expect(explanation).toMatchObject({ cause: "malformed-signature", certainty });
    expect(explanation.sentence).toContain(words);
  });

  test.each([DENIED, "SignatureDoesNotMatch", "AccessDenied: Request has expired"])(
    "a well-formed one is not said to be: %s",
    (error) => {
      for (const text of [put(signed), get(signed.replaceAll(";", "%3B"))])
        expect(explain({ error, request: parseRequest(text) }).cause).not.toBe("malformed-signature");
    },
  );
});

test("without COS's lines, nothing is said about what happened on the way", () => {
  const request = parseRequest(`PUT /a.jpg HTTP/1.1\nHost: ${HOST}\nAuthorization: ${AUTHORIZATION}\n`);
  const { sentence, comparison } = explain({ error: "SignatureDoesNotMatch", request });
  expect(sentence).toContain("is not known");
  expect(comparison).toBeUndefined();
});

describe("a key that arrived with other characters", () => {
  const received = (path: string, host = HOST) =>
    `<Error><Code>SignatureDoesNotMatch</Code><FormatString>put\n${path}\n\nhost=${host}\n</FormatString></Error>`;
  const signedFor = (cosKey: string) =>
    parseAnswers(JSON.stringify({ cosHost: HOST, cosKey, authorization: AUTHORIZATION }));
  test.each([
    ["a plus for a space", "a b.jpg", "/a+b.jpg", "key-encoding", "sent as +"],
    // https://github.com/s3tools/s3cmd/issues/639, aws/aws-cli#1639: macOS writes file names in NFD.
    ["another normal form", "\u00e9.jpg", "/e\u0301.jpg", "key-encoding", "NFD"],
    ["another character set", "照.jpg", "/\ufffd\ufffd.jpg", "key-encoding", "not UTF-8"],
    ["other letters", "a.jpg", "/A.jpg", "key-differs", 'is for "/a.jpg"'],
  ])("%s", (_, key, path, cause, words) => {
    const explanation = explain({ error: received(path), answers: signedFor(key) });
    expect(explanation.cause).toBe(cause);
    expect(explanation.sentence).toContain(words);
  });

  test("the bucket in the path", () => {
    const error = received("/b-1250000000/a.jpg", "cos.ap-guangzhou.myqcloud.com");
    expect(explain({ error, answers: signedFor("a.jpg") }).cause).toBe("path-style");
  });
});

describe("what was not given of a request is not said to be missing", () => {
  test.each([
    ["a first line", `PUT ${URL_OF_IT}`],
    ["a browser's tools without headers", `Request URL: ${URL_OF_IT}\nRequest Method: PUT\nStatus Code: 403`],
    [
      "a browser's tools with the answer's headers alone",
      `Request URL: ${URL_OF_IT}\nRequest Method: PUT\nResponse Headers\nauthorization: none\nserver: tencent-cos`,
    ],
    ["OkHttp's log without headers", `--> PUT ${URL_OF_IT} (3-byte body)`],
    ["OkHttp's log with a header that it hides", `--> PUT ${URL_OF_IT}\nAuthorization: ██\n--> END PUT`],
    ["a PowerShell variable", `iwr -Uri "${URL_OF_IT}" -Method Put -Headers $headers`],
    ["a URL", URL_OF_IT],
  ])("in %s", (_, text) => {
    expect(explain({ error: DENIED, request: parseRequest(text) }).cause).toBe("not-allowed");
  });

  test("a signed URL is a GET with its signature", () => {
    const request = parseRequest(`${URL_OF_IT}?${AUTHORIZATION.replaceAll(";", "%3B")}`);
    expect(request).toMatchObject({ method: "GET", host: HOST, path: `/${KEY}`, hidesSignature: false });
    expect(explain({ error: DENIED, request }).cause).toBe("not-allowed");
  });
});

describe("an answer of the signing function is found", () => {
  const answer = {
    cosHost: HOST,
    cosKey: KEY,
    authorization: AUTHORIZATION,
    securityToken: "the-token",
    maxBytes: 7,
  };
  const json = JSON.stringify(answer);
  test.each([
    ["axios's response", JSON.stringify({ status: 200, data: answer, config: {} })],
    ["a team's own wrapper", JSON.stringify({ code: 0, message: "ok", data: { sign: answer } })],
    ["a list", JSON.stringify([answer])],
    ["JSON in a text", JSON.stringify(json)],
    ["vConsole", `[log] {"data":${json},"header":{},"statusCode":200}`],
    [
      "a function's return value",
      JSON.stringify({ statusCode: 200, isBase64Encoded: true, body: Buffer.from(json).toString("base64") }),
    ],
    [
      "a HAR",
      JSON.stringify({
        log: { entries: [{ request: { headers: [] }, response: { content: { text: json } } }] },
      }),
    ],
    ["console.log(res.data)", inspect(answer)],
    ["console.log(res)", inspect({ statusCode: 200, data: answer, cookies: [], profile: () => 1 })],
    ["a log", `INFO [sign] ${json} in 5 ms`],
    ["a word processor's quotes", json.replaceAll(/"([^"]*)"/g, "“$1”")],
    ["a page's source", json.replaceAll("&", "&amp;").replaceAll('"', "&quot;")],
  ])("in %s", (_, text) => {
    expect(parseAnswers(text)).toMatchObject([{ key: KEY, host: HOST, token: "the-token", maxBytes: 7 }]);
  });

  test.each([
    ["[log] nothing", "no object key"],
    ["", "not JSON"],
    ["{", "not JSON"],
    [`{cosHost: "${HOST}", cosKey: "a.jpg", …}`, "not all there"],
    [`{"cosHost":"${HOST}","cosKey":"a`, "not all there"],
    ['{"data":{"error":{"code":"TokenMissing"}},"statusCode":401}', '"TokenMissing"'],
    ["{".repeat(50_000), "not JSON"],
    ["[".repeat(50_000), "not JSON"],
    [JSON.stringify({ body: "eyJ_" }), "no object key"],
  ])("but not in %s", (text, words) => {
    expect(() => parseAnswers(text)).toThrow(AnswerUnreadable);
    expect(() => parseAnswers(text)).toThrow(words);
  });
});

describe("an unreadable request is refused with what to give instead", () => {
  test.each([
    ["", "must begin with a line such as"],
    ["hello", "must begin with a line such as"],
    ["{", "not valid JSON"],
    ['{"a":1}', 'must have a "url"'],
    ['{"log":{"entries":[]}}', "contains no request"],
    ["curl", "must begin with a line such as"],
    ["curl -v", "has no address"],
    ['curl -T a "$(field url)"', "is a shell variable"],
    ["curl 'https://x", "quotes do not close"],
    [`wget https://${HOST}/a.jpg`, "must begin with a line such as"],
    ["fetch(url, { method: 'PUT' })", "is not written out"],
    ["fetch('https://x', {", "is it complete?"],
    [":method: PUT", "must begin with a line such as"],
  ])("%j", (text, message) => {
    expect(() => parseRequest(text)).toThrow(RequestUnreadable);
    expect(() => parseRequest(text)).toThrow(message);
  });
});
