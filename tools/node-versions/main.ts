import { execFile } from "node:child_process";
import { access, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { buildFunctions } from "../build/functions.ts";

/**
 * `npm run node-versions` tries the bundles, the emulator and one upload on the Node.js versions that the functions and the
 * tools support, in addition to the one that runs everything else.
 */
const VERSIONS = ["20.19.6", "22.23.3", "24.9.0"];

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));
const cache = join(root, "node_modules/.cache/node-versions");
const trial = fileURLToPath(new URL("trial.ts", import.meta.url));

const directory = await mkdtemp(join(tmpdir(), "node-versions-"));
try {
  const functions = join(directory, "functions");
  await buildFunctions(functions);
  for (const version of VERSIONS) {
    const node = await binary(version);
    const { stdout } = await run(node, ["--import", "tsx", trial, functions, join(directory, version)], {
      cwd: root,
      timeout: 120_000,
    });
    process.stdout.write(stdout);
  }
} finally {
  await rm(directory, { recursive: true, force: true });
}

/** The binary of a version, from an npm package, which is kept below node_modules. */
async function binary(version: string): Promise<string> {
  const name = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
  const prefix = join(cache, version);
  const file = join(prefix, "node_modules", name, "bin", process.platform === "win32" ? "node.exe" : "node");
  const isThere = await access(file).then(
    () => true,
    () => false,
  );
  if (!isThere) {
    const flags = ["--no-save", "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts"];
    await run("npm", ["install", "--prefix", prefix, ...flags, `${name}@${version}`], {
      shell: process.platform === "win32",
    });
  }
  return file;
}
