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
])("accepts what reads one image: %s", (name) => {
  expect(check(name)).toBeUndefined();
});

test.each([
  [`imageMogr2/${"a".repeat(490)}`, /^".*"$/, "it is too long"],
  ["imageMogr2/Watermark/1", /^watermark$/, "it can show any image of the bucket"],
  ["imageMogr2/thumbnail/9x|imageInfo", /^A pipeline \("\|"\)$/, "ask for one operation"],
  ["imageMogr2/thumbnail/9x%7CimageInfo", /^A pipeline \("\|"\)$/, "ask for one operation"],
  ["imageMogr2/thumbnail/9x%25257cimageInfo", /^A pipeline \("\|"\)$/, "ask for one operation"],
])("refuses what is not a single harmless operation, with the reason: %s", (name, named, why) => {
  const [, what, reason] =
    /^ParameterNotAllowed: (.*) cannot be signed into a URL: (.*)\.$/.exec(refusal(name) ?? "") ?? [];
  expect(what).toMatch(named);
  expect(reason).toBe(why);
});

test.each([
  "imageMogr2",
  "imageMogr2/",
  "imageMogr3/a",
  "ximageMogr2/a",
  "imageMogr2/a b",
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
  expect(["ci-process", "imageInfo", "imageMogr2/a", "exif"].every(isOperation)).toBe(true);
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
  [{ "ci-process": "snapshot" }, "image/jpeg"],
  [{ "ci-process": "snapshot", format: "png" }, "image/png"],
  [{ time: "1", "ci-process": "snapshot", format: "jpg" }, "image/jpeg"],
  [{ "response-expires": "imageMogr2/format/png" }, undefined],
  [{ "x/format/png": "" }, undefined],
  [{}, undefined],
])("%j is answered as %s", (query, type) => {
  expect(processedType(query)).toBe(type);
});
