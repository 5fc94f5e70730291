import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ALL_CODES } from "../../../packages/cos-explain/src/cause/codes.ts";
import { type ExplainWorld, run } from "../../../tools/explain/cli.ts";

const XML = `<?xml version='1.0' encoding='utf-8' ?><Error><Code>SignatureDoesNotMatch</Code><Message>The Signature you specified is invalid.</Message><StringToSign>sha1
1767322985;1767323885
8b2751e77f43a0995d6e9eb9477f4b685cca4172
</StringToSign><FormatString>put
/uploads/a.jpg

content-type=text%2Fhtml&amp;host=b-1250000000.cos.ap-guangzhou.myqcloud.com
</FormatString><Resource>b-1250000000.cos.ap-guangzhou.myqcloud.com/uploads/a.jpg</Resource><RequestId>NjE=</RequestId><TraceId>x</TraceId></Error>`;
const AUTHORIZATION = `q-sign-algorithm=sha1&q-ak=AKIDa&q-sign-time=1767322985;1767323885&q-key-time=1767322985;1767323885&q-header-list=content-type;host&q-url-param-list=&q-signature=${"a".repeat(40)}`;
const ANSWER = JSON.stringify({
  cosHost: "b-1250000000.cos.ap-guangzhou.myqcloud.com",
  cosKey: "uploads/a.jpg",
  authorization: AUTHORIZATION,
  securityToken: "the-token",
  headers: { Authorization: AUTHORIZATION, "content-type": "image/jpeg" },
});
const HEAD = `PUT /uploads/a.jpg HTTP/1.1\r\nHost: b-1250000000.cos.ap-guangzhou.myqcloud.com\r\nContent-Type: text/html\r\nAuthorization: ${AUTHORIZATION}\r\n\r\n`;

let folder: string;
const file = (name: string) => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "explain-"));
  await writeFile(file("error.xml"), XML);
  await writeFile(file("utf16.xml"), `\ufeff${XML}`, "utf16le");
  await writeFile(file("answer.json"), ANSWER);
  await writeFile(file("request.txt"), HEAD);
});
afterAll(() => rm(folder, { recursive: true }));

async function runWith(args: readonly string[], input = "", changes: Partial<ExplainWorld> = {}) {
  let out = "";
  let errors = "";
  const code = await run(args, {
    env: {},
    clock: Date.now,
    isTerminal: false,
    columns: undefined,
    isTyped: false,
    readInput: async () => Buffer.from(input),
    write: (text) => {
      out += text;
    },
    writeError: (text) => {
      errors += text;
    },
    ...changes,
  });
  return { code, out, errors };
}

test("shows an expired signature's own times beside COS's clock", async () => {
  const xml =
    "<Error><Code>AccessDenied</Code><Message>Request has expired</Message><ServerTime>2026-01-02T03:30:00Z</ServerTime></Error>";
  const { out } = await runWith(["--answer", file("answer.json"), xml]);
  expect(out).toMatch(
    / from +2026-01-02T03:03:05Z\n *- until +2026-01-02T03:18:05Z\n *\+ until +2026-01-02T03:30:00Z/,
  );
});

test("explains a form without its key as a malformed form", async () => {
  const xml =
    "<Error><Code>InvalidArgument</Code><Message>Bucket POST must contain a field named 'key'.</Message></Error>";
  expect((await runWith([xml])).out).toContain("fields first and one file last");
  expect((await runWith([xml.replace("Bucket POST", "Something")])).out).not.toContain("one file last");
});

describe("reads the error", () => {
  test.each([
    ["a file", () => [file("error.xml")], ""],
    ["standard input", () => [], XML],
    ["standard input as -", () => ["-"], XML],
    ["the argument itself", () => [XML], ""],
    ["a bare code as the argument", () => ["SignatureDoesNotMatch"], ""],
    ["the phone's sentence as the argument", () => ["失败 (SignatureDoesNotMatch, NmM3ZDY0NTBf=)"], ""],
    ["a file from Windows PowerShell", () => [file("utf16.xml")], ""],
    ["output of curl -i", () => [], `HTTP/1.1 403 Forbidden\r\nServer: tencent-cos\r\n\r\n${XML}`],
    ["a log line", () => [], `2026-01-02 upload failed: ${XML.replaceAll("\n", "\r\n")} (retrying)`],
    [
      "an error of COS's SDKs",
      () => [],
      JSON.stringify({ statusCode: 403, error: { Code: "SignatureDoesNotMatch", Message: "…" } }),
    ],
  ])("from %s", async (_, args, input) => {
    const { code, out } = await runWith(args(), input);
    expect(out).toContain("SignatureDoesNotMatch");
    expect(code).toBe(0);
  });
});

test("shows the difference line by line", async () => {
  const { code, out } = await runWith([
    file("error.xml"),
    "--answer",
    file("answer.json"),
    "--request",
    file("request.txt"),
  ]);
  expect(code).toBe(0);
  expect(out).toContain('The header content-type was signed as "image/jpeg", but "text/html" arrived.');
  expect(out).toContain("- header content-type  image/jpeg\n+ header content-type  text/html\n");
  expect(out).not.toContain("a".repeat(40));
  expect(out).not.toContain("\u001b");
});

test.each([
  [
    "as curl -v prints it",
    HEAD.split("\r\n")
      .map((row) => `> ${row}`)
      .join("\r\n"),
  ],
  [
    "as JSON",
    JSON.stringify({
      method: "PUT",
      url: "https://b-1250000000.cos.ap-guangzhou.myqcloud.com/uploads/a.jpg",
      headers: { Authorization: AUTHORIZATION, "Content-Type": "text/html" },
    }),
  ],
])("accepts the request %s", async (_, text) => {
  await writeFile(file("other.txt"), text);
  const { out } = await runWith([
    "--json",
    file("error.xml"),
    "--answer",
    file("answer.json"),
    "--request",
    file("other.txt"),
  ]);
  expect(JSON.parse(out)).toMatchObject({
    cause: "header-changed",
    certainty: "certain",
    code: "SignatureDoesNotMatch",
    requestId: "NjE=",
  });
});

test.each([
  ["with the head that curl -i prints", `HTTP/2 200 \r\ncontent-type: application/json\r\n\r\n${ANSWER}\n`],
  ["as res of wx.request", JSON.stringify({ data: JSON.parse(ANSWER), statusCode: 200 })],
  ["as the function's return value", JSON.stringify({ statusCode: 200, body: ANSWER })],
])("accepts the answer %s", async (_, text) => {
  await writeFile(file("wrapped.json"), text);
  const { out } = await runWith(["--json", file("error.xml"), "--answer", file("wrapped.json")]);
  expect(JSON.parse(out)).toMatchObject({ cause: "header-changed" });
});

test("--help fits 80 columns", async () => {
  const { out } = await runWith(["--help"]);
  expect(out.split("\n").filter((row) => row.length > 80)).toEqual([]);
});

test("sentences and advice fit 80 columns, whatever the code", async () => {
  for (const code of ALL_CODES) {
    const xml = `<Error><Code>${code}</Code><Message>Some message of COS's.</Message><RequestId>NmM3ZDY0NTBfN2I5NWE4MDlfMWQzY18xYzI4MTFm</RequestId></Error>`;
    const { out } = await runWith([xml], "", { columns: 80 });
    expect(out.split("\n").filter((row) => row.length > 80)).toEqual([]);
  }
});

test("finds the answer for the refused key in a list", async () => {
  const other = { ...JSON.parse(ANSWER), cosKey: "uploads/b.jpg" };
  await writeFile(file("list.json"), JSON.stringify({ uploads: [other, JSON.parse(ANSWER)] }));
  const { out } = await runWith(["--json", file("error.xml"), "--answer", file("list.json")]);
  expect(JSON.parse(out)).toMatchObject({ cause: "header-changed" });
});

describe("says that it does not know", () => {
  test("an unknown code", async () => {
    const xml = "<Error><Code>BrandNewCode</Code><Message>Slow.</Message></Error>";
    const { code, out } = await runWith(["--json", xml]);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      cause: "unknown",
      sentence: expect.stringMatching(/^The answer says "BrandNewCode": "Slow\."\. This tool does not know/),
    });
  });

  test.each(["", "hello", "<Error></Error>", "<Error><Code>", '{"a":1}', "{", "<html>502</html>"])(
    "%j, which is not an error of COS",
    async (input) => {
      const { code, out } = await runWith(["--json"], input);
      expect(code).toBe(1);
      expect(JSON.parse(out).cause).toBe("not-a-refusal");
    },
  );

  test.each([
    "request:fail 请求超时。",
    "uploadFile:fail createUploadTask:fail invalid url",
    "403 Forbidden",
    "433",
    "uploadFile:fail",
    "https://b-1250000000.cos.ap-guangzhou.myqcloud.com/a?q-sign-algorithm=sha1&q-ak=AKID&q-signature=x",
  ])("a text as the argument, without mentioning a file: %s", async (words) => {
    const { code, out } = await runWith([words]);
    expect(code).toBe(1);
    expect(out).toContain("not-a-refusal");
  });

  test.each([
    ["its answer", '{"error":{"code":"TokenMissing","message":"Log in."}}', "TokenMissing"],
    ["its code", "TokenMissing", "TokenMissing"],
    [
      "the phone's sentence",
      "上传服务拒绝了这个文件。 (QuotaExceeded, 49ecd18c-f4b7-42b7-b460-4e81aad8be0b)",
      "QuotaExceeded",
    ],
    [
      "a quoted log line",
      '"{\\"level\\":\\"error\\",\\"code\\":\\"CredentialsDenied\\"}"',
      "CredentialsDenied",
    ],
  ])("an error of a function, as %s: what docs/errors.md says", async (_, input, own) => {
    const page = await readFile("docs/errors.md", "utf8");
    const [, section = ""] = page.split(`### ${own}\n`);
    const [word = ""] = /(?<=^\d{3}\. )\S+ \S+ \S+/.exec(section) ?? [];
    for (const { code, out } of [await runWith(["--json"], input), await runWith(["--json", input])]) {
      expect(code).toBe(1);
      expect(JSON.parse(out)).toMatchObject({
        code: own,
        advice: [expect.stringContaining(word)],
        links: [`docs/errors.md#${own.toLowerCase()}`],
      });
    }
  });

  test("what it recognizes, in the first line, and nothing of COS's codes", async () => {
    const { out } = await runWith(['{"errno":600002,"errMsg":"uploadFile:fail url not in domain list"}']);
    expect(out.split("\n")[0]).toBe("Nothing was sent: the Mini Program's list lacks the domain.");
    expect(out).not.toContain("What to do");
    expect(out).not.toContain("436/7730");
    expect((await runWith(["hello"], "")).errors).toContain("hello cannot be read");
    expect((await runWith([], "hello")).out).toContain("Give COS's answer");
  });

  // https://github.com/tencentyun/qcloud-cos-sts-sdk/issues/128
  test("a code of the API that begins like one of a function's: nothing of docs/errors.md", async () => {
    const text = "(code:InvalidParameter.GrantOtherResource message:cant grant other resource )";
    const { out } = await runWith([text]);
    expect(out).toContain("an error of Tencent Cloud's API");
    expect(out).not.toContain("docs/errors.md");
  });

  test("an error of a function that names COS's: what both mean", async () => {
    const { code, out } = await runWith([], '{"code":"StorageDenied","cosCode":"AccessDenied"}');
    expect(code).toBe(0);
    expect(out).toMatch(/StorageDenied, which the function answers: COS refuses/);
    expect(out).toContain("AccessDenied · not-allowed");
  });
});

describe("exits with 2", () => {
  test.each([
    ["a missing file", () => ["nowhere.xml"], "nowhere.xml cannot be read (ENOENT)."],
    [
      "a missing file with a space in its name",
      () => ["my error.xml"],
      "my error.xml cannot be read (ENOENT).",
    ],
    ["a missing file whose name begins with a status", () => ["403.xml"], "403.xml cannot be read (ENOENT)."],
    ["a misspelt code", () => ["SignatureDoesNotMach"], "neither a file nor a code"],
    ["an unknown flag", () => ["--secret", "x"], "unknown option '--secret'"],
    ["two files", () => ["a", "b"], "too many arguments"],
    ["an answer that is not JSON", () => ["x<", "--answer", file("error.xml")], "is not JSON"],
    [
      "another file as the answer",
      () => ["x<", "--answer", file("package.json")],
      "is it from a signing function?",
    ],
    ["an error as the answer", () => ["x<", "--answer", file("failed.json")], "nothing was signed"],
    ["an invalid request", () => ["x<", "--request", file("error.xml")], "must begin with a line such as"],
    ["a request without a url", () => ["x<", "--request", file("package.json")], 'must have a "url"'],
  ])("for %s", async (_, args, message) => {
    await writeFile(file("package.json"), '{"name":"x"}');
    await writeFile(file("failed.json"), '{"error":{"code":"TokenMissing"}}');
    const { code, errors } = await runWith(args());
    expect(code).toBe(2);
    expect(errors).toContain(message);
  });
});

test("asks a person at the terminal to paste the error", async () => {
  const { errors } = await runWith([], XML, { isTyped: true });
  expect(errors).toBe("Paste COS's error, then press Ctrl-D.\n");
});

test("uses colours on a terminal, but not with NO_COLOR", async () => {
  expect((await runWith([XML], "", { isTerminal: true })).out).toContain("\u001b[1m");
  expect((await runWith([XML], "", { isTerminal: true, env: { NO_COLOR: "1" } })).out).not.toContain(
    "\u001b",
  );
});

test("attack: a key cannot control the terminal", async () => {
  const xml = XML.replaceAll("uploads/a.jpg", "uploads/\u001b]0;owned\u0007\u202e.jpg");
  const { out } = await runWith([xml], "", { isTerminal: true, env: { NO_COLOR: "1" } });
  expect(out).toContain("uploads/\\u{1b}]0;owned\\u{7}\\u{202e}.jpg");
});

test("--help exits with 0", async () => {
  const { code, out } = await runWith(["--help"]);
  expect(code).toBe(0);
  expect(out).toContain("npm run explain -- error.xml --answer answer.json --request request.txt");
});

describe("reads a file and standard input, saved as", () => {
  const chinese = XML.replaceAll("/uploads/a.jpg", "/uploads/照片.jpg");
  const wide = Buffer.from(chinese, "utf16le");
  // What `iconv -t GBK` makes of it.
  const gbk = Buffer.concat(
    chinese
      .split("照片")
      .flatMap((part, index) => [
        ...(index === 0 ? [] : [Buffer.from([0xd5, 0xd5, 0xc6, 0xac])]),
        Buffer.from(part),
      ]),
  );
  const BOMB = `${gzipSync(Buffer.alloc(15_000_000)).toString("base64")}\n`;
  const event = {
    clslogs: {
      data: gzipSync(
        JSON.stringify({ records: [{ content: JSON.stringify({ SCF_Message: chinese }) }] }),
      ).toString("base64"),
    },
  };
  test.each<[string, Buffer]>([
    ["UTF-8", Buffer.from(chinese)],
    ["UTF-16 without a byte order mark", wide],
    ["UTF-16 with the other byte order", Buffer.from(wide).swap16()],
    // https://github.com/tencentyun/cos-python-sdk-v5/issues/110
    ["GBK, as on Chinese Windows", gbk],
    ["gzip", gzipSync(chinese)],
    [
      "UTF-8, beside packed texts that would unpack to gigabytes",
      Buffer.from(`${chinese}\n${BOMB.repeat(100)}`),
    ],
    // https://cloud.tencent.com/document/product/583/38845 (tencentcloud.com): base64 of gzip
    ["the event of a CLS trigger", Buffer.from(JSON.stringify(event))],
  ])("%s", async (_, bytes) => {
    const name = file("saved");
    await writeFile(name, bytes);
    const outcomes = [
      await runWith(["--json", name]),
      await runWith(["--json"], "", { readInput: async () => bytes }),
    ];
    for (const { out } of outcomes) {
      const { code, comparison } = JSON.parse(out);
      expect(code).toBe("SignatureDoesNotMatch");
      expect(comparison.lines[1]).toMatchObject({ name: "path", given: "/uploads/照片.jpg" });
    }
  });
});
