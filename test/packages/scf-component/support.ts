import { readFile, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { ScfOptions } from "../../../packages/cos-emulator/src/scf/api/options.ts";
import { type Bundle, type LocalRun, runBundle } from "../../../packages/scf-component/src/bundle-process.ts";
import * as commands from "../../../packages/scf-component/src/commands.ts";
import type { Environment } from "../../../packages/scf-component/src/environment.ts";
import { readProject } from "../../../packages/scf-component/src/project.ts";
import { readProps } from "../../../packages/scf-component/src/props.ts";
import type { Terms } from "../../../packages/scf-component/src/refusal.ts";
import { createClient, type Pace, Scf } from "../../../packages/scf-component/src/scf-client.ts";
import { TEST_ACCOUNT } from "../../support/account.ts";
import { onTestEnd, writeFunctions } from "../cos-emulator/fixture-functions.ts";
import { ECHO, startScf } from "../cos-emulator/scf/api/support.ts";
import { startScfProxy } from "./scf-proxy.ts";

/** What messages name in a project that says nothing about it. */
export const TERMS: Terms = { command: "s", policy: undefined, role: "role in s.yaml" };

/** The default environment of the two functions in these tests. */
export const ENV = { GREETING: "hello", A_SECRET: "a-secret-of-the-functions" };

const loaded = new Map<string, Promise<LocalRun>>();

/** Starts what was not started before: the same code with the same variables does the same in every test. */
async function loadOnce(bundle: Bundle): Promise<LocalRun> {
  const { name, environment, directory } = bundle;
  const code = await readFile(join(directory, "index.js"), "utf8");
  const key = JSON.stringify([name, code, environment]);
  const run = loaded.get(key) ?? runBundle(bundle);
  loaded.set(key, run);
  return run;
}

/** A project of two functions, and an SCF to deploy to, whose clock advances while something waits. */
export async function startDeployment(options: Partial<ScfOptions> = {}) {
  const scf = await startScf(options);
  const proxy = await startScfProxy(scf.origin);
  onTestEnd(() => proxy.close());
  const directory = await writeFunctions({ one: ECHO("one"), two: ECHO("two") });
  const said: string[] = [];
  let clock = 0;
  const pace: Pace = {
    pollMs: 100,
    retryMs: 100,
    deadlineMs: 10_000,
    cnameDeadlineMs: 20_000,
    now: () => clock,
    async sleep(milliseconds) {
      clock += milliseconds;
      scf.advance(milliseconds);
      await nextTurn();
    },
  };
  const credential = { secretId: TEST_ACCOUNT.secretId, secretKey: TEST_ACCOUNT.secretKey };
  const tools = {
    scf: new Scf(createClient(credential, "ap-guangzhou", proxy.origin), pace, TERMS),
    pace,
    say: (about: string, line: string) => void said.push(`${about}: ${line}`),
    load: loadOnce,
  };
  const deployment = {
    ...scf,
    proxy,
    said,
    tools,
    /** The template's props; a test changes them. */
    props: {
      region: "ap-guangzhou",
      runtime: "Nodejs20.19",
      memorySize: 128,
      timeout: 10,
      codeUri: ".",
      functions: {
        one: { environment: ["GREETING", "A_SECRET", "UPLOAD_AUTH"] },
        two: { environment: ["GREETING"] },
      },
    } as Record<string, unknown>,
    env: ENV as Environment,
    /** Sets a prop to a module, by its path relative to the template's folder. */
    useModule: (prop: "environmentCheck" | "storage", module: URL) => {
      deployment.props[prop] = relative(directory, fileURLToPath(module));
    },
    project: () =>
      readProject(readProps(deployment.props, join(directory, "s.yaml"), "a-project"), deployment.env),
    deploy: () => commands.deploy(deployment.project(), deployment.env, tools),
    plan: () => commands.plan(deployment.project(), deployment.env, tools),
    remove: (...args: string[]) => commands.remove(args, deployment.project(), undefined, tools),
    writeCode: (name: string, source: string) => writeFile(join(directory, name, "index.js"), source),
    /** Sets `storage` to a module with this answer. */
    useStorage: async (answer: unknown) => {
      const source = `module.exports = { default: () => (${JSON.stringify(answer)}) };`;
      await writeFile(join(directory, "storage.cjs"), source);
      deployment.props["storage"] = "storage.cjs";
    },
    /** The API's calls since the last time that change something. */
    writesSince: async (work: () => Promise<unknown>): Promise<string[]> => {
      proxy.calls.length = 0;
      await work();
      return proxy.writes();
    },
  };
  return deployment;
}

/** The message that something fails with; "" if it succeeds. */
export async function failure(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** What the echoing function behind a URL answers. */
export async function ask(url: string | undefined) {
  const response = await fetch(url ?? "");
  return JSON.parse(await response.text());
}
