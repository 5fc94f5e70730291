import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { copyFile, cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { vi } from "vitest";
import { parse as parseYaml } from "yaml";
import ScfComponent from "../../../packages/scf-component/src/component.ts";
import type { HELP } from "../../../packages/scf-component/src/help.ts";
import { builtFunctions } from "../../support/functions.ts";
import { failure } from "./support.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
/** Generous: the machine may be busy, and `s` sometimes hangs. */
const TIME_LIMIT_MS = 170_000;

/** The result of a run of `npm run deploy -- …`. */
export interface Run {
  readonly code: number | null;
  /** Standard output and standard error together. */
  readonly output: string;
}

/** The result of a command of the component. */
export interface ComponentRun {
  /** The message that it failed with; "" if it succeeded. */
  readonly error: string;
  /** What it resolved to, which `s` would print. */
  readonly result: unknown;
  /** What it printed, that result, and that message. */
  readonly output: string;
}

/**
 * A clone of this project with its own home folder: the real serverless.yml and component, the built functions, and
 * Serverless Devs. Its npm does nothing, since the functions are already built.
 */
export async function cloneProject() {
  const directory = await mkdtemp(join(tmpdir(), "clone-"));
  const home = join(directory, "home");
  await mkdir(home);
  await copyFile(join(ROOT, "serverless.yml"), join(directory, "serverless.yml"));
  await cp(builtFunctions(), join(directory, "dist"), { recursive: true });
  for (const name of ["deploy", "node_modules", "packages", "shared"])
    await symlink(join(ROOT, name), join(directory, name));
  const programs = join(directory, "bin");
  await mkdir(programs);
  await writeFile(join(programs, "npm"), "#!/bin/sh\n", { mode: 0o755 });
  /** The environment of every run, to which a test may add. */
  const base = { PATH: [programs, process.env["PATH"]].join(delimiter), HOME: home };
  let runs = 0;

  /** @param onStart gets a function that kills the run */
  async function run(
    program: string,
    args: readonly string[],
    env: Readonly<Record<string, string>>,
    onStart: (kill: () => void) => void = () => {},
  ): Promise<Run> {
    runs += 1;
    const file = join(directory, `output-${runs}.txt`);
    const output = openSync(file, "w");
    const child = spawn(process.execPath, [program, ...args], {
      cwd: directory,
      env: { ...base, ...env },
      stdio: ["ignore", output, output],
      timeout: TIME_LIMIT_MS,
      killSignal: "SIGKILL",
    });
    onStart(() => child.kill("SIGKILL"));
    const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
    closeSync(output);
    return { code, output: await readFile(file, "utf8") };
  }

  /**
   * Runs a command of the component as `s` calls it, in this process: for tests of variables and of the API's answers,
   * not of the command line.
   */
  async function component(
    command: keyof typeof HELP,
    args: readonly string[],
    env: Readonly<Record<string, string>>,
  ): Promise<ComponentRun> {
    for (const [name, value] of Object.entries({ ...base, ...env })) vi.stubEnv(name, value);
    let said = "";
    const listen = (text: unknown) => {
      said += String(text);
      return true;
    };
    const streams = [process.stdout, process.stderr].map((stream) =>
      vi.spyOn(stream, "write").mockImplementation(listen),
    );
    const path = join(directory, "serverless.yml");
    try {
      const text = await readFile(path, "utf8");
      const { name, access } = parseYaml(text);
      const inputs = {
        name,
        resource: { access },
        props: propsOf(text, env),
        args,
        yaml: { path },
        getCredential: async () => JSON.parse(env["tencent_serverless_devs_key"] ?? ""),
      };
      let result: unknown;
      const error = await failure(
        new ScfComponent()[command](inputs).then((resolved: unknown) => {
          result = resolved;
        }),
      );
      return { error, result, output: said + (JSON.stringify(result) ?? "") + error };
    } finally {
      for (const stream of streams) stream.mockRestore();
      vi.unstubAllEnvs();
    }
  }

  return {
    directory,
    base,
    component,
    /** `npm run deploy -- …args`, without npm. */
    deploy: (
      args: readonly string[],
      env: Readonly<Record<string, string>>,
      onStart?: (kill: () => void) => void,
    ) => run("deploy/s.mjs", args, env, onStart),
    /** `npx s …args`, without npx. */
    s: (args: readonly string[], env: Readonly<Record<string, string>>) =>
      run("node_modules/@serverless-devs/s/bin/s", args, {
        SERVERLESS_DEVS_CICD: "1",
        NODE_ENV: "test",
        ...env,
      }),
    /** Everything that a run has left in the home folder. */
    homeText: () => readTree(home),
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

/** The props of serverless.yml as Serverless Devs resolves them. */
export function propsOf(text: string, env: Readonly<Record<string, string>>): unknown {
  const { vars, resources } = parseYaml(text);
  const filled = (_: string, value: unknown): unknown => {
    const [, name, standard] = /^\$\{env\('(\w+)', '(.*)'\)\}$/.exec(String(value)) ?? [];
    if (name !== undefined) return env[name] || standard;
    const [, list] = /^\$\{vars\.(\w+)\}$/.exec(String(value)) ?? [];
    return list === undefined ? value : vars[list];
  };
  return JSON.parse(JSON.stringify(resources.scf.props, filled));
}

async function readTree(directory: string): Promise<string> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return (await Promise.all(files.map((file) => readFile(file, "utf8")))).join("\n");
}

/** The variables of an emulator's deploy.env, as a shell reads them. */
export async function readRehearsalFile(file: string): Promise<Record<string, string>> {
  const lines = (await readFile(file, "utf8")).trim().split("\n");
  return Object.fromEntries(
    lines.map((line) => {
      const [, name = "", value = ""] = /^(\w+)='(.*)'$/.exec(line) ?? [];
      return [name, value];
    }),
  );
}
