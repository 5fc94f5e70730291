import { execFile } from "node:child_process";
import { cp, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { transform } from "@swc/core";
import { type BuildOptions, build, type Plugin } from "esbuild";

const run = promisify(execFile);

/** Each is a platform: what `cos-uploader`, `cos-uploader/web` and so on lead to. */
const PLATFORMS = ["index", "web", "taro", "uni"];

/** What not everybody needs: `cos-uploader/parts` and so on. In a Mini Program each is a file of its own. */
const MORE = ["parts", "put", "md5", "accepted", "objects", "all", "messages", "session"];

/** What a Mini Program loads by `require("cos-uploader")` has at most so many bytes. */
export const MOST_BYTES = 12_000;

/** Thrown for a client that has become too large for what is said of it. */
export class TooLargeError extends Error {
  override readonly name = "TooLargeError";
}

/**
 * Builds the client: ES modules, CommonJS and types into `dist`, and what 构建 npm of WeChat DevTools copies into
 * `miniprogram_dist`.
 *
 * @param folder of the package
 * @returns the modules of a Mini Program, and what each has in bytes
 * @throws {TooLargeError} when the first of them has more than {@link MOST_BYTES}
 */
export async function buildUploader(folder: string): Promise<readonly (readonly [string, number])[]> {
  const dist = join(folder, "dist");
  await rm(dist, { recursive: true, force: true });
  for (const [format, ending] of [
    ["esm", ".mjs"],
    ["cjs", ".cjs"],
  ] as const) {
    await build({
      entryPoints: [...PLATFORMS, ...MORE].map((entry) => join(folder, "src", `${entry}.ts`)),
      outdir: dist,
      outExtension: { ".js": ending },
      format,
      bundle: true,
      // What two entries need is there once, where the format has a way to say so.
      splitting: format === "esm",
      // Taro is the app's own.
      packages: "external",
      target: "es2015",
      charset: "utf8",
      absWorkingDir: folder,
      logLevel: "warning",
    });
  }
  await writeTypes(folder, dist);
  const outdir = join(folder, "miniprogram_dist");
  await buildForMiniPrograms(folder, outdir);
  const files = ["index", ...MORE].map(
    async (name) => [`${name}.js`, (await stat(join(outdir, `${name}.js`))).size] as const,
  );
  const sizes = await Promise.all(files);
  const [[, first] = ["", 0]] = sizes;
  if (first > MOST_BYTES) {
    throw new TooLargeError(
      `The client for Mini Programs has ${first} bytes; it may have ${MOST_BYTES}. Move what not everybody needs to an entry of its own.`,
    );
  }
  return sizes;
}

/**
 * Writes what a Mini Program takes: the client and what not everybody needs of it as a module each, and its component with
 * each script as a file of its own, beside the client that a page uses too. All of it is ES5.
 *
 * @param folder of the package
 */
export async function buildForMiniPrograms(folder: string, outdir: string): Promise<void> {
  await rm(outdir, { recursive: true, force: true });
  const [from, to] = [join(folder, "component"), join(outdir, "component")];
  await mkdir(to, { recursive: true });
  await writeFile(join(outdir, "index.js"), await miniProgramModule(folder));
  for (const name of MORE) await writeFile(join(outdir, `${name}.js`), await furtherModule(folder, name));
  for (const name of await readdir(from)) {
    if (name.endsWith(".ts")) {
      await writeFile(join(to, name.replace(/ts$/, "js")), await componentScript(join(from, name)));
    } else await cp(join(from, name), join(to, name));
  }
}

async function componentScript(file: string): Promise<string> {
  return await bundled({
    entryPoints: [file],
    plugins: [
      {
        name: "files of their own",
        setup({ onResolve }) {
          onResolve({ filter: /^cos-uploader$/ }, () => ({ path: "../index", external: true }));
          onResolve({ filter: /^cos-uploader\// }, ({ path }) => ({
            path: path.replace("cos-uploader", ".."),
            external: true,
          }));
          onResolve({ filter: /^\.\// }, ({ path }) => ({ path, external: true }));
        },
      },
    ],
  });
}

async function bundled(options: BuildOptions): Promise<string> {
  const { outputFiles = [] } = await build({
    ...options,
    bundle: true,
    write: false,
    format: "cjs",
    target: "es2015",
    charset: "utf8",
    logLevel: "warning",
  });
  return await inES5(outputFiles.map(({ text }) => text).join(""));
}

/** A module that exports the names that it has imported; `export` would cost a getter for each. */
async function moduleOf(
  folder: string,
  imports: Readonly<Record<string, readonly string[]>>,
  exported: string,
  plugins: Plugin[],
): Promise<string> {
  const lines = Object.entries(imports).map(
    ([from, names]) => `import { ${names.join(", ")} } from "${from}";`,
  );
  return await bundled({
    stdin: { contents: `${lines.join("")}Object.assign(exported, ${exported});`, resolveDir: folder },
    // Under its own name it would make this a CommonJS module for esbuild, which wraps those.
    banner: { js: "var exported = exports;" },
    plugins,
  });
}

/** What all modules but the first take from that one, under `core`: their files would hold it again. */
async function coreOf(folder: string): Promise<Readonly<Record<string, readonly string[]>>> {
  const entries = ["src/core/shared.ts", "src/wx-like/meaning.ts"].map(async (file) => [
    `./${file}`,
    await namesOf(join(folder, file)),
  ]);
  return Object.fromEntries(await Promise.all(entries));
}

async function namesOf(file: string): Promise<string[]> {
  const module: object = await import(pathToFileURL(file).href);
  return Object.keys(module);
}

/**
 * The client for WeChat as one CommonJS module, in the language of ES5: a project may ship it as it is, whatever its
 * settings are. Minified, since it counts towards a Mini Program's 2 MB.
 *
 * @param folder of the package
 */
export async function miniProgramModule(folder: string): Promise<string> {
  const entry = "./src/index.ts";
  // Who brings a platform has a bundler, and uses the ES module.
  const names = (await namesOf(join(folder, entry))).filter((name) => name !== "uploaderOn");
  const core = await coreOf(folder);
  const exported = `{ ${names}, core: [${Object.values(core).flat()}] }`;
  return await moduleOf(folder, { [entry]: names, ...core }, exported, []);
}

async function furtherModule(folder: string, name: string): Promise<string> {
  const entry = `./src/${name}.ts`;
  const names = await namesOf(join(folder, entry));
  const core = Object.values(await coreOf(folder)).flat();
  const fromFirst = core
    .map((name, index) => `export const ${name} = /* @__PURE__ */ at(${index});`)
    .join("");
  return await moduleOf(folder, { [entry]: names }, `{ ${names} }`, [
    {
      name: "what the first module has",
      setup({ onResolve, onLoad }) {
        onResolve({ filter: /^\.\/index$/ }, ({ path }) => ({ path, external: true }));
        onResolve({ filter: /\/(core\/shared|wx-like\/meaning)$/ }, () => ({
          path: "core",
          namespace: "first",
          sideEffects: false,
        }));
        onLoad({ filter: /^core$/, namespace: "first" }, () => ({
          contents: `import { core } from "./index";const at = (index) => core[index];${fromFirst}`,
        }));
      },
    },
  ]);
}

async function inES5(script: string): Promise<string> {
  const { code } = await transform(script, {
    isModule: false,
    swcrc: false,
    configFile: false,
    minify: true,
    // ES5's engines all have instanceof and typeof as they are; that later ones changed them is nothing to us.
    env: { targets: "ie 9", loose: true, exclude: ["transform-typeof-symbol", "transform-instanceof"] },
    jsc: {
      // Our lists are arrays, and nothing is a symbol.
      loose: true,
      assumptions: { iterableIsArray: true, arrayLikeIsIterable: true },
      transform: { optimizer: { simplify: false } },
      minify: {
        compress: { passes: 3, unsafe: true, pure_getters: true, hoist_props: true, toplevel: true },
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
