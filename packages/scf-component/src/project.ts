import { join } from "node:path";
import { literal, object, parseJson, pipe, safeParse, string } from "valibot";
import { type CodePackage, packFunction } from "./code-package.ts";
import { type CosTrigger, cosTriggers } from "./cos-trigger.ts";
import { deployersNames, type Environment, environmentProblems, pick, variable } from "./environment.ts";
import { type EnvironmentCheck, loadEnvironmentCheck } from "./environment-check.ts";
import { DeployError, refuse } from "./errors.ts";
import { keyProblems } from "./key-problems.ts";
import { ownDescription } from "./ownership.ts";
import type { FunctionProps, Props } from "./props.ts";
import type { Tools } from "./wait.ts";

/** One function as it should be on SCF. */
export interface FunctionSpec {
  /** Its name on SCF. */
  readonly functionName: string;
  /** Its folder under `codeUri`. */
  readonly name: string;
  /** Where it answers, on its Function URL and on a custom domain. */
  readonly path: string;
  readonly directory: string;
  readonly runtime: string;
  readonly memorySize: number;
  /** Seconds. */
  readonly timeout: number;
  readonly description: string;
  readonly environment: Readonly<Record<string, string>>;
  /** By the names of its variables, those that the deployer sets them with. */
  readonly deployersNames: Readonly<Record<string, string>>;
  /** The name of its execution role; empty for none. */
  readonly role: string;
  readonly url: boolean;
  /** Whether clients call it. */
  readonly client: boolean;
  /** Whether it also answers at paths below its own. */
  readonly subpaths: boolean;
  readonly timer: string | undefined;
  readonly cos: readonly CosTrigger[];
  /** Whether it has the prop `cos`, but its bucket is not set. */
  readonly lacksBucket: boolean;
}

/** What the template and the environment together ask for. */
export interface Project {
  /** The template's `name`. */
  readonly projectName: string;
  readonly functions: readonly FunctionSpec[];
  /** Functions that are not deployed, each with why, such as "A_VARIABLE is not set". */
  readonly left: readonly { readonly functionName: string; readonly because: string }[];
  readonly customDomain: Props["customDomain"];
  readonly environmentCheck: Props["environmentCheck"];
  readonly storage: Props["storage"];
  readonly build: Props["build"];
  readonly template: Props["template"];
  readonly terms: Props["terms"];
  readonly region: string;
}

export function readProject(props: Props, env: Environment): Project {
  const { projectName, region, customDomain, environmentCheck, storage, build, template, terms } = props;
  const { runtime, memorySize, timeout, roleWith } = props;
  const hasRole = (environment: Environment) => roleWith === undefined || environment[roleWith] !== undefined;
  const functions = props.functions
    .filter((item) => unwanted(item, env) === undefined)
    .map((item): FunctionSpec => {
      const environment = pick(item.environment, env);
      return {
        functionName: `${props.namePrefix}${item.name}`,
        name: item.name,
        path: `/${item.name}`,
        directory: join(props.codeDirectory, item.name),
        runtime,
        memorySize,
        timeout: item.timeout ?? timeout,
        description: ownDescription(projectName),
        environment,
        deployersNames: deployersNames(item.environment, env),
        role: hasRole(environment) ? (props.role ?? "") : "",
        url: item.url,
        client: item.client,
        subpaths: item.subpaths,
        timer: item.timer,
        cos: cosTriggers(item.cos, region),
        lacksBucket: item.cos !== undefined && item.cos.bucket === undefined,
      };
    });
  const left = props.functions.flatMap((item) => {
    const because = unwanted(item, env);
    return because === undefined ? [] : [{ functionName: `${props.namePrefix}${item.name}`, because }];
  });
  return {
    projectName,
    functions,
    left,
    customDomain,
    environmentCheck,
    storage,
    build,
    template,
    terms,
    region,
  };
}

/** Why a function is not deployed; undefined when it is. */
function unwanted({ onlyWith, notWith }: FunctionProps, env: Environment): string | undefined {
  const isSet = (name: string) => variable(env, name) !== undefined;
  if (onlyWith.length > 0 && !onlyWith.some(isSet)) return `${onlyWith.join(" or ")} is not set`;
  const set = notWith.find(isSet);
  return set && `${set} is set`;
}

/** A function with its code packed. */
export interface PackedFunction {
  readonly spec: FunctionSpec;
  readonly code: CodePackage;
}

/**
 * Packs the functions, and finds everything that is wrong before anything is sent. Each function is started here with
 * its real variables: only the function itself knows which of them are missing or malformed.
 *
 * @throws {DeployError} with every problem
 */
export async function prepare(
  project: Project,
  env: Environment,
  { load }: Pick<Tools, "load">,
): Promise<PackedFunction[]> {
  const check = loadEnvironmentCheck(project.environmentCheck);
  const packed = await Promise.all(
    project.functions.map(async (spec) => ({
      spec,
      code: await packFunction(spec.directory, missingCodeRemedy(spec, project)),
    })),
  );
  const problems = await Promise.all(
    project.functions.map(async (spec) => [
      ...bucketProblems(spec, project),
      ...(await configurationProblems(spec, check, env, load)),
    ]),
  );
  refuse(withoutRepetitions(problems.flat()));
  return packed;
}

/** Several functions, and the project's check, may miss the same variable, each in words of its own. */
function withoutRepetitions(problems: readonly string[]): string[] {
  const bySubject = new Map<string, string>();
  for (const problem of problems) {
    const subject = /^[A-Z][A-Z0-9_]+ is not set\b/.exec(problem)?.[0] ?? problem;
    if (!bySubject.has(subject)) bySubject.set(subject, problem);
  }
  return [...bySubject.values()];
}

function missingCodeRemedy({ name }: FunctionSpec, { build, template }: Project): string {
  const building = build === undefined ? "build the function" : `check that ${build} writes it`;
  return `${building}, or remove ${template.name(["functions", name])}`;
}

function bucketProblems({ name, functionName, lacksBucket }: FunctionSpec, { template }: Project): string[] {
  if (!lacksBucket) return [];
  const bucket = template.subject(["functions", name, "cos", "bucket"]);
  return [`${bucket} is not set; ${functionName} is called after uploads to that bucket.`];
}

async function configurationProblems(
  spec: FunctionSpec,
  check: EnvironmentCheck,
  deployer: Environment,
  load: Tools["load"],
): Promise<string[]> {
  const problems = [
    ...environmentProblems(spec.functionName, spec.environment),
    ...check(spec.environment, { role: spec.role, deployer }),
    ...keyProblems(spec.environment),
  ];
  try {
    const { lines } = await load(spec);
    return inDeployersWords(spec, [...problems, ...lines.flatMap(configurationError)]);
  } catch (error) {
    if (!(error instanceof DeployError)) throw error;
    return [...inDeployersWords(spec, problems), error.message];
  }
}

/** Problems with a function's variables, under the names by which the deployer sets these. */
export function inDeployersWords({ deployersNames }: FunctionSpec, problems: readonly string[]): string[] {
  return problems.map((problem) =>
    problem.replace(/\b[A-Z][A-Z0-9_]+\b/g, (name) =>
      Object.hasOwn(deployersNames, name) ? (deployersNames[name] ?? name) : name,
    ),
  );
}

const ConfigurationErrorLine = pipe(
  string(),
  parseJson(),
  object({ code: literal("ConfigurationError"), message: string() }),
);

/** The message of a cold start that failed because of its configuration. It never contains a variable's value. */
function configurationError(line: string): string[] {
  const { success, output } = safeParse(ConfigurationErrorLine, line);
  return success ? [output.message] : [];
}
