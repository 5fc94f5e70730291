import { execFile } from "node:child_process";
import { access, cp, mkdir, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { fallback, object, parse, string } from "valibot";
import { installPacked } from "../packages/uploader/packed.ts";

const run = promisify(execFile);
const here = fileURLToPath(new URL(".", import.meta.url));
const root = join(here, "../..");
// Not below a node_modules: compilers treat what is there as a dependency.
const projects = join(root, ".platforms");
const tsc = join(createRequire(import.meta.url).resolve("typescript/package.json"), "../bin/tsc");

/**
 * Installs a project of this folder, exactly as its package-lock.json says and without install scripts, with the packed
 * client and the types of the functions' rules.
 *
 * @returns its folder, below .platforms
 */
export async function installProject(name: string): Promise<string> {
  const source = join(here, name);
  const project = join(projects, name);
  const isThere = await isInstalled(source, project);
  await mkdir(project, { recursive: true });
  // Files of an earlier state that no longer exist.
  await rm(join(project, "src"), { recursive: true, force: true });
  await cp(source, project, { recursive: true });
  if (!isThere) {
    const flags = ["--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund"];
    await run("npm", ["ci", "--prefix", project, ...flags], { shell: process.platform === "win32" });
  }
  await cp(join(root, "miniprogram/rules.d.ts"), join(project, "src/rules.d.ts"));
  await installPacked(project);
  return project;
}

async function isInstalled(source: string, project: string): Promise<boolean> {
  try {
    // npm writes it last.
    await access(join(project, "node_modules/.package-lock.json"));
    const [asked, installed] = await Promise.all(
      [source, project].map((folder) => readFile(join(folder, "package-lock.json"), "utf8")),
    );
    return asked === installed;
  } catch {
    return false;
  }
}

/** @throws Error with TypeScript's errors */
export async function checkTypes(project: string, config: string): Promise<void> {
  await compile(project, [tsc, "-p", config]);
}

/** The error that execFile rejects with. */
const Output = object({ stdout: fallback(string(), ""), stderr: fallback(string(), "") });

/**
 * Runs a compiler in a project.
 *
 * @param command the script, and its arguments
 * @returns all of its output
 * @throws Error with that output, if it fails
 */
export async function compile(project: string, command: readonly string[]): Promise<string> {
  // Without a test's own variables, such as NODE_ENV. With CI, uni-app's compiler sends no report to its makers.
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME, CI: "1" };
  try {
    const { stdout, stderr } = await run(process.execPath, command, { cwd: project, env });
    return stdout + stderr;
  } catch (error) {
    const { stdout, stderr } = parse(Output, error);
    throw new Error(`${command.join(" ")} failed.\n${stdout}${stderr}`, { cause: error });
  }
}
