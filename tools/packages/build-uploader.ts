import { execFile } from "node:child_process";
import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import { transform } from "@swc/core";
import { type BuildOptions, build } from "esbuild";

const run = promisify(execFile);

/** Each is a platform: what `cos-uploader`, `cos-uploader/web` and so on lead to. */
const ENTRIES = ["index", "web", "taro", "uni"];

/**
 * Builds the client: ES modules, CommonJS and types into `dist`, and what 构建 npm of WeChat DevTools copies into
 * `miniprogram_dist`.
 *
 * @param folder of the package
 */
export async function buildUploader(folder: string): Promise<void> {
  const dist = join(folder, "dist");
  await rm(dist, { recursive: true, force: true });
  for (const [format, ending] of [
    ["esm", ".mjs"],
    ["cjs", ".cjs"],
  ] as const) {
    await build({
      entryPoints: ENTRIES.map((entry) => join(folder, "src", `${entry}.ts`)),
      outdir: dist,
      outExtension: { ".js": ending },
      format,
      bundle: true,
      // Taro is the app's own.
      packages: "external",
      target: "es2015",
      charset: "utf8",
      absWorkingDir: folder,
      logLevel: "warning",
    });
  }
  await writeTypes(folder, dist);
  await buildForMiniPrograms(folder, join(folder, "miniprogram_dist"));
}

/**
 * Writes what a Mini Program takes: the client as one module, and its component with each script as a file of its own,
 * beside the client that a page uses too. All of it is ES5.
 *
 * @param folder of the package
 */
export async function buildForMiniPrograms(folder: string, outdir: string): Promise<void> {
  await rm(outdir, { recursive: true, force: true });
  const [from, to] = [join(folder, "component"), join(outdir, "component")];
  await mkdir(to, { recursive: true });
  await writeFile(join(outdir, "index.js"), await miniProgramModule(folder));
  for (const name of await readdir(from)) {
    if (name.endsWith(".ts")) {
      await writeFile(join(to, name.replace(/ts$/, "js")), await componentScript(join(from, name)));
    } else await cp(join(from, name), join(to, name));
  }
}

async function componentScript(file: string): Promise<string> {
  const { outputFiles } = await build({
    ...SCRIPT,
    entryPoints: [file],
    format: "cjs",
    plugins: [
      {
        name: "files of their own",
        setup({ onResolve }) {
          onResolve({ filter: /^cos-uploader$/ }, () => ({ path: "../index", external: true }));
          onResolve({ filter: /^\.\// }, ({ path }) => ({ path, external: true }));
        },
      },
    ],
  });
  return await inES5(outputFiles.map(({ text }) => text).join(""));
}

const SCRIPT = {
  bundle: true,
  write: false,
  target: "es2015",
  charset: "utf8",
  logLevel: "warning",
} as const satisfies BuildOptions;

/** What the module of WeChat's client exports; `import * from` would cost a getter for each. */
export const EXPORTED = [
  "createCanceller",
  "createPauser",
  "createSession",
  "createUploader",
  "isUploadError",
  "messageFor",
  "systemLanguage",
];

/**
 * The client for WeChat as one CommonJS module, in the language of ES5: a project may ship it as it is, whatever its
 * settings are. Minified, since it counts towards a Mini Program's 2 MB.
 *
 * @param folder of the package
 */
export async function miniProgramModule(folder: string, exported = EXPORTED): Promise<string> {
  const names = exported.join(", ");
  const { outputFiles } = await build({
    stdin: {
      contents: `import { ${names} } from "./src/index.ts"; Object.assign(exported, { ${names} });`,
      resolveDir: folder,
    },
    // Under its own name it would make this a CommonJS module for esbuild, which wraps those.
    banner: { js: "var exported = exports;" },
    ...SCRIPT,
    format: "iife",
  });
  return await inES5(outputFiles.map(({ text }) => text).join(""));
}

async function inES5(script: string): Promise<string> {
  const { code } = await transform(script, {
    isModule: false,
    swcrc: false,
    configFile: false,
    minify: true,
    jsc: {
      target: "es5",
      // Our lists are arrays, and nothing is a symbol.
      loose: true,
      assumptions: { iterableIsArray: true, arrayLikeIsIterable: true },
      transform: { optimizer: { simplify: false } },
      minify: {
        compress: { passes: 3, unsafe: true, pure_getters: true, hoist_props: true },
        mangle: { toplevel: true },
        format: { asciiOnly: false },
      },
    },
  });
  return `"use strict";${code}`;
}

async function writeTypes(folder: string, dist: string): Promise<void> {
  const typescript = createRequire(import.meta.url).resolve("typescript/package.json");
  const tsc = join(typescript, "..", "bin", "tsc");
  await run(process.execPath, [tsc, "-p", join(folder, "tsconfig.types.json")]);
  const types = join(dist, "types");
  for (const name of await readdir(types, { recursive: true })) {
    if (!name.endsWith(".d.ts")) continue;
    const file = join(types, name);
    // The source leaves endings out, as Mini Programs do; a project of Node's module resolution wants them.
    const text = await readFile(file, "utf8");
    await writeFile(file, text.replace(/(from ")(\.[^"]+)(")/g, "$1$2.js$3"));
  }
}
