import { execFile } from "node:child_process";
import { copyFile, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { build, type Metafile } from "esbuild";
import { object, optional, parse, parseJson, pipe, record, string } from "valibot";

/** A package that is installed from its `dist`. */
export interface PackageToBuild {
  /** Of its folder. */
  readonly name: string;
  /** Below its `src`; each becomes a file of dist. */
  readonly entries: readonly string[];
  /** Files below its `src` that run as they are, and lie beside the entries. */
  readonly copied: readonly string[];
}

/** Thrown for a package that would not run where it is installed alone. */
export class UndeclaredError extends Error {
  override readonly name = "UndeclaredError";
}

const run = promisify(execFile);

/**
 * Builds ES modules and their types into a package's `dist`. Packages of this repository become part of it, and npm's
 * stay outside, to be installed with it.
 *
 * By esbuild and tsc, which are here already: bundlers that make types, such as tsdown, do it through TypeScript 5's
 * JavaScript API, which TypeScript 7 has not, or ask for `isolatedDeclarations` throughout.
 *
 * @param packages the folder of all packages
 * @throws {UndeclaredError} when it imports what its package.json does not declare
 */
export async function buildPackage(
  packages: string,
  { name, entries, copied }: PackageToBuild,
): Promise<void> {
  const folder = join(packages, name);
  const dist = join(folder, "dist");
  await rm(dist, { recursive: true, force: true });
  const { metafile } = await build({
    entryPoints: entries.map((entry) => join(folder, "src", entry)),
    outdir: dist,
    bundle: true,
    splitting: true,
    // What is found beside a module, such as bootstrap.cjs, is beside the shared chunk too.
    chunkNames: "[name]-[hash]",
    platform: "node",
    target: "node20.19",
    format: "esm",
    packages: "external",
    metafile: true,
    legalComments: "inline",
    absWorkingDir: folder,
    logLevel: "warning",
  });
  await checkDeclared(folder, metafile);
  for (const file of copied) await copyFile(join(folder, "src", file), join(dist, basename(file)));
  await writeTypes(folder);
}

const Manifest = pipe(
  string(),
  parseJson(),
  object({ dependencies: optional(record(string(), string()), {}) }),
);

async function checkDeclared(folder: string, { outputs }: Metafile): Promise<void> {
  const { dependencies } = parse(Manifest, await readFile(join(folder, "package.json"), "utf8"));
  const declared = new Set(Object.keys(dependencies));
  const imported = Object.values(outputs)
    .flatMap(({ imports }) => imports)
    .filter(({ path, external }) => external === true && !path.startsWith("node:"))
    .map(({ path }) => /^(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? path);
  const missing = [...new Set(imported)].filter((item) => !declared.has(item));
  if (missing.length > 0) {
    throw new UndeclaredError(
      `${folder}/package.json does not declare ${missing.join(", ")}, which it imports.`,
    );
  }
}

/** Into `dist/types`, as the package's tsconfig.types.json says. */
async function writeTypes(folder: string): Promise<void> {
  const typescript = createRequire(import.meta.url).resolve("typescript/package.json");
  const tsc = join(typescript, "..", "bin", "tsc");
  await run(process.execPath, [tsc, "-p", join(folder, "tsconfig.types.json")]);
}
