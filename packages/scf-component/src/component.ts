import { spawnSync } from "node:child_process";
import { dirname, resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import {
  fallback,
  nonEmpty,
  object,
  optional,
  parse,
  pipe,
  record,
  string,
  transform,
  unknown,
} from "valibot";
import { readArguments } from "./arguments.ts";
import { runBundle } from "./bundle-process.ts";
import * as commands from "./commands.ts";
import { secretsOf, variable } from "./environment.ts";
import { loadEnvironmentCheck } from "./environment-check.ts";
import { DeployError, redact, refuse } from "./errors.ts";
import { HELP } from "./help.ts";
import { keyProblem, swapped } from "./key-problems.ts";
import { type Project, readProject } from "./project.ts";
import { type Props, readProps } from "./props.ts";
import { ApiRefusal } from "./refusal.ts";
import { type Credential, createClient, REAL_PACE, Scf } from "./scf-client.ts";
import type { Tools } from "./wait.ts";
import { writeResult } from "./write-result.ts";

/** What Serverless Devs passes to a command. */
export interface Inputs {
  /** The template's `name`; absent when it has none. */
  readonly name?: string;
  /** `access` is the alias of the key to use. */
  readonly resource: { readonly access: string };
  readonly props: unknown;
  readonly args: readonly string[];
  readonly yaml: { readonly path: string };
  readonly getCredential: () => Promise<unknown>;
}

/**
 * The component, as Serverless Devs loads it. Each method is a command of `s`, and `s` prints what it returns. Progress
 * goes to standard error. With `-o json`, `s` mixes its own output with the result and exits with 0 after a failure; to
 * get plain JSON, set SERVERLESS_RESULT_FD to a file descriptor.
 */
export default class ScfComponent {
  /** What `s COMMAND -h` shows. */
  readonly commands = HELP;

  /** Creates or updates everything. */
  deploy(inputs: Inputs) {
    return run(async () => {
      readArguments(inputs.args, []);
      const { props, project } = read(inputs);
      build(props, inputs);
      return await commands.deploy(project, process.env, await connect(inputs, props, project));
    });
  }

  /** Shows what `deploy` would change, and changes nothing. */
  plan(inputs: Inputs) {
    return run(async () => {
      readArguments(inputs.args, []);
      const { props, project } = read(inputs);
      build(props, inputs);
      return (await commands.plan(project, process.env, await connect(inputs, props, project))).join("\n");
    });
  }

  /** Shows what is deployed. */
  info(inputs: Inputs) {
    return run(async () => {
      readArguments(inputs.args, []);
      const { props, project } = read(inputs);
      return await commands.info(project, await connect(inputs, props, project));
    });
  }

  /** Calls a deployed function. */
  invoke(inputs: Inputs) {
    return run(async () => {
      const { props, project } = read(inputs);
      return await commands.invoke(inputs.args, project, await connect(inputs, props, project));
    });
  }

  /** Calls a built function on this machine. */
  local(inputs: Inputs) {
    return run(async () => {
      const { props, project } = read(inputs);
      build(props, inputs);
      return await commands.local(inputs.args, project, say);
    });
  }

  /** Shows what functions wrote. */
  logs(inputs: Inputs) {
    return run(async () => {
      const { props, project } = read(inputs);
      return await commands.logs(inputs.args, project, await connect(inputs, props, project));
    });
  }

  /** Removes everything that this project deployed. */
  remove(inputs: Inputs) {
    return run(async () => {
      const { props, project } = read(inputs);
      const confirm = process.stdin.isTTY ? ask : undefined;
      return await commands.remove(inputs.args, project, confirm, await connect(inputs, props, project));
    });
  }
}

/**
 * Runs a command. If SERVERLESS_RESULT_FD is set, {@link writeResult} writes the result; otherwise this prints text, and
 * `s` prints anything else. `s` shows only an error's message, so the message must say everything and contain no secret.
 */
async function run(command: () => Promise<object | string>): Promise<object | undefined> {
  try {
    const result = await command();
    if (typeof result !== "string") return writeResult(result) ? undefined : result;
    const text = shown(result);
    if (!writeResult({ output: text.split("\n") })) process.stdout.write(`${text}\n`);
    return undefined;
  } catch (error) {
    const known = error instanceof DeployError || error instanceof ApiRefusal;
    const text =
      known || !(error instanceof Error)
        ? String(error instanceof Error ? error.message : error)
        : (error.stack ?? error.message);
    const message = shown(text);
    writeResult({ error: { message } });
    throw new Error(message);
  }
}

function read(inputs: Inputs): { props: Props; project: Project } {
  const props = readProps(inputs.props, inputs.yaml.path, inputs.name ?? "");
  return { props, project: readProject(props, process.env) };
}

function build({ build: command }: Props, inputs: Inputs): void {
  if (command === undefined) return;
  const cwd = dirname(resolve(inputs.yaml.path));
  // The build's own output would mix with the command's result.
  const { status } = spawnSync(command, { cwd, shell: true, stdio: ["ignore", "ignore", "inherit"] });
  if (status !== 0) throw new DeployError(`Nothing was changed. ${command} failed; its output says why.`);
}

async function connect(inputs: Inputs, props: Props, project: Project): Promise<Tools> {
  const client = createClient(
    await readCredential(inputs, props, project),
    project.region,
    variable(process.env, "SCF_ENDPOINT"),
  );
  return { scf: new Scf(client, REAL_PACE, project.terms), pace: REAL_PACE, say, load: runBundle };
}

/** If an alias has such a name, Serverless Devs reads the key from the variable of that name. */
const KEY_VARIABLE = /^\w+_serverless_devs_key$/;

const KeyPart = optional(fallback(optional(pipe(string(), nonEmpty())), undefined));

/**
 * The key from Serverless Devs; a part is undefined when it is missing, empty or not a string. In any case, since Tencent
 * Cloud's console and SDKs write SecretId and secretId.
 */
const GivenKey = fallback(
  pipe(
    record(string(), unknown()),
    transform((members) =>
      Object.fromEntries(Object.entries(members).map(([name, value]) => [name.toLowerCase(), value])),
    ),
    object({ secretid: KeyPart, secretkey: KeyPart, securitytoken: KeyPart }),
  ),
  {},
);

async function readCredential(
  { getCredential, resource }: Inputs,
  { addKey }: Props,
  { environmentCheck }: Project,
): Promise<Credential> {
  let alias = "";
  const given: unknown = await getCredential().catch((error: unknown) => {
    // Only this message is repeated: any other may contain part of the key.
    alias = /^Not found access: ([\w-]+)$/.exec(error instanceof Error ? error.message : "")?.[1] ?? "";
  });
  const { secretid: secretId, secretkey: secretKey, securitytoken: token } = parse(GivenKey, given);
  if (secretId === undefined || secretKey === undefined) {
    const isVariable = KEY_VARIABLE.test(resource.access);
    if (isVariable && variable(process.env, resource.access) !== undefined) {
      throw new DeployError(
        `${resource.access} is set, but holds no key: it must be JSON in straight double quotes, {"AccountID":"…","SecretID":"…","SecretKey":"…"}.`,
      );
    }
    const setting = isVariable
      ? `set ${resource.access}='{"AccountID":"…","SecretID":"…","SecretKey":"…"}', or `
      : "";
    throw new DeployError(
      `There is no Tencent Cloud key to deploy with${alias && ` (${alias})`}: ${setting}add one with ${addKey} and name it with -a.`,
    );
  }
  const problems = [
    ...loadEnvironmentCheck(environmentCheck)(
      { SecretID: secretId, SecretKey: secretKey },
      { role: "", deployer: {} },
    ),
    keyProblem("SecretID", secretId),
    keyProblem("SecretKey", secretKey) ?? swapped("SecretKey", secretKey),
  ];
  refuse(
    problems.flatMap((problem) => (problem === undefined ? [] : [`The key to deploy with: ${problem}`])),
  );
  return { secretId, secretKey, ...(token !== undefined && { token }) };
}

function say(about: string, line: string): void {
  process.stderr.write(`${about}: ${shown(line)}\n`);
}

/** What a terminal obeys instead of showing, but for the ends of lines and tabs. */
const OBEYED = /(?!\r?\n|\t)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** A text without secrets, and safe for a terminal: functions log and answer what callers sent them. */
function shown(text: string): string {
  return redact(text, secretsOf(process.env)).replace(
    OBEYED,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}

async function ask(question: string): Promise<boolean> {
  const readline = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await readline.question(`${question} (yes/no) `)).trim());
  } finally {
    readline.close();
  }
}
