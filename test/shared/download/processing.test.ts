import { expect, test } from "vitest";
import { checkProcessing, isOperation, processedType } from "../../../shared/download/processing.ts";
import { ServiceError } from "../../../shared/errors.ts";

const check = (name: string, value: unknown = "", others: Record<string, unknown> = {}) =>
  checkProcessing(name, value, new Map(Object.entries({ [name]: value, ...others })));

function refusal(...asked: Parameters<typeof check>) {
  try {
    check(...asked);
  } catch (error) {
    if (error instanceof ServiceError) return `${error.code}: ${error.message}`;
  }
  return undefined;
}

test.each([
  "imageInfo",
  "exif",
  "imageAve",
  "imageMogr2/thumbnail/!50p",
  "imageMogr2/thumbnail/640x480>/quality/85!",
  "imageView2/1/w/400/h/600/",
  `imageMogr2/${"a".repeat(489)}`,
  "imageSlim",
  // https://cloud.tencent.com/document/product/436/44880 and its neighbours: colours are base64.
  "imageMogr2/thumbnail/!200x200/pad/1/color/IzNEM0QzRA==",
  "imageMogr2/thumbnail/!300x200r/gravity/Center/crop/300x200/quality/50",
  "imageMogr2/auto-orient/format/webp/quality/80!/ignore-error/1",
  // The addresses of pictures in thousands of public pages, such as https://github.com/CymChad/BaseRecyclerViewAdapterHelper
  "imageMogr2/auto-orient/strip|imageView2/2/w/1240",
  "imageMogr2/auto-orient/strip|imageView2/2/w/509/format/webp",
  "imageMogr2/thumbnail/!425x340r|imageView2/1/w/425/h/340",
  // https://cloud.tencent.com/document/api/1246/109224, the second case: with a signature.
  "watermark/2/text/5pWw5o2u5LiH6LGh/fill/I0ZGRkZGRg==/fontsize/30/dx/20/dy/20",
  "imageMogr2/thumbnail/!50p|watermark/2/text/5pWw5o2u5LiH6LGh/fill/I0ZGRkZGRg==/fontsize/30/dx/20/dy/20",
  Array(10).fill("imageMogr2/rotate/90").join("|"),
])("accepts what reads one image: %s", (name) => {
  expect(check(name)).toBeUndefined();
});

test.each([
  [`imageMogr2/${"a".repeat(490)}`, /^".*"$/, "it is too long"],
  ["imageMogr2/Watermark/1", /^This watermark$/, "only watermark/2, a text in URL-safe base64, can"],
  ["watermark/1/image/aHR0", /^This watermark$/, "only watermark/2, a text in URL-safe base64, can"],
  ["watermark/3/type/3/text/aHR0", /^This watermark$/, "only watermark/2, a text in URL-safe base64, can"],
  [
    "watermark/2/image/aHR0/text/aHR0",
    /^This watermark$/,
    "only watermark/2, a text in URL-safe base64, can",
  ],
  // 腾讯云 in ordinary base64; the text must be in the URL-safe one (https://www.tencentcloud.com/document/api/1045/33721).
  ["watermark/2/text/6IW+6K6v5LqR", /^This watermark$/, "only watermark/2, a text in URL-safe base64, can"],
  [
    "watermark/2/text/6IW 6K6v5LqR/dx/1",
    /^This watermark$/,
    "only watermark/2, a text in URL-safe base64, can",
  ],
  ["watermark/2", /^This watermark$/, "only watermark/2, a text in URL-safe base64, can"],
  [
    "imageMogr2/thumbnail/9x|watermark/1/image/aHR0",
    /^This watermark$/,
    "only watermark/2, a text in URL-safe base64, can",
  ],
])("refuses what is not a single harmless operation, with the reason: %s", (name, named, why) => {
  const [, what, reason] =
    /^ParameterNotAllowed: (.*) cannot be signed into a URL: (.*)\.$/.exec(refusal(name) ?? "") ?? [];
  expect(what).toMatch(named);
  expect(reason).toBe(why);
});

test.each([
  "imageMogr2/thumbnail/9x|imageInfo",
  "imageMogr2/thumbnail/9x%7CimageInfo",
  "imageMogr2/thumbnail/9x%25257cimageInfo",
  "imageMogr2/thumbnail/9x|",
  "|imageMogr2/thumbnail/9x",
  "imageMogr2/thumbnail/9x||imageMogr2/rotate/90",
  "imageMogr2/thumbnail/9x|style/small",
  "imageMogr2/thumbnail/9x|ci-process=snapshot",
  Array(11).fill("imageMogr2/rotate/90").join("|"),
])("refuses a pipeline with a step that may not be in one, or with too many: %s", (name) => {
  expect(refusal(name)).toBe(
    'ParameterNotAllowed: This pipeline ("|") cannot be signed into a URL: each step must process an image.',
  );
});

test.each([
  "imageMogr2",
  "imageMogr2/",
  "imageMogr3/a",
  "ximageMogr2/a",
  "imageMogr2/a b",
  "imageMogr2/image/aHR0",
  "ImageInfo",
  "acl",
])("refuses an unknown parameter by name: %s", (name) => {
  expect(refusal(name)).toBe(
    `ParameterNotAllowed: The parameter ${JSON.stringify(name)} cannot be signed into a URL.`,
  );
});

test("refuses a value for an operation", () => {
  for (const value of ["x", undefined, 0, ["x"]]) {
    expect(refusal("imageInfo", value ?? null)).toBe(
      'InvalidParameter: The parameter "imageInfo" must have no value.',
    );
  }
});

test.each([
  ["time", "1", "1."],
  ["time", "1.5", "1234567"],
  ["time", "123456.123456", "1.1234567"],
  ["width", "1920", "12345"],
  ["height", "1080", "x"],
  ["format", "png", "html"],
  ["format", "jpg", "jpgx"],
  ["rotate", "auto", "90"],
  ["mode", "exactframe", "any"],
])("accepts %s=%s for a snapshot, and not %s", (name, good, bad) => {
  const snapshot = { "ci-process": "snapshot" };
  expect(check(name, good, snapshot)).toBeUndefined();
  const malformed = `InvalidParameter: The parameter "${name}" must be valid for a snapshot.`;
  for (const value of [bad, ` ${good}`, `${good} `, 1])
    expect(refusal(name, value, snapshot)).toBe(malformed);
  expect(refusal(name, good)).toMatch(/^ParameterNotAllowed/);
});

test("accepts no process but a snapshot", () => {
  expect(check("ci-process", "snapshot")).toBeUndefined();
  for (const other of ["doc-preview", "snapshots", "a-snapshot"]) {
    expect(refusal("ci-process", other)).toBe(
      `ParameterNotAllowed: ci-process="${other}" cannot be signed into a URL: only snapshot can.`,
    );
  }
  expect(refusal("ci-process", 7)).toBe(
    "ParameterNotAllowed: ci-process=? cannot be signed into a URL: only snapshot can.",
  );
});

test("distinguishes operations from their parameters", () => {
  expect(["ci-process", "imageInfo", "imageMogr2/a", "exif", "watermark/2/a"].every(isOperation)).toBe(true);
  expect(["time", "response-expires", "an-image", "exifs"].some(isOperation)).toBe(false);
});

test.each<[Record<string, string>, string | undefined]>([
  [{ imageInfo: "" }, "application/json"],
  [{ exif: "" }, "application/json"],
  [{ imageAve: "" }, "application/json"],
  [{ "imageMogr2/format/yjpeg": "" }, "image/jpeg"],
  [{ "imageMogr2/format/jpeg": "" }, "image/jpeg"],
  ...["png", "gif", "bmp", "webp", "avif", "heif", "heic", "tpg"].map(
    (format): [Record<string, string>, string] => [
      { [`imageView2/2/format/${format}`]: "" },
      `image/${format}`,
    ],
  ),
  [{ "imageMogr2/format/svg": "" }, "application/octet-stream"],
  [{ "imageMogr2/format/pngx": "" }, "application/octet-stream"],
  [{ "imageMogr2/format/xpng": "" }, "application/octet-stream"],
  [{ "imageMogr2/format/jpegx": "" }, "application/octet-stream"],
  [{ "imageMogr2/format/xjpg": "" }, "application/octet-stream"],
  [{ "imageMogr2/thumbnail/200x": "" }, undefined],
  [{ "imageMogr2/strip|imageView2/2/w/509/format/webp": "" }, "image/webp"],
  [{ "imageMogr2/format/png|imageView2/2/w/509/format/webp|imageMogr2/rotate/90": "" }, "image/webp"],
  [{ "imageMogr2/format/png|imageMogr2/format/html": "" }, "application/octet-stream"],
  [{ "imageMogr2/thumbnail/9x|watermark/2/text/aHR0": "" }, undefined],
  [{ "ci-process": "snapshot" }, "image/jpeg"],
  [{ "ci-process": "snapshot", format: "png" }, "image/png"],
  [{ time: "1", "ci-process": "snapshot", format: "jpg" }, "image/jpeg"],
  [{ "response-expires": "imageMogr2/format/png" }, undefined],
  [{ "x/format/png": "" }, undefined],
  [{}, undefined],
])("%j is answered as %s", (query, type) => {
  expect(processedType(query)).toBe(type);
});
