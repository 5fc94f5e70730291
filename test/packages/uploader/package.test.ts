import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { parse } from "acorn";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildUploader, EXPORTED } from "../../../tools/packages/build-uploader.ts";

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const require = createRequire(import.meta.url);

/** An otherwise empty project in which the packed client lies as npm would install it. */
let project: string;
let installed: string;

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), "uploader-"));
  const source = join(project, "source");
  await cp(join(ROOT, "packages/uploader"), source, {
    recursive: true,
    filter: (path) => !/[/\\](?:dist|miniprogram_dist|node_modules)$/.test(path),
  });
  // The types of the platforms.
  await symlink(join(ROOT, "node_modules"), join(source, "node_modules"));
  await buildUploader(source);
  await run("npm", ["pack", "--pack-destination", project], { cwd: source });
  const [tarball = ""] = (await readdir(project)).filter((file) => file.endsWith(".tgz"));
  installed = join(project, "node_modules/cos-uploader");
  await mkdir(installed, { recursive: true });
  await run("tar", ["-xzf", join(project, tarball), "--strip-components=1", "-C", installed]);
  await rm(source, { recursive: true });
}, 60_000);
afterAll(() => rm(project, { recursive: true, force: true }));

test("the tarball holds the builds, a README and the license, and no source", async () => {
  const files = await readdir(installed);
  expect(files.sort()).toEqual(["LICENSE", "README.md", "dist", "miniprogram_dist", "package.json"]);
});

test("it has no dependency that npm would install", async () => {
  const manifest = JSON.parse(await readFile(join(installed, "package.json"), "utf8"));
  expect(manifest.dependencies).toBeUndefined();
  expect(Object.keys(manifest.peerDependencies)).toEqual(["@tarojs/taro"]);
  expect(manifest.peerDependenciesMeta).toEqual({ "@tarojs/taro": { optional: true } });
});

test.each(["cos-uploader", "cos-uploader/web", "cos-uploader/uni"])(
  "%s is imported as an ES module and as CommonJS",
  async (name) => {
    const esm = join(project, "a.mjs");
    await writeFile(esm, `import { createUploader } from "${name}"; console.log(typeof createUploader);`);
    const cjs = join(project, "a.cjs");
    await writeFile(cjs, `console.log(typeof require("${name}").createUploader);`);
    for (const file of [esm, cjs]) {
      expect((await run(process.execPath, [file])).stdout.trim()).toBe("function");
    }
  },
);

const TSC = join(require.resolve("typescript/package.json"), "../bin/tsc");

async function compile(code: string, ...options: string[]): Promise<string> {
  const file = join(project, "app.ts");
  await writeFile(file, code);
  const flags = "--noEmit --strict --target es2020 --lib es2020,dom --types".split(" ");
  return await run(process.execPath, [TSC, ...flags, "", ...options, file], { cwd: project }).then(
    () => "",
    ({ stdout }: { stdout: string }) => stdout,
  );
}

test.each([
  ["a bundler's", "--module esnext --moduleResolution bundler"],
  ["Node's", "--module nodenext --moduleResolution nodenext"],
])("a strict project of %s module resolution has its types", async (_, flags) => {
  const options = flags.split(" ");
  const web =
    'import { createUploader } from "cos-uploader/web";\nconst u = createUploader({ endpoint: "" });\n';
  expect(await compile(`${web}u.upload(new Blob([])).then(({ key }) => key.trim());`, ...options)).toBe("");
  expect(await compile(`${web}u.upload("a path");`, ...options)).toMatch(/TS2345/);
  const wx =
    'import { createUploader, messageFor } from "cos-uploader";\nconst u = createUploader({ endpoint: "" });\n';
  const good = 'u.upload("a path").then(({ filePath }) => filePath.trim(), (e) => messageFor(e, "zh"));';
  expect(await compile(wx + good, ...options)).toBe("");
  expect(await compile(`${wx}u.upload(new Blob([]));`, ...options)).toMatch(/TS2345/);
  const component = 'import { setUploader } from "cos-uploader/component/uploaders";\nsetUploader';
  expect(await compile(`${component};`, ...options)).toBe("");
  expect(await compile(`${component}(1);`, ...options)).toMatch(/TS2345/);
});

test("with the functions' rules as types, a rule or an extension that does not exist does not compile", async () => {
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

test("what WeChat's npm build takes is ES5, exports what the source does, and needs nothing else", async () => {
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
  expect(Object.keys(require(file)).sort()).toEqual([...EXPORTED].sort());
  const source: object = await import("../../../packages/uploader/src/index.ts");
  // uploaderOn is for those who bring a platform of their own, and import the ES module.
  expect([...EXPORTED, "uploaderOn"].sort()).toEqual(Object.keys(source).sort());
});
