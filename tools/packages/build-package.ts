import { execFile } from "node:child_process";
import { copyFile, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { build, type Metafile } from "esbuild";
import { object, optional, parse, parseJson, pipe, record, string } from "valibot";

/** A package that is installed from its `dist`. */
export interface PackageToBuild {
  /** The name of its folder. */
  readonly name: string;
  /** Files in its `src`, each of which becomes a file in `dist`. */
  readonly entries: readonly string[];
  /** Files in its `src` that run as they are, and are copied beside the entries. */
  readonly copied: readonly string[];
}

/** The package would not run if it were installed alone. */
export class UndeclaredError extends Error {
  override readonly name = "UndeclaredError";
}

const run = promisify(execFile);

/**
 * Builds ES modules and their types into a package's `dist`. Packages of this repository become part of it; packages from
 * npm stay external and are installed with it.
 *
 * It uses esbuild and tsc, which the project already has. Bundlers that make types, such as tsdown, need TypeScript 5's
 * JavaScript API, which TypeScript 7 lacks, or require `isolatedDeclarations` everywhere.
 *
 * @param packages the folder of all packages
 * @throws {UndeclaredError} when the package imports something that its package.json does not declare
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
    // Shared chunks are in the same folder, so that files beside a module, such as bootstrap.cjs, are beside them too.
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

/** Writes the types into `dist/types`, as the package's tsconfig.types.json says. */
async function writeTypes(folder: string): Promise<void> {
  const typescript = createRequire(import.meta.url).resolve("typescript/package.json");
  const tsc = join(typescript, "..", "bin", "tsc");
  await run(process.execPath, [tsc, "-p", join(folder, "tsconfig.types.json")]);
}
