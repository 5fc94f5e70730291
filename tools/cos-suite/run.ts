import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import { startEmulator } from "../../packages/cos-emulator/src/index.ts";
import { startCredentialServer } from "./credentials.ts";
import { jsSuite } from "./js/suite.ts";
import { nodejsSuite } from "./nodejs/suite.ts";
import { type GroupResult, groupsOf } from "./results.ts";
import type { Suite, SuiteContext } from "./suite.ts";
import { wxSuite } from "./wx/suite.ts";

export const SUITES: readonly Suite[] = [nodejsSuite, jsSuite, wxSuite];

const PackageJson = v.object({ name: v.string() });

/**
 * Finds out from package.json which suite a folder contains.
 *
 * @throws {Error} when the folder contains none, or lacks something that its suite needs
 */
export function suiteIn(folder: string): Suite {
  const names = SUITES.map(({ name }) => name).join(", ");
  const file = join(folder, "package.json");
  const suite = existsSync(file) ? SUITES.find(({ name }) => name === nameIn(file)) : undefined;
  if (suite === undefined) throw new Error(`${folder} is not a clone of ${names}.`);
  const missing = suite.needs.find((needed) => !existsSync(join(folder, needed)));
  if (missing !== undefined) throw new Error(`${folder} has no ${missing}: run npm install in it.`);
  return suite;
}

function nameIn(file: string): string {
  return v.parse(v.pipe(v.string(), v.parseJson(), PackageJson), readFileSync(file, "utf8")).name;
}

export interface RunOptions extends Pick<SuiteContext, "folder" | "only" | "timeoutSeconds"> {
  readonly onGroup: (group: GroupResult) => void;
}

/**
 * Runs a suite against a new emulator, without any other network.
 *
 * @throws {Error} when it cannot be run
 */
export async function runSuite(
  suite: Suite,
  { onGroup, ...options }: RunOptions,
): Promise<readonly GroupResult[]> {
  const directory = await mkdtemp(join(tmpdir(), "cos-suite-"));
  let refusals: string[] = [];
  const takeRefusals = () => {
    const taken = refusals;
    refusals = [];
    return taken;
  };
  const emulator = await startEmulator({
    dataDirectory: join(directory, "cos"),
    log: (line) => {
      if (/ [45]\d\d [A-Z]/.test(line)) refusals.push(line);
    },
  });
  const credentials = await startCredentialServer(emulator, suite.keys);
  try {
    const context = { ...options, emulator, directory, credentialsUrl: credentials.url };
    const results: GroupResult[] = [];
    for await (const group of groupsOf(suite.run(context), takeRefusals)) {
      onGroup(group);
      results.push(group);
    }
    return results;
  } finally {
    credentials.close();
    await emulator.close();
    await rm(directory, { recursive: true, force: true });
  }
}
