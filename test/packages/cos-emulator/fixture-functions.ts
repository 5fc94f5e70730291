import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** Runs after the test, before what was registered earlier. */
export function onTestEnd(cleanUp: () => Promise<unknown>): void {
  onTestFinished(async () => void (await cleanUp()));
}

export async function temporaryFolder(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "emulator-test-"));
  onTestEnd(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** A folder of built functions: a bundle's source by its name. */
export async function writeFunctions(sources: Readonly<Record<string, string>>): Promise<string> {
  const directory = await temporaryFolder();
  for (const [name, source] of Object.entries(sources)) {
    await mkdir(join(directory, name));
    await writeFile(join(directory, name, "index.js"), source);
  }
  return directory;
}

/** Answers with its environment and process id. */
export const SHOW_ENVIRONMENT = `
  exports.main_handler = async () => ({
    statusCode: 200,
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ pid: process.pid, env: process.env }),
  });`;
