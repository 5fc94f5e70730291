import { execFile } from "node:child_process";
import { cp, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { transform } from "@swc/core";
import { type BuildOptions, build, type Plugin } from "esbuild";
import { looseObject, object, optional, parse, parseJson, pipe, record, string } from "valibot";

const run = promisify(execFile);

/** The entry points of the platforms: `cos-uploader`, `cos-uploader/web` and so on. */
const PLATFORMS = ["index", "web", "taro", "uni"];

/** The entry points that not everyone needs: `cos-uploader/parts` and so on. In a Mini Program each is a separate file. */
const MORE = ["parts", "put", "md5", "accepted", "objects", "all", "messages", "session"];

/** The largest size of what a Mini Program loads with `require("cos-uploader")`. */
export const MOST_BYTES = 12_000;

/** The client is larger than the documentation promises. */
export class TooLargeError extends Error {
  override readonly name = "TooLargeError";
}

/**
 * Builds the client: ES modules, CommonJS and types in `dist`, and in `miniprogram_dist` the files that 构建 npm of WeChat
 * DevTools copies.
 *
 * @param folder the package's folder
 * @returns the modules for Mini Programs, each with its size in bytes
 * @throws {TooLargeError} when the first of them is larger than {@link MOST_BYTES}
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
      // Code that several entries need is stored once, if the format allows it.
      splitting: format === "esm",
      // The app itself provides Taro.
      packages: "external",
      target: "es2015",
      charset: "utf8",
      absWorkingDir: folder,
      logLevel: "warning",
    });
  }
  await writeTypes(folder, dist);
  await writeFolders(folder);
  const outdir = join(folder, "miniprogram_dist");
  await buildForMiniPrograms(folder, outdir);
  const files = ["index", ...MORE].map(
    async (name) => [`${name}.js`, (await stat(join(outdir, `${name}.js`))).size] as const,
  );
  const sizes = await Promise.all(files);
  const [[, first] = ["", 0]] = sizes;
  if (first > MOST_BYTES) {
    throw new TooLargeError(
      `The client for Mini Programs has ${first} bytes; the limit is ${MOST_BYTES}. Move what not everyone needs to a separate entry.`,
    );
  }
  return sizes;
}

/**
 * Writes the files for Mini Programs, in ES5: the client and each of the other entries as a module, and the component with
 * each script as a separate file. The component uses the same client as the app's pages.
 *
 * @param folder the package's folder
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

/** A module that exports the names that it imports. With `export`, each would cost a getter. */
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
    // If the code used the name `exports`, esbuild would treat it as a CommonJS module and wrap it.
    banner: { js: "var exported = exports;" },
    plugins,
  });
}

/** What the other modules get from the first one, under `core`, so that their files do not contain it again. */
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
 * The client for WeChat as one CommonJS module in ES5, which a project can use as it is, whatever its settings. It is
 * minified, since it counts towards a Mini Program's 2 MB.
 *
 * @param folder the package's folder
 */
export async function miniProgramModule(folder: string): Promise<string> {
  const entry = "./src/index.ts";
  // uploaderOn is for other platforms, whose developers use a bundler and the ES module.
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
    // instanceof and typeof work in ES5 engines as they are; later changes to them do not matter here.
    env: { targets: "ie 9", loose: true, exclude: ["transform-typeof-symbol", "transform-instanceof"] },
    jsc: {
      // All our lists are arrays, and we use no symbols.
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

const Manifest = pipe(
  string(),
  parseJson(),
  object({
    exports: record(
      string(),
      looseObject({ types: string(), import: optional(string()), default: string() }),
    ),
  }),
);

/**
 * Writes a folder for each entry point that npm packages have, `web/package.json` and so on, for what does not read
 * `exports`: webpack 4, which uni-app for Vue 2 and Taro 3 use, and TypeScript's `moduleResolution` "node", which is
 * the default with "CommonJS", as in WeChat's own templates.
 */
async function writeFolders(folder: string): Promise<void> {
  const { exports } = parse(Manifest, await readFile(join(folder, "package.json"), "utf8"));
  for (const [entry, { types, import: module, default: main }] of Object.entries(exports)) {
    // The entry "." has its own lines in package.json, as has the component, which is only for Mini Programs.
    if (module === undefined || entry === ".") continue;
    const from = (file: string) => file.replace(/^\./, "..");
    await mkdir(join(folder, entry), { recursive: true });
    await writeFile(
      join(folder, entry, "package.json"),
      JSON.stringify({ main: from(main), module: from(module), types: from(types), sideEffects: false }),
    );
  }
}

async function writeTypes(folder: string, dist: string): Promise<void> {
  const typescript = createRequire(import.meta.url).resolve("typescript/package.json");
  const tsc = join(typescript, "..", "bin", "tsc");
  await run(process.execPath, [tsc, "-p", join(folder, "tsconfig.types.json")]);
  const types = join(dist, "types");
  for (const name of await readdir(types, { recursive: true })) {
    if (!name.endsWith(".d.ts")) continue;
    const file = join(types, name);
    // The source omits file extensions, as Mini Programs do, but projects with Node's module resolution need them.
    const text = await readFile(file, "utf8");
    await writeFile(file, text.replace(/(from ")(\.[^"]+)(")/g, "$1$2.js$3"));
  }
}
