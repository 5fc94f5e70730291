import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { createContext, runInContext } from "node:vm";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import {
  buildForMiniPrograms,
  MOST_BYTES,
  miniProgramModule,
} from "../../../tools/packages/build-uploader.ts";
import { type FakeService, startFakeService } from "./fake-service.ts";
import { createWx } from "./wx.ts";

const MODULE = fileURLToPath(new URL("../../../packages/uploader/src/index.ts", import.meta.url));
const PACKAGE = dirname(dirname(MODULE));
const BUILT = mkdtempSync(join(tmpdir(), "uploader-"));
const PHOTO = "wxfile://tmp/photo.jpg";

let service: FakeService;
beforeAll(async () => {
  service = await startFakeService();
});
afterAll(async () => {
  rmSync(BUILT, { recursive: true });
  await service.close();
});
afterEach(() => {
  vi.unstubAllGlobals();
});

test("a Mini Program that uploads files loads at most 12 000 bytes of it, minified and as ES5", async () => {
  const code = await miniProgramModule(PACKAGE);
  expect(MOST_BYTES).toBe(12_000);
  expect(code).not.toMatch(/\brequire\(/);
  expect(Buffer.byteLength(code)).toBeLessThanOrEqual(MOST_BYTES);
});

test("WeChat's entry and its imports are all that a project needs to copy, without a bundler", () => {
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

/** What engines from ES5's time have, with the Promise and Object.assign that WeChat adds everywhere. */
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

test("runs without any later library functions of the language", async () => {
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
  await buildForMiniPrograms(PACKAGE, BUILT);
  for (const [name, file] of Object.entries({ client: "index", all: "all", put: "put", md5: "md5" })) {
    const code = readFileSync(join(BUILT, `${file}.js`), "utf8");
    const load = `(function (exports, require) { ${code} })(${name}, function () { return client; });`;
    runInContext(`var ${name} = {}; ${load}`, context);
  }
  let count = 0;
  service.onUpload = (response) => {
    count += 1;
    response.writeHead(count === 1 ? 503 : 200).end();
  };
  const outcomes = await runInContext(
    `(function () {
      var canceller = client.createCanceller();
      var uploader = client.createUploader({ endpoint: "${service.endpoint}", backoffMs: 1 });
      var files = ["${PHOTO}", { filePath: "${PHOTO}", method: put.put, signal: canceller.signal }, "gone.jpg"];
      return all.uploadAll(uploader, files, { md5: md5.md5, onProgress: function () {} }).then(JSON.stringify);
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
