import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { type CosProps, readCosProps } from "./cos-trigger.ts";
import type { VariableSource } from "./environment.ts";
import { DeployError, refuse } from "./errors.ts";

/** One function as serverless.yml says it. */
export interface FunctionProps {
  /** Its folder under `codeUri`, and the path that it answers at. */
  readonly name: string;
  /** The variables that it gets. */
  readonly environment: readonly VariableSource[];
  /** It is deployed only when one of these variables is set; always when there are none. */
  readonly onlyWith: readonly string[];
  /** Whether it has a Function URL. */
  readonly url: boolean;
  /** Whether clients ask it; not one that only another service calls. */
  readonly client: boolean;
  /** Whether it answers under its path too, such as `/objects/delete`. */
  readonly subpaths: boolean;
  /** A timer's seven fields, for a function that runs by the clock. */
  readonly timer: string | undefined;
  /** The uploads that it is called after. */
  readonly cos: CosProps | undefined;
  /** Seconds; the same as for all others when it does not say. */
  readonly timeout: number | undefined;
}

/** `props` of serverless.yml. */
export interface Props {
  readonly region: string;
  readonly runtime: string;
  readonly memorySize: number;
  readonly timeout: number;
  readonly namePrefix: string;
  /** The execution role of the functions; undefined for none. */
  readonly role: string | undefined;
  /** Only the functions that have this variable get the role, which is a right; undefined for all. */
  readonly roleWith: string | undefined;
  readonly codeDirectory: string;
  /** The command that builds the functions, run in the folder of serverless.yml; undefined for none. */
  readonly build: string | undefined;
  /** The module that looks over variables before they are put up; undefined for none. */
  readonly environmentCheck: string | undefined;
  readonly functions: readonly FunctionProps[];
  readonly customDomain: { readonly domain: string; readonly certificateId: string } | undefined;
}

/**
 * The runtimes that the bundles are built for. The first two are known on plain SCF; the others are what CloudBase, which
 * runs on SCF, calls its Node.js 22 and 24 (https://docs.cloudbase.net/cloud-function/runtime-support).
 */
const RUNTIMES = ["Nodejs20.19", "Nodejs18.15", "Nodejs22.21", "Nodejs24.11"];
const NAME = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
const PREFIX = /^(?:[A-Za-z][\w-]*)?$/;
const VARIABLE = /^[A-Za-z][A-Za-z0-9_]*$/;
const DOMAIN = /^(?=.{4,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/;
/** https://cloud.tencent.com/document/product/583/11637 */
const MAX_NAME_LENGTH = 60;

/**
 * Reads the props, which Serverless Devs has resolved: `${env(…)}` gives texts, also where a number belongs.
 *
 * @throws {DeployError} naming all that is wrong, and the variables that it comes from
 */
export function readProps(value: unknown, yamlPath: string): Props {
  const props = members(value, "props");
  const directory = dirname(resolve(yamlPath));
  const read = {
    region: () => readRegion(props),
    runtime: () => readRuntime(props),
    memorySize: () => memory(props),
    timeout: () => integer(props, "timeout", 1, 900),
    namePrefix: () => readNamePrefix(props),
    role: () => text(props, "role"),
    roleWith: () => text(props, "roleWith"),
    codeUri: () => text(props, "codeUri"),
    build: () => text(props, "build"),
    environmentCheck: () => file(props, "environmentCheck", directory),
    functions: () => readFunctions(props.get("functions"), text(props, "namePrefix") ?? ""),
    customDomain: () => readCustomDomain(props.get("customDomain")),
  };
  const names = () => onlyKnown(props, "props", Object.keys(read).join(" "));
  const problems = [names, ...Object.values(read)].flatMap(problemsOf);
  const variables = problems.length === 0 ? new Map<string, string>() : variablesOf(yamlPath);
  refuse(problems.map((problem) => withVariable(problem, variables)));
  return {
    region: read.region(),
    runtime: read.runtime(),
    memorySize: read.memorySize(),
    timeout: read.timeout(),
    namePrefix: read.namePrefix(),
    role: read.role(),
    roleWith: read.roleWith(),
    codeDirectory: join(directory, read.codeUri() ?? "dist"),
    build: read.build(),
    environmentCheck: read.environmentCheck(),
    functions: read.functions(),
    customDomain: read.customDomain(),
  };
}

function problemsOf(read: () => unknown): string[] {
  try {
    read();
    return [];
  } catch (error) {
    if (error instanceof DeployError) return [error.message];
    throw error;
  }
}

/** The variable that each of the template's settings comes from, by the setting's name; none when it cannot be read. */
function variablesOf(yamlPath: string): ReadonlyMap<string, string> {
  try {
    const found = readFileSync(yamlPath, "utf8").matchAll(/^\s*(\w+):\s*\$\{env\('([A-Za-z_]\w*)'/gm);
    return new Map([...found].map(([, setting = "", variable = ""]) => [setting, variable]));
  } catch {
    return new Map();
  }
}

/** Whoever set a variable looks for its name, and not for the setting that it goes into. */
function withVariable(problem: string, variables: ReadonlyMap<string, string>): string {
  const [, setting = "", rest = ""] = /^serverless\.yml: (\w+) (must be .*)$/s.exec(problem) ?? [];
  const variable = variables.get(setting);
  return variable === undefined ? problem : `${variable} (from .env or the shell) ${rest}`;
}

function readRegion(props: ReadonlyMap<string, unknown>): string {
  const region = text(props, "region") ?? "";
  if (region === "")
    throw new DeployError("COS_REGION is not set; it must be a region such as ap-guangzhou.");
  if (!/^[a-z]+(-[a-z0-9]+)+$/.test(region)) throw wrong("region", "a region such as ap-guangzhou");
  return region;
}

function readRuntime(props: ReadonlyMap<string, unknown>): string {
  const runtime = text(props, "runtime") ?? "";
  if (!RUNTIMES.includes(runtime)) throw wrong("runtime", `one of ${RUNTIMES.join(", ")}`);
  return runtime;
}

function readNamePrefix(props: ReadonlyMap<string, unknown>): string {
  const namePrefix = text(props, "namePrefix") ?? "";
  if (!PREFIX.test(namePrefix)) throw wrong("namePrefix", "letters, digits, - and _, starting with a letter");
  return namePrefix;
}

function readFunctions(value: unknown, namePrefix: string): FunctionProps[] {
  const functions = [...members(value, "functions")].map(([name, item]): FunctionProps => {
    const at = `functions.${name}`;
    if (!NAME.test(name) || namePrefix.length + name.length > MAX_NAME_LENGTH) {
      throw new DeployError(`serverless.yml: ${at} is not a name of lower-case words with hyphens.`);
    }
    const props = members(item, at);
    onlyKnown(props, at, "environment onlyWith url client subpaths timer cos timeout");
    return {
      name,
      environment: variableSources(props.get("environment"), `${at}.environment`),
      onlyWith: readOnlyWith(props.get("onlyWith"), `${at}.onlyWith`),
      url: props.get("url") !== false,
      client: props.get("client") !== false,
      subpaths: props.get("subpaths") === true,
      timer: text(props, "timer"),
      cos: readCosProps(props.get("cos"), `${at}.cos`),
      timeout: props.has("timeout") ? integer(props, "timeout", 1, 900) : undefined,
    };
  });
  if (functions.length === 0) throw wrong("functions", "at least one");
  return functions;
}

/**
 * Each a name; or `NAME: ANOTHER`, for a function that gets the value of another variable where that is set; or
 * `NAME: ANOTHER only`, for one that gets nobody else's.
 */
function variableSources(value: unknown, at: string): VariableSource[] {
  const list: unknown[] = Array.isArray(value) ? value : [];
  const sources = list.flatMap((item) => {
    const pairs = typeof item === "string" ? [[item, item]] : Object.entries(item ?? {});
    const [[name, preferred] = []] = pairs;
    const isOne = pairs.length === 1 && typeof name === "string" && typeof preferred === "string";
    if (!isOne || !VARIABLE.test(name)) return [];
    const [other = "", only] = preferred.split(" ", 2);
    const isNamed = VARIABLE.test(other) && (preferred === other || preferred === `${other} only`);
    return isNamed ? [{ name, preferred: other, ...(only !== undefined && { isOnly: true }) }] : [];
  });
  if (!Array.isArray(value) || sources.length < list.length) {
    throw wrong(at, "a list of variables' names; their values belong in .env");
  }
  return [...new Map(sources.map((source) => [source.name, source])).values()];
}

function readOnlyWith(value: unknown, at: string): string[] {
  const list: unknown[] = Array.isArray(value) ? value : [value ?? []].flat();
  const names = list.filter((name) => typeof name === "string").filter((name) => VARIABLE.test(name));
  if (names.length < list.length) throw wrong(at, "a variable's name, or a list of names");
  return names;
}

function readCustomDomain(value: unknown): Props["customDomain"] {
  if (value === undefined || value === null) return undefined;
  const props = members(value, "customDomain");
  onlyKnown(props, "customDomain", "domain certificateId");
  const domain = text(props, "domain");
  const certificateId = text(props, "certificateId");
  if (domain === undefined) return undefined;
  if (!DOMAIN.test(domain)) throw new DeployError("CUSTOM_DOMAIN must be a domain such as api.example.com.");
  if (certificateId === undefined) {
    throw new DeployError(
      "CERTIFICATE_ID is not set; CUSTOM_DOMAIN needs the id of its certificate from https://console.cloud.tencent.com/ssl.",
    );
  }
  return { domain, certificateId };
}

/** Undefined when it is missing or empty. */
function text(props: ReadonlyMap<string, unknown>, name: string): string | undefined {
  const value = props.get(name) ?? undefined;
  if (value === undefined || value === "") return undefined;
  if (typeof value !== "string") throw wrong(name, "a text");
  return value;
}

/** A file, from the folder of serverless.yml on. */
function file(props: ReadonlyMap<string, unknown>, name: string, directory: string): string | undefined {
  const path = text(props, name);
  return path === undefined ? undefined : join(directory, path);
}

function integer(props: ReadonlyMap<string, unknown>, name: string, min: number, max: number): number {
  const value = props.get(name);
  const number = typeof value === "string" && /^\d{1,9}$/.test(value) ? Number(value) : value;
  if (typeof number === "number" && Number.isInteger(number) && number >= min && number <= max) return number;
  throw wrong(name, `a whole number from ${min} to ${max}`);
}

function memory(props: ReadonlyMap<string, unknown>): number {
  const value = integer(props, "memorySize", 64, 3072);
  if (value === 64 || value % 128 === 0) return value;
  throw wrong("memorySize", "64, or 128 to 3072 in steps of 128");
}

function members(value: unknown, at: string): ReadonlyMap<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw wrong(at, "a mapping");
  return new Map(Object.entries(value));
}

function onlyKnown(props: ReadonlyMap<string, unknown>, at: string, known: string): void {
  for (const name of props.keys()) {
    if (!known.split(" ").includes(name)) {
      throw new DeployError(`serverless.yml: ${at} has no setting ${name}; the settings are ${known}.`);
    }
  }
}

function wrong(name: string, says: string): DeployError {
  return new DeployError(`serverless.yml: ${name} must be ${says}.`);
}
