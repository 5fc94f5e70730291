import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { buildFunctions } from "../tools/build/functions.ts";
import { bundlePrograms } from "./bundle-programs.ts";

/**
 * Bundles the functions, and the programs that tests start, from their source as it is now, so that no test runs what
 * an earlier build left in `dist`.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), "built-"));
  const functions = join(directory, "functions");
  const programs = join(directory, "programs");
  const build = async () => void (await Promise.all([buildFunctions(functions), bundlePrograms(programs)]));
  await build();
  project.onTestsRerun(build);
  project.provide("builtFunctions", functions);
  project.provide("bundledPrograms", programs);
  return () => rm(directory, { recursive: true });
}
