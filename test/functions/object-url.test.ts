import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { errorOf, loadBundle, TEST_ENV } from "../support/bundle.ts";
import { BundleProcess } from "../support/bundle-process.ts";
import { type FakeSts, startFakeSts } from "../support/fake-sts.ts";

let sts: FakeSts;
let functionUnderTest: BundleProcess;
beforeAll(async () => {
  sts = await startFakeSts();
  functionUnderTest = await BundleProcess.start("object-url", { ...TEST_ENV, ...sts.env });
});
afterAll(async () => {
  await functionUnderTest.close();
  await sts.close();
});
afterEach(() => {
  sts.forms.length = 0;
});

const KEY = "uploads/20261123/1_a.jpg";
const ask = (queryString: Record<string, unknown>) => functionUnderTest.invoke({ queryString });
const policyOf = (form: URLSearchParams | undefined) =>
  JSON.parse(decodeURIComponent(form?.get("Policy") ?? ""));

test("answers with both ways to use the credential, for one key and one action", async () => {
  const answer = JSON.parse((await ask({ key: KEY })).body);
  expect(answer.plainUrl).toBe(
    `https://uploads-1250000000.cos.ap-guangzhou.myqcloud.com/${KEY}?response-content-type=image%2Fjpeg`,
  );
  expect(answer.headers).toEqual({
    Authorization: answer.authorization,
    "x-cos-security-token": "the-token",
  });
  const url = new URL(answer.url);
  expect(url.searchParams.get("q-signature")).toBe(/q-signature=(\w+)/.exec(answer.authorization)?.[1]);
  expect(url.searchParams.get("x-cos-security-token")).toBe("the-token");
  expect(policyOf(sts.forms[0]).statement).toEqual([
    {
      effect: "allow",
      action: ["name/cos:GetObject"],
      resource: [`qcs::cos:ap-guangzhou:uid/1250000000:uploads-1250000000/${KEY}`],
      condition: {
        string_equal_if_exist: { "cos:response-content-type": "image/jpeg", "cos:versionid": "none" },
        bool_equal: { "cos:secure-transport": "true" },
      },
    },
  ]);
});

test("HEAD is a separate action", async () => {
  await ask({ key: KEY, method: "HEAD" });
  expect(policyOf(sts.forms[0]).statement[0].action).toEqual(["name/cos:HeadObject"]);
});

test("expires sets the lifetime of the signature", async () => {
  const { expiresAt, serverTime } = JSON.parse((await ask({ key: KEY, expires: "60" })).body);
  expect(expiresAt - serverTime).toBe(60);
});

test("sign=false answers the plain URL without asking STS", async () => {
  const answer = JSON.parse((await ask({ key: KEY, sign: "false" })).body);
  expect(answer).toEqual({
    key: KEY,
    url: `https://uploads-1250000000.cos.ap-guangzhou.myqcloud.com/${KEY}`,
  });
  expect(sts.forms).toHaveLength(0);
});

test("a separate download host is the host that is signed", async () => {
  const cdn = await BundleProcess.start("object-url", {
    ...TEST_ENV,
    ...sts.env,
    DOWNLOAD_DOMAIN: "img.example.com",
  });
  const answer = JSON.parse((await cdn.invoke({ queryString: { key: KEY } })).body);
  await cdn.close();
  expect(answer.url).toMatch(/^https:\/\/img\.example\.com\//);
});

test("a page of thumbnails takes one call to STS", async () => {
  const keys = Array.from({ length: 20 }, (_, i) => `uploads/20261123/${i}_a.jpg`);
  const answer = await functionUnderTest.invoke({
    httpMethod: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ keys, query: { "imageMogr2/thumbnail/200x": "" } }),
  });
  const { objects } = JSON.parse(answer.body);
  expect(objects.map((object: { key: string }) => object.key)).toEqual(keys);
  expect(objects[0].plainUrl).toMatch(/\?imageMogr2\/thumbnail\/200x&response-content-type=image%2Fjpeg$/);
  expect(sts.forms).toHaveLength(1);
  expect(policyOf(sts.forms[0]).statement[0].resource).toHaveLength(20);
});

test.each([
  ["uploads/20261123/1_a.jpg", "image/jpeg"],
  ["uploads/20261123/1_a.JPG", "image/jpeg"],
  ["uploads/20261123/1_a.gif", "image/gif"],
  ["uploads/20261123/1_a.heic", "image/heic"],
  ["avatars/20261123/1_a.png", "image/png"],
  ["avatars/20261123/1_a.gif", "application/octet-stream"],
  ["uploads/20261123/1_a.html", "application/octet-stream"],
  ["uploads/20261123/1_a.svg", "application/octet-stream"],
  ["uploads/20261123/1_a.constructor", "application/octet-stream"],
  ["uploads/20261123/1_a", "application/octet-stream"],
  ["uploads/20261123/1.jpg.", "application/octet-stream"],
])("a page stored as %s is answered as %s, both by URL and by headers", async (key, type) => {
  const { url, plainUrl } = JSON.parse((await ask({ key })).body);
  for (const address of [url, plainUrl]) {
    expect(new URL(address).searchParams.getAll("response-content-type")).toEqual([type]);
  }
  expect(new URL(url).searchParams.get("q-url-param-list")).toBe("response-content-type");
  expect(policyOf(sts.forms[0]).statement).toMatchObject([
    { condition: { string_equal_if_exist: { "cos:response-content-type": type } } },
  ]);
});

test("each file of a list is pinned to its own type", async () => {
  const keys = ["uploads/20261123/1_a.jpg", "uploads/20261123/2_a.png", "uploads/20261123/3_a.jpeg"];
  await functionUnderTest.invoke({
    httpMethod: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ keys }),
  });
  const pins = policyOf(sts.forms[0]).statement.map(
    (statement: { resource: string[]; condition: Record<string, Record<string, string>> }) => [
      statement.condition["string_equal_if_exist"]?.["cos:response-content-type"],
      statement.resource.map((name) => name.slice(name.lastIndexOf("/") + 1)),
    ],
  );
  expect(pins).toEqual([
    ["image/jpeg", ["1_a.jpg", "3_a.jpeg"]],
    ["image/png", ["2_a.png"]],
  ]);
});

test.each([
  ["imageInfo", "application/json"],
  ["exif", "application/json"],
  ["imageAve", "application/json"],
  ["imageMogr2/thumbnail/!50p", "image/jpeg"],
  ["imageMogr2/thumbnail/640x480>/quality/85!", "image/jpeg"],
  ["imageMogr2/auto-orient/strip/format/webp", "image/webp"],
  ["imageMogr2/format/jpg/interlace/1", "image/jpeg"],
  ["imageMogr2/format/html", "application/octet-stream"],
  ["imageMogr2/format/svg", "application/octet-stream"],
  ["imageView2/1/w/400/h/600/q/85", "image/jpeg"],
  ["imageView2/2/w/400/format/png", "image/png"],
  ["imageMogr2/auto-orient/strip|imageView2/2/w/1240", "image/jpeg"],
  ["imageMogr2/thumbnail/9x|imageView2/2/w/5/format/webp", "image/webp"],
  ["watermark/2/text/5pWw5o2u/fill/I0ZGRkZGRg==/fontsize/30", "image/jpeg"],
])("signs Cloud Infinite's %s, answered as %s", async (operation, type) => {
  const { url, plainUrl } = JSON.parse((await ask({ key: KEY, [operation]: "" })).body);
  for (const address of [url, plainUrl]) {
    const { searchParams } = new URL(address);
    expect(searchParams.get(operation)).toBe("");
    expect(searchParams.get("response-content-type")).toBe(type);
  }
});

// As https://cloud.tencent.com/document/api/1246/109224 writes it, where the first = would end the name.
test.each([
  ["watermark/2/text/5pWw5o2u5LiH6LGh/fill/I0ZGRkZGRg", "=/fontsize/30/dx/20/dy/20"],
  ["imageMogr2/thumbnail/!50p|watermark/2/text/5pWw5o2u", "=/fill/I0ZGRkZGRg==/dx/20"],
  ["imageMogr2/pad/1/color/IzNEM0QzR", "/blur/8x5"],
  ["watermark/2/text/aHR0cA", "="],
])("signs an operation with base64 in it as one name: %s=%s", async (name, rest) => {
  const { url } = JSON.parse((await ask({ key: KEY, [name]: rest })).body);
  expect(new URL(url).searchParams.get(`${name}=${rest}`)).toBe("");
});

test("signs a frame of a video, answered as the image that it is", async () => {
  const key = "uploads/20261123/1_a.mp4";
  const query = { "ci-process": "snapshot", time: "1.5", width: "480", rotate: "auto", mode: "keyframe" };
  const jpg = new URL(JSON.parse((await ask({ key, ...query })).body).url).searchParams;
  expect(Object.fromEntries(jpg)).toMatchObject({ ...query, "response-content-type": "image/jpeg" });
  const png = new URL(JSON.parse((await ask({ key, ...query, format: "png" })).body).url).searchParams;
  expect(png.get("response-content-type")).toBe("image/png");
});

describe("a key that the caller may not read is refused without asking STS:", () => {
  test.each([
    ["missing", undefined, 400],
    ["empty", "", 400],
    ["repeated", [KEY, KEY], 400],
    ["climbing", "uploads/20261123/../../secret.jpg", 400],
    ["with an empty segment", "uploads//20261123/1_a.jpg", 400],
    ["with a leading slash", `/${KEY}`, 400],
    ["with a NUL", `${KEY}\0`, 400],
    ["with a lone surrogate", `uploads/20261123/\ud800`, 400],
    ["longer than COS takes", `uploads/20261123/${"x".repeat(900)}`, 400],
    ["of no rule's prefix", "backups/20261123/1_a.jpg", 403],
    ["of a user, when callers are not told apart", `uploads/${"0".repeat(32)}/20261123/1_a.jpg`, 403],
    ["of a longer form", `uploads/20261123/x/1_a.jpg`, 403],
    ["of a shorter form", "uploads/1_a.jpg", 403],
    ["with a wildcard for its date", "uploads/*/1_a.jpg", 403],
    ["the prefix alone", "uploads", 403],
  ])("%s", async (_, key, status) => {
    const answer = await ask({ key });
    expect(answer.statusCode).toBe(status);
    expect(errorOf(answer).code).toBe(status === 400 ? "InvalidParameter" : "KeyNotAllowed");
    expect(sts.forms).toHaveLength(0);
  });

  test("a list says which key was refused", async () => {
    const answer = await functionUnderTest.invoke({
      httpMethod: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ keys: [KEY, "backups/x"] }),
    });
    expect(errorOf(answer)).toMatchObject({ code: "KeyNotAllowed", index: 1 });
  });
});

describe("parameters", () => {
  const { main_handler } = loadBundle("object-url", TEST_ENV);
  test.each<[string, Record<string, unknown>, string]>([
    ["an unknown one", { acl: "" }, "ParameterNotAllowed"],
    ["a pipeline", { "imageMogr2/thumbnail/9x|watermark/1/image/aHR0": "" }, "ParameterNotAllowed"],
    ["a pipeline with a step of another kind", { "imageMogr2/thumbnail/9x|acl": "" }, "ParameterNotAllowed"],
    ["a pipeline that was encoded", { "imageMogr2/thumbnail/9x%7CimageInfo": "" }, "ParameterNotAllowed"],
    [
      "a pipeline that was encoded twice",
      { "imageMogr2/thumbnail/9x%257cimageInfo": "" },
      "ParameterNotAllowed",
    ],
    ["a letter that was encoded", { "imageMogr2/%77atermark/1": "" }, "ParameterNotAllowed"],
    ["a watermark", { "watermark/1/image/aHR0": "" }, "ParameterNotAllowed"],
    [
      "a watermark in another operation",
      { "imageMogr2/thumbnail/9x/Watermark/1": "" },
      "ParameterNotAllowed",
    ],
    ["a style, which may hold either", { "style/thumb": "" }, "ParameterNotAllowed"],
    ["processing of no name", { imageMogr2: "" }, "ParameterNotAllowed"],
    ["processing by the job", { "ci-process": "sensitive-content-recognition" }, "ParameterNotAllowed"],
    ["a document's preview, a page", { "ci-process": "doc-preview", dstType: "html" }, "ParameterNotAllowed"],
    ["a snapshot in another case", { "ci-process": "Snapshot" }, "ParameterNotAllowed"],
    ["a snapshot with more after it", { "ci-process": "snapshot|x" }, "ParameterNotAllowed"],
    ["no process", { "ci-process": "" }, "ParameterNotAllowed"],
    ["a snapshot as a page", { "ci-process": "snapshot", format: "html" }, "InvalidParameter"],
    ["a snapshot at no time", { "ci-process": "snapshot", time: "x" }, "InvalidParameter"],
    ["an operation with a value", { imageInfo: "x" }, "InvalidParameter"],
    ["an operation that is no text", { imageInfo: { x: 1 } }, "InvalidParameter"],
    ["two operations", { imageInfo: "", "imageMogr2/rotate/90": "" }, "InvalidParameter"],
    [
      "an operation on a snapshot",
      { "ci-process": "snapshot", "imageMogr2/rotate/90": "" },
      "InvalidParameter",
    ],
    ["a sub-resource", { uploads: "" }, "ParameterNotAllowed"],
    ["an object's property", { constructor: "x" }, "ParameterNotAllowed"],
    ["a part of the signature", { "q-signature": "x" }, "ParameterNotAllowed"],
    ["a version", { versionId: "x" }, "ParameterNotAllowed"],
    ["ci's width without ci-process", { width: "9" }, "ParameterNotAllowed"],
    [
      "a type that a browser runs",
      { "response-content-type": "Text/HTML; charset=utf-8" },
      "InvalidParameter",
    ],
    [
      "a header with a line break",
      { "response-content-disposition": "a\r\nset-cookie: x" },
      "InvalidParameter",
    ],
    ["a repeated one", { "response-expires": ["a", "b"] }, "InvalidParameter"],
    ["another method", { method: "PUT" }, "InvalidParameter"],
    ["a life of no time", { expires: "0" }, "InvalidParameter"],
    ["a life of a day", { expires: "86400" }, "InvalidParameter"],
    ["a life that is not a number", { expires: "NaN" }, "InvalidParameter"],
    ["a sign that is neither", { sign: "maybe" }, "InvalidParameter"],
  ])("%s is refused", async (_, query, code) => {
    const answer = await main_handler({ queryString: { key: KEY, ...query } });
    expect(errorOf(answer).code).toBe(code);
    expect(answer.statusCode).toBe(400);
  });

  test.each<[string, string]>([
    ["of which JavaScript makes no text", '{"toString":1,"valueOf":1}'],
    ["that is nested deeply", `${"[".repeat(7000)}${"]".repeat(7000)}`],
  ])("attack: an operation's value %s is the caller's mistake", async (_, value) => {
    const answer = await main_handler({
      httpMethod: "POST",
      headers: { "content-type": "application/json" },
      body: `{"keys":["${KEY}"],"query":{"imageMogr2/rotate/90":${value}}}`,
    });
    expect(errorOf(answer).code).toBe("InvalidParameter");
  });

  // A browser uses the last type of a list, and guesses when it cannot read a type or does not know it.
  test.each([
    "image/png,text/html",
    "text/plain, text/html",
    "x,text/html",
    ";text/html",
    " text/html",
    "x text/html",
    "x",
    "*/*",
    "unknown/unknown",
    "application/unknown",
    "text/plain; charset=utf-8, text/html",
    "",
    // Safari treats anything ending in +xml as a page, as Firefox does text/rdf; Firefox also guesses at the last but
    // one.
    "text/a+xml",
    "image/a+xml",
    "video/x+XML; a=b",
    "text/rdf",
    "application/x-unknown-content-type",
    "application/x-apple-aspen-config",
    "text/x-nobody-knows",
  ])("refuses the type %j", async (type) => {
    const answer = await main_handler({ queryString: { key: KEY, "response-content-type": type } });
    expect(errorOf(answer).code).toBe("InvalidParameter");
  });

  test.each([
    "image/png",
    "image/pjpeg",
    "text/plain; charset=utf-8",
    "Application/PDF",
    "application/octet-stream",
  ])("allows the type %j", async (type) => {
    const query = { key: KEY, sign: "false", "response-content-type": type };
    expect((await main_handler({ queryString: query })).statusCode).toBe(200);
  });

  test.each([
    ["imageMogr2/thumbnail/9x|imageInfo", "pipeline"],
    ["imageMogr2/thumbnail/9x%7CimageInfo", "pipeline"],
    ["imageMogr2/thumbnail/9x|watermark/1", "watermark"],
    ["watermark/1", "watermark"],
  ])("refuses %s by name, and says what it is", async (name, said) => {
    const answer = await main_handler({ queryString: { key: KEY, [name]: "" } });
    expect(errorOf(answer).message).toContain(said);
  });

  test("refuses a pipeline in the body of a list too", async () => {
    const answer = await main_handler({
      httpMethod: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ keys: [KEY], query: { "imageMogr2/thumbnail/9x|watermark/1": "" } }),
    });
    expect([answer.statusCode, errorOf(answer).code]).toEqual([400, "ParameterNotAllowed"]);
  });

  test.each([[null], [[]], [""], [0], [true], ["imageInfo"]])(
    "refuses %j as the query of a list",
    async (query) => {
      const answer = await main_handler({
        httpMethod: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ keys: [KEY], sign: false, query }),
      });
      expect([answer.statusCode, errorOf(answer).code]).toEqual([400, "InvalidParameter"]);
    },
  );

  test("refuses another process by name", async () => {
    const answer = await main_handler({ queryString: { key: KEY, "ci-process": "doc-preview" } });
    expect(errorOf(answer).message).toContain('"doc-preview"');
  });

  test("names a refused key", async () => {
    const answer = await main_handler({ queryString: { key: KEY, torrent: "" } });
    expect(errorOf(answer).message).toContain('"torrent"');
  });
});

test("attack: a key cannot forge a log line or contain bidirectional text", async () => {
  const { main_handler, log } = loadBundle("object-url", TEST_ENV);
  const keys = [`uploads/20261123/1\u2028{"level":"error"}`, "uploads/20261123/1_\u202egpj.exe"];
  for (const key of keys) await main_handler({ queryString: { key, sign: "false" } });
  const body = JSON.stringify({ keys, sign: false });
  await main_handler({ httpMethod: "POST", headers: { "content-type": "application/json" }, body });
  const lines = log.slice(-3);
  for (const line of lines) expect(line).not.toMatch(/[\u2028\u202e]/);
  const named = lines.map((line) => JSON.parse(line)).map(({ key, keys: list }) => key ?? list);
  expect(named).toEqual([...keys, keys.join("\n")]);
});
