import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { buildFunctions } from "../tools/build/functions.ts";

/** Bundles the functions from their current source, so that no test runs what an earlier build left in `dist`. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), "functions-"));
  const build = async () => void (await buildFunctions(directory));
  await build();
  project.onTestsRerun(build);
  project.provide("builtFunctions", directory);
  return () => rm(directory, { recursive: true });
}
