import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { createContext, runInContext } from "node:vm";
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { TYPES, typeOf } from "../../../packages/uploader/src/core/content-type.ts";
import { createUploader } from "../../../packages/uploader/src/index.ts";
import { rules } from "../../../shared/object/rules.ts";
import { miniProgramModule } from "../../../tools/packages/build-uploader.ts";
import { type FakeService, startFakeService } from "./fake-service.ts";
import { createWx } from "./wx.ts";

const MODULE = fileURLToPath(new URL("../../../packages/uploader/src/index.ts", import.meta.url));
const PACKAGE = dirname(dirname(MODULE));
const PHOTO = "wxfile://tmp/photo.jpg";

let service: FakeService;
beforeAll(async () => {
  service = await startFakeService();
});
afterAll(() => service.close());
afterEach(() => {
  vi.unstubAllGlobals();
});

test("for WeChat it is under 27.5 KB minified, as ES5, and 11 KB gzipped, with all it needs", async () => {
  const code = await miniProgramModule(PACKAGE, [
    "createUploader",
    "createCanceller",
    "createPauser",
    "isUploadError",
  ]);
  expect(Buffer.byteLength(code)).toBeLessThan(27.5 * 1024);
  expect(gzipSync(code).length).toBeLessThan(11 * 1024);
});

test("what WeChat's entry needs is all that a project needs to copy, and needs no bundler", () => {
  const folder = dirname(MODULE);
  const seen = new Set<string>();
  const follow = (file: string) => {
    if (seen.has(file)) return;
    seen.add(file);
    const code = readFileSync(file, "utf8");
    for (const [, from = ""] of code.matchAll(/^(?:import|export) [^;]*? from "([^"]+)"/gm)) {
      expect(from).toMatch(/^\.\.?\//);
      follow(`${join(dirname(file), from)}.ts`);
    }
  };
  follow(MODULE);
  expect(seen.size).toBeGreaterThan(15);
  const folders = [...seen].map((file) => dirname(relative(folder, file)));
  expect([...new Set(folders)].sort()).toEqual([".", "core", "wx-like"]);
});

/** What engines of ES5's time have, with the Promise and Object.assign that WeChat brings to all. */
const KEPT: Readonly<Record<string, readonly string[]>> = {
  Object:
    "prototype length name assign create defineProperty defineProperties keys freeze getPrototypeOf getOwnPropertyNames getOwnPropertyDescriptor".split(
      " ",
    ),
  "Array.prototype":
    "constructor length concat every filter forEach indexOf join lastIndexOf map pop push reduce reverse shift slice some sort splice unshift".split(
      " ",
    ),
  "String.prototype":
    "constructor length charAt charCodeAt concat indexOf lastIndexOf match replace search slice split substring toLowerCase toString toUpperCase trim valueOf".split(
      " ",
    ),
  Promise: "prototype length name all race reject resolve".split(" "),
  "Promise.prototype": "constructor then catch".split(" "),
  Math: "abs ceil floor max min pow random round sqrt".split(" "),
  Number: "prototype length name MAX_VALUE MIN_VALUE NaN".split(" "),
  globalThis:
    "globalThis Object Function Array String Boolean Number Date Math JSON RegExp Error TypeError RangeError Promise undefined NaN Infinity isNaN isFinite parseInt parseFloat encodeURIComponent decodeURIComponent encodeURI decodeURI wx setTimeout clearTimeout".split(
      " ",
    ),
};

test("it runs where nothing of the language's later library exists", async () => {
  const bytes = randomBytes(100_000);
  const { wx } = createWx({ files: new Map([[PHOTO, bytes]]) });
  const context = createContext({ wx, setTimeout, clearTimeout });
  for (const [owner, kept] of Object.entries(KEPT)) {
    runInContext(
      `Object.getOwnPropertyNames(${owner}).forEach(function (name) {
        if (${JSON.stringify(kept)}.indexOf(name) < 0) delete ${owner}[name];
      });`,
      context,
    );
  }
  expect(runInContext("typeof Map + typeof [].includes + typeof fetch + typeof URL", context)).toBe(
    "undefinedundefinedundefinedundefined",
  );
  runInContext(
    `var client = {}; (function (exports) { ${await miniProgramModule(PACKAGE)} })(client);`,
    context,
  );
  let count = 0;
  service.onUpload = (response) => {
    count += 1;
    response.writeHead(count === 1 ? 503 : 200).end();
  };
  const outcomes = await runInContext(
    `(function () {
      var canceller = client.createCanceller();
      var uploader = client.createUploader({ endpoint: "${service.endpoint}", backoffMs: 1 });
      var files = ["${PHOTO}", { filePath: "${PHOTO}", method: "PUT", signal: canceller.signal }, "gone.jpg"];
      return uploader.uploadAll(files, { md5: true, onProgress: function () {} }).then(JSON.stringify);
    })()`,
    context,
  );
  expect(JSON.parse(outcomes)).toMatchObject([
    { status: "uploaded" },
    { status: "uploaded" },
    { status: "failed", error: { code: "FileUnreadable" } },
  ]);
  expect(service.uploads.every(({ file }) => file.equals(bytes))).toBe(true);
});

test("its types are those of the rules: none that a rule does not give, and all of what phones record", () => {
  const own = TYPES.split(" ").filter((word) => word !== "" && !word.endsWith("/"));
  const extensions = own.map((word) => word.split(":")[0] ?? "");
  expect(new Set(extensions).size).toBe(extensions.length);
  for (const ext of extensions) {
    const given = rules.all.flatMap(({ types }) => (Object.hasOwn(types, ext) ? [types[ext]?.[0]] : []));
    expect([ext, given.length > 0]).toEqual([ext, true]);
    for (const type of given) expect([ext, typeOf(ext)]).toEqual([ext, type]);
  }
  const recorded = ["photo", "video", "audio"].flatMap((name) => Object.keys(rules.named(name)?.types ?? {}));
  expect(recorded.length).toBeGreaterThan(20);
  expect(extensions).toEqual(expect.arrayContaining(recorded));
});

test.each(["photo", "video", "audio"])("its types are those of the rule %s", async (name) => {
  const types = Object.entries(rules.named(name)?.types ?? {});
  expect(types.length).toBeGreaterThan(3);
  const asked: unknown[] = [];
  const files = new Map(types.map(([ext]) => [`wxfile://tmp/file.${ext}`, Buffer.of(1)]));
  vi.stubGlobal("wx", createWx({ files }).wx);
  service.onUpload = undefined;
  const from = service.signed.length;
  await createUploader({ endpoint: service.endpoint, maxTransfers: 1 }).uploadAll([...files.keys()]);
  for (const { query } of service.signed.slice(from)) asked.push([query["ext"], query["type"]]);
  expect(asked).toEqual(types.map(([ext, [type]]) => [ext, type]));
});
