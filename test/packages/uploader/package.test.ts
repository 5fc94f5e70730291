import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { parse } from "acorn";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { installPacked } from "./packed.ts";

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const require = createRequire(import.meta.url);

/** An otherwise empty project that holds the packed client as npm would install it. */
let project: string;
let installed: string;

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), "uploader-"));
  installed = await installPacked(project);
});
afterAll(() => rm(project, { recursive: true, force: true }));

test("the tarball has the builds, a README in both languages and the license, and no source", async () => {
  const files = await readdir(installed, { recursive: true });
  const built = files.filter((file) => /^(?:dist|miniprogram_dist)\//.test(file));
  const others = files.filter((file) => !built.includes(file) && /\.|LICENSE/.test(file));
  expect(built.filter((file) => /(?<!\.d)\.ts$/.test(file))).toEqual([]);
  expect(others.map((file) => file.replace(/^\w+\/package\.json$/, "*/package.json")).sort()).toEqual(
    [
      "LICENSE",
      "README.md",
      "README.zh-CN.md",
      ...Array.from({ length: 11 }, () => "*/package.json"),
      "package.json",
    ].sort(),
  );
});

test("has no dependency that npm would install", async () => {
  const manifest = JSON.parse(await readFile(join(installed, "package.json"), "utf8"));
  expect(manifest.dependencies).toBeUndefined();
  expect(Object.keys(manifest.peerDependencies)).toEqual(["@tarojs/taro"]);
  expect(manifest.peerDependenciesMeta).toEqual({ "@tarojs/taro": { optional: true } });
});

const EXPORTS = [
  ["", "createUploader", "function"],
  ["/web", "createUploader", "function"],
  ["/uni", "createUploader", "function"],
  ["/parts", "parts", "function"],
  ["/parts", "createPauser", "function"],
  ["/put", "put", "object"],
  ["/md5", "md5", "function"],
  ["/accepted", "accepted", "function"],
  ["/objects", "listObjects", "function"],
  ["/all", "uploadAll", "function"],
  ["/messages", "messageFor", "function"],
  ["/session", "createSession", "function"],
] as const;

/** The type of each of EXPORTS, or why the entry cannot be loaded, in a program that loads them all. */
async function loaded(file: string, load: string): Promise<string[]> {
  await writeFile(
    join(project, file),
    `(async () => {
      const types = [];
      for (const [entry, name] of ${JSON.stringify(EXPORTS)}) {
        try {
          types.push(typeof (await ${load}("cos-uploader" + entry))[name]);
        } catch (error) {
          types.push(String(error));
        }
      }
      console.log(JSON.stringify(types));
    })();`,
  );
  return JSON.parse((await run(process.execPath, [join(project, file)])).stdout);
}

describe("exports", () => {
  let asModule: string[];
  let asCommonJs: string[];
  beforeAll(async () => {
    asModule = await loaded("a.mjs", "import");
    asCommonJs = await loaded("a.cjs", "require");
  });

  test.each(EXPORTS.map((item, index) => [...item, index] as const))(
    "cos-uploader%s has %s as an ES module, as CommonJS and in a Mini Program",
    (entry, name, type, index) => {
      expect([asModule[index], asCommonJs[index]]).toEqual([type, type]);
      if (entry === "/web" || entry === "/uni") return;
      expect(typeof require(join(installed, "miniprogram_dist", entry || "index"))[name]).toBe(type);
    },
  );
});

// An absolute path is resolved as webpack 4 and TypeScript's "node" resolve every import: without `exports`.
test.each(EXPORTS.filter(([entry]) => entry !== "").map(([entry]) => entry))(
  "cos-uploader%s and its types are found by what does not read exports",
  async (entry) => {
    const folder = join(installed, entry);
    const { module, types } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    expect(require(folder)).toBe(require(require.resolve(`cos-uploader${entry}`, { paths: [project] })));
    expect(await readFile(join(folder, module), "utf8")).toContain("export {");
    expect(await readFile(join(folder, types), "utf8")).toContain("export ");
  },
);

const TSC = join(require.resolve("typescript/package.json"), "../bin/tsc");

async function compile(code: string, ...options: string[]): Promise<string> {
  const file = join(project, "app.ts");
  await writeFile(file, code);
  const flags =
    "--noEmit --strict --exactOptionalPropertyTypes --target es2020 --lib es2020,dom --types".split(" ");
  return await run(process.execPath, [TSC, ...flags, "", ...options, file], { cwd: project }).then(
    () => "",
    ({ stdout }: { stdout: string }) => stdout,
  );
}

test.each([
  ["a bundler's", "--module esnext --moduleResolution bundler"],
  ["Node's", "--module nodenext --moduleResolution nodenext"],
])("a strict project with %s module resolution gets its types", async (_, flags) => {
  const options = flags.split(" ");
  const imports = [
    'import { createUploader } from "cos-uploader";',
    'import { createUploader as createOnWeb } from "cos-uploader/web";',
    'import { accepted } from "cos-uploader/accepted";',
    'import { uploadAll } from "cos-uploader/all";',
    'import { setUploader } from "cos-uploader/component/uploaders";',
    'import { md5 } from "cos-uploader/md5";',
    'import { messageFor } from "cos-uploader/messages";',
    'import { listObjects } from "cos-uploader/objects";',
    'import { parts } from "cos-uploader/parts";',
    'import { put } from "cos-uploader/put";',
    'const onWeb = createOnWeb({ endpoint: "", parts });',
    'const onWeChat = createUploader({ endpoint: "" });',
    "const file = new Blob([]);",
  ];
  const right = [
    "onWeb.upload(file, { method: put, until: accepted }).then(({ key }) => key.trim());",
    'onWeChat.upload("a path").then(({ filePath }) => filePath.trim(), messageFor);',
    "uploadAll(onWeb, [file], { md5 }).then(([one]) => one && one.filePath.size);",
    "listObjects(onWeb).then(({ objects }) => objects.length);",
    "setUploader(onWeChat);",
    // https://github.com/radix-ui/primitives/issues/3535
    "onWeb.upload(file, { rule: undefined, signal: undefined, onProgress: undefined });",
    "createOnWeb({ endpoint: { objects: undefined }, parts: undefined, getToken: undefined });",
    "uploadAll(onWeb, [{ filePath: file, rule: undefined }], { md5: undefined, onProgress: undefined });",
    "listObjects(onWeb, { after: undefined, limit: undefined });",
    "messageFor(onWeChat as unknown);",
    // As in WeChat's typings before version 5: people copy the source into projects that have those.
    'import type { WxLike } from "./node_modules/cos-uploader/dist/types/src/wx-like/wx-like.js";',
    'interface Old extends WxLike { request(option: { url: string; dataType?: "json" | "其他" }): unknown }',
  ];
  expect(await compile([...imports, ...right].join("\n"), ...options)).toBe("");
  const wrong = {
    'onWeb.upload("a path");': "TS2345",
    "onWeChat.upload(file);": "TS2345",
    'onWeChat.upload("a", { method: "PUT" });': "TS2322",
    'onWeChat.upload("a", { until: "accepted" });': "TS2322",
    'createUploader({ endpoint: "", parts: put });': "TS2322",
    "setUploader(1);": "TS2345",
    'uploadAll(onWeChat, "a path");': "TS2345",
  };
  const told = await compile([...imports, ...Object.keys(wrong)].join("\n"), ...options);
  expect(told.match(/TS\d+/g)).toEqual(Object.values(wrong));
});

test("the samples of its README compile in a strict project", async () => {
  const readme = await readFile(join(installed, "README.md"), "utf8");
  const samples = [...readme.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code = ""]) => code);
  expect(samples.length).toBeGreaterThan(2);
  const wechat = require.resolve("miniprogram-api-typings/package.json");
  const types = `/// <reference path="${join(dirname(wechat), "index.d.ts")}" />\n`;
  // What the project around a sample has, unless the sample declares it.
  const around = {
    endpoint: "string",
    getToken: "() => string",
    input: "HTMLInputElement",
    showPercent: "(percent: number) => void",
    tempFilePath: "string",
    token: "string",
  };
  for (const sample of samples) {
    const declared = Object.entries(around)
      .filter(([name]) => !new RegExp(`const .*\\b${name}\\b.* (?:=|of) `).test(sample))
      .map(([name, type]) => `declare const ${name}: ${type};\n`);
    const code = [types, ...declared, sample].join("");
    const options = "--module esnext --moduleResolution bundler --skipLibCheck".split(" ");
    expect(await compile(code, ...options)).toBe("");
  }
});

test("with the functions' rules as types, an unknown rule or extension does not compile", async () => {
  const rules = await readFile(join(ROOT, "miniprogram/rules.d.ts"), "utf8");
  const options = "--module esnext --moduleResolution bundler".split(" ");
  const code = (own: string, options: string) =>
    `${own}\nimport { createUploader } from "cos-uploader";\n` +
    `createUploader({ endpoint: "" }).upload("a", ${options});\nexport {};`;
  const typed = `/// <reference path="rules.d.ts" />`;
  await writeFile(join(project, "rules.d.ts"), rules);
  expect(await compile(code(typed, '{ rule: "avatar", ext: "png" }'), ...options)).toBe("");
  expect(await compile(code(typed, '{ rule: "avatr" }'), ...options)).toMatch(/TS2820|TS2322/);
  expect(await compile(code(typed, '{ ext: "exe" }'), ...options)).toMatch(/TS2322/);
  expect(await compile(code("", '{ rule: "any at all", ext: "exe" }'), ...options)).toBe("");
});

test("WeChat's npm build gets ES5, and its first file exports what the source does and needs no other", async () => {
  const manifest = JSON.parse(await readFile(join(installed, "package.json"), "utf8"));
  const file = join(installed, manifest.miniprogram, "index.js");
  const scripts = (await readdir(dirname(file), { recursive: true })).filter((name) => name.endsWith(".js"));
  expect(scripts).toContain("component/cos-uploader.js");
  for (const script of scripts) {
    const code = await readFile(join(dirname(file), script), "utf8");
    expect(() => parse(code, { ecmaVersion: 5, sourceType: "script" })).not.toThrow();
  }
  const code = await readFile(file, "utf8");
  expect(code).not.toMatch(/\brequire\(/);
  const source: object = await import("../../../packages/uploader/src/index.ts");
  // uploaderOn is for platforms of one's own, and for the ES module; `core` is for the other files.
  const exported = Object.keys(source).filter((name) => name !== "uploaderOn");
  expect(Object.keys(require(file)).sort()).toEqual([...exported, "core"].sort());
});
