import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { analyzeMetafile, build, type LogLevel } from "esbuild";
import { patchedPackages, standIns } from "./packages.ts";
import { apart, type Part } from "./parts.ts";

/**
 * The largest size of a bundle, in bytes: the most that a cold start with the smallest memory size should have to load.
 * What a team adds to for its rules ({@link NOT_COUNTED}) is left out, so nobody has to think of this when adding a rule.
 * What only few deployments need belongs in a part (parts.ts).
 */
const BUDGET = 48_000;

/**
 * Functions that call COS themselves have more to load: the client, and the code that reads COS's answers. Nobody waits for
 * `uploaded`, which contains file-type (60 KB), to recognise files by their first bytes, and fast-xml-parser (63 KB). No
 * upload waits for `objects`, `wechat-push` and `check-watch`, which contain the latter. A timer starts `cert-watch`; its
 * 589 KB are Tencent's SDK.
 */
const LARGER_BUDGETS: ReadonlyMap<string, number> = new Map([
  ["multipart", 64_000],
  ["upload-status", 64_000],
  ["uploaded", 186_000],
  ["objects", 120_000],
  ["check-watch", 120_000],
  ["wechat-push", 120_000],
  ["cert-watch", 600_000],
]);
const NOT_COUNTED = ["shared/object/rules.ts", "shared/object/same-types.ts"];

/** One minified CommonJS file, for the oldest SCF runtime that we support. */
export const FUNCTION_OPTIONS = {
  bundle: true,
  minify: true,
  platform: "node",
  target: "node18.15",
  format: "cjs",
  legalComments: "none",
} as const;

/**
 * Bundles a function's index.ts into one minified CommonJS file that exports `main_handler`. Parts that the function loads
 * only if it is configured to are written beside it.
 *
 * @returns the size of index.js in bytes
 * @throws Error when that exceeds the budget, after printing what the bundle consists of
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

/** Parts that several functions use. Each is bundled once for all functions that are built together. */
export type BuiltParts = Map<Part, ReturnType<typeof bundleOne>>;

interface BundleOptions {
  /** @default none, so that the parts are bundled for this function only */
  readonly builtParts?: BuiltParts | undefined;
  /** The largest size allowed, in bytes, without what is not counted. @default any */
  readonly budget?: number;
  /** What esbuild itself prints; its errors are thrown in any case. @default nothing */
  readonly logLevel?: LogLevel;
}

/**
 * Like {@link bundle}, for callers that need to know when to bundle again, and do not check the size.
 *
 * @returns also the size without what is not counted, and the source files, relative to `root`
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
  const bundled = Object.values(metafile.outputs)[0]?.inputs;
  const counted = NOT_COUNTED.reduce((rest, path) => rest - (bundled?.[path]?.bytesInOutput ?? 0), bytes);
  if (counted > budget) {
    console.error(await analyzeMetafile(metafile));
    throw new Error(
      `${file} has ${counted} bytes besides ${NOT_COUNTED.join(" and ")}; the budget is ${budget} (tools/build/bundle.ts).`,
    );
  }
  const directory = dirname(file);
  await mkdir(directory, { recursive: true });
  await writeFile(file, code);
  // A part may have its own parts, which are added to the end of the list.
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
    // ES modules are strict, but esbuild adds "use strict" only to a module that exports something.
    banner: { js: '"use strict";let crypto;' },
    write: false,
    outfile: file,
    absWorkingDir: root,
    ...FUNCTION_OPTIONS,
    alias: standIns(root),
    plugins: [patchedPackages, apart((part) => parts.add(part))],
    // A dynamic import becomes a require(): functions use it to load a module of Node.js when they first need it.
    supported: { "dynamic-import": false },
    metafile: true,
    logLevel,
  });
  const code = outputFiles[0]?.text ?? "";
  // A part is not needed if all the code that required it was left out of the bundle.
  return {
    code,
    metafile,
    parts: new Set([...parts].filter(({ path }) => code.includes(`require("${path}")`))),
  };
}

/**
 * The entry of a bundle. It makes `crypto` a variable of the bundle, which replaces the global one in packages; esbuild's
 * `inject` would do the same, but with a call in every module. It assigns the export itself: if a module exported it,
 * esbuild would add its helpers for ES modules.
 */
function entryOf(source: string, exported: string): string {
  return `
    import { ${exported} } from "./${source}";
    import { crypto as webcrypto } from "./shared/auth/webcrypto.ts";
    crypto = webcrypto;
    exports.${exported} = ${exported};`;
}
