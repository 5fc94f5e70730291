import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { analyzeMetafile, build, type LogLevel } from "esbuild";
import { patchedPackages, standIns } from "./packages.ts";
import { apart, type Part } from "./parts.ts";

/**
 * The largest bundle, in bytes: what a cold start on the smallest memory size should have to load. The table of rules is
 * not counted: whoever adds one should not have to think of this. What few deployments need goes into a part (parts.ts).
 */
const BUDGET = 48_000;

/**
 * Functions that also call COS themselves have more to load: the client, and what reads COS's answers. Nobody waits for
 * `uploaded`, which holds file-type (60 KB), to know files by their first bytes, and fast-xml-parser (63 KB); nor, on the
 * way to an upload, for `objects`, `wechat-push` and `check-watch`, which hold the latter. A timer starts `cert-watch`, whose
 * 589 KB are those of Tencent's SDK.
 */
const LARGER_BUDGETS: ReadonlyMap<string, number> = new Map([
  ["multipart", 64_000],
  ["upload-status", 64_000],
  ["uploaded", 185_000],
  ["objects", 120_000],
  ["check-watch", 120_000],
  ["wechat-push", 120_000],
  ["cert-watch", 600_000],
]);
const NOT_COUNTED = "shared/object/rules.ts";

/** One minified CommonJS file for SCF's oldest runtime that is supported. */
export const FUNCTION_OPTIONS = {
  bundle: true,
  minify: true,
  platform: "node",
  target: "node18.15",
  format: "cjs",
  legalComments: "none",
} as const;

/**
 * Bundles a function's index.ts into one minified CommonJS file that exports `main_handler`, and beside it what it loads
 * only when it is configured to.
 *
 * @returns the size of index.js in bytes
 * @throws Error when that exceeds the budget, after printing what it is made of
 */
export async function bundle(
  root: string,
  name: string,
  file: string,
  builtParts?: BuiltParts,
): Promise<number> {
  const budget = LARGER_BUDGETS.get(name) ?? BUDGET;
  return (await bundleWithInputs(root, name, file, { budget, logLevel: "warning", builtParts })).bytes;
}

/** The parts that functions have in common, each bundled once for all that are built together. */
export type BuiltParts = Map<Part, ReturnType<typeof bundleOne>>;

interface BundleOptions {
  /** @default none, so that each part is bundled for this function alone */
  readonly builtParts?: BuiltParts | undefined;
  /** The largest size that is taken, in bytes, the rules aside. @default any */
  readonly budget?: number;
  /** What esbuild prints by itself; its errors are thrown in any case. @default nothing */
  readonly logLevel?: LogLevel;
}

/**
 * As {@link bundle}, for who wants to know when to do it again, and minds its size another time.
 *
 * @returns also its size besides the rules, and what it was made of, from `root`
 */
export async function bundleWithInputs(
  root: string,
  name: string,
  file: string,
  { builtParts = new Map(), budget = Number.POSITIVE_INFINITY, logLevel = "silent" }: BundleOptions = {},
): Promise<{ readonly bytes: number; readonly counted: number; readonly inputs: readonly string[] }> {
  const { code, metafile, parts } = await bundleOne(
    root,
    entryOf(`functions/${name}/index.ts`, "main_handler"),
    file,
    logLevel,
  );
  const inputs = Object.keys(metafile.inputs);
  const bytes = Buffer.byteLength(code);
  const counted = bytes - (Object.values(metafile.outputs)[0]?.inputs[NOT_COUNTED]?.bytesInOutput ?? 0);
  if (counted > budget) {
    console.error(await analyzeMetafile(metafile));
    throw new Error(
      `${file} has ${counted} bytes besides ${NOT_COUNTED}; the budget is ${budget} (tools/build/bundle.ts).`,
    );
  }
  const directory = dirname(file);
  await mkdir(directory, { recursive: true });
  await writeFile(file, code);
  // A part may have parts of its own, which come to the end of the list.
  for (const part of parts) {
    const { path, source, exported } = part;
    const building = builtParts.get(part) ?? bundleOne(root, entryOf(source, exported), path, logLevel);
    builtParts.set(part, building);
    const built = await building;
    await writeFile(join(directory, path), built.code);
    inputs.push(...Object.keys(built.metafile.inputs));
    for (const other of built.parts) parts.add(other);
  }
  return { bytes, counted, inputs };
}

async function bundleOne(root: string, entry: string, file: string, logLevel: LogLevel) {
  const parts = new Set<Part>();
  const { metafile, outputFiles } = await build({
    stdin: { contents: entry, resolveDir: root },
    logOverride: { "commonjs-variable-in-esm": "silent" },
    // ES modules are strict; esbuild says so only where a module exports.
    banner: { js: '"use strict";let crypto;' },
    write: false,
    outfile: file,
    absWorkingDir: root,
    ...FUNCTION_OPTIONS,
    alias: standIns(root),
    plugins: [patchedPackages, apart((part) => parts.add(part))],
    // As require(), where a function loads a part of Node.js when it is first needed.
    supported: { "dynamic-import": false },
    metafile: true,
    logLevel,
  });
  const code = outputFiles[0]?.text ?? "";
  // What was left out of the bundle may have been all that required a part.
  return {
    code,
    metafile,
    parts: new Set([...parts].filter(({ path }) => code.includes(`require("${path}")`))),
  };
}

/**
 * What a bundle begins with. Its `crypto` is a variable of the bundle, which takes the place of the global one where a
 * package uses it: esbuild's `inject` does the same, with a call in every module. And what it exports is assigned here,
 * not exported by a module, for which esbuild would add its helpers for the names of ES modules.
 */
function entryOf(source: string, exported: string): string {
  return `
    import { ${exported} } from "./${source}";
    import { crypto as webcrypto } from "./shared/auth/webcrypto.ts";
    crypto = webcrypto;
    exports.${exported} = ${exported};`;
}
