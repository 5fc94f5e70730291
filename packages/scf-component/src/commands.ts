import { apply, deleteFunction, functionAddress } from "./apply.ts";
import { readArguments } from "./arguments.ts";
import { runBundle } from "./bundle-process.ts";
import {
  applyDomain,
  cnameTarget,
  type DomainChange,
  deleteDomain,
  observeDomain,
  planDomain,
  updateDomain,
  withoutFunctions,
} from "./custom-domain.ts";
import type { Environment } from "./environment.ts";
import { DeployError, refuse } from "./errors.ts";
import { EVENT_OPTIONS, readEvent, renderAnswer } from "./event.ts";
import { type DeployedFunction, hasCode, observe } from "./observe.ts";
import { isOwn } from "./ownership.ts";
import { describe, type FunctionChange, functionProblems, planFunction } from "./plan.ts";
import { type FunctionSpec, type PackedFunction, type Project, prepare } from "./project.ts";
import { readStorage } from "./storage.ts";
import { type Summary, summarize } from "./summary.ts";
import { settled, type Tools } from "./wait.ts";

/** The changes to one function. */
interface FunctionPlan {
  readonly item: PackedFunction;
  readonly changes: readonly FunctionChange[];
}

/** The changes to all functions and to the custom domain. */
interface Plan {
  readonly functions: readonly FunctionPlan[];
  readonly domain: DomainChange | undefined;
}

/**
 * Makes SCF match the project. Everything that can be refused is refused before the first change. After a failure, a
 * second run continues where the first stopped.
 *
 * @throws {DeployError | ApiRefusal}
 */
export async function deploy(project: Project, env: Environment, tools: Tools): Promise<Summary> {
  const packed = await prepare(project, env, tools);
  const storage = readStorage(project);
  const found = await Promise.all(packed.map(({ spec }) => settled(spec.functionName, tools)));
  const plan = await makePlan(project, packed, found, tools);
  await all(plan.functions.map((item) => applyAll(item, tools)));
  const addresses = await functionAddresses(project, tools);
  if (plan.domain !== undefined) {
    const [address = ""] = addresses.values();
    tools.say(plan.domain.domain.domain, `${plan.domain.kind}: ${plan.domain.differences.join(" ")}`);
    const { appId = "<appid>" } = storage;
    await applyDomain(plan.domain, cnameTarget(address, appId, project.region), tools);
  }
  return summarize(project, storage, addresses);
}

/** Says what `deploy` would do, function by function, and changes nothing. */
export async function plan(project: Project, env: Environment, tools: Tools): Promise<string[]> {
  const packed = await prepare(project, env, tools);
  const found = await Promise.all(packed.map(({ spec }) => observe(tools.scf, spec.functionName)));
  const { functions, domain } = await makePlan(project, packed, found, tools);
  return [
    ...functions.flatMap(({ item: { spec }, changes }) =>
      (changes.length === 0 ? ["unchanged"] : changes.map((change) => describe(spec, change))).map(
        (line) => `${spec.functionName}: ${line}`,
      ),
    ),
    ...project.left.map(({ functionName, because }) => `${functionName}: not deployed, ${because}`),
    ...(project.customDomain ? [`${project.customDomain.domain}: ${describeDomain(domain)}`] : []),
  ];
}

function describeDomain(change: DomainChange | undefined): string {
  return change === undefined ? "unchanged" : `${change.kind}: ${change.differences.join(" ")}`;
}

async function makePlan(
  project: Project,
  packed: readonly PackedFunction[],
  found: readonly (DeployedFunction | undefined)[],
  { scf }: Tools,
): Promise<Plan> {
  refuse(packed.flatMap(({ spec }, index) => functionProblems(spec, found[index], project)));
  const functions = await Promise.all(
    packed.map(async (item, index) => {
      const deployed = found[index];
      const hasSameCode = await hasCode(scf, item.spec.functionName, deployed, item.code);
      return { item, changes: planFunction(item.spec, deployed, hasSameCode) };
    }),
  );
  const { customDomain } = project;
  const deployedDomain = customDomain && (await observeDomain(scf, customDomain.domain));
  return { functions, domain: planDomain(project, deployedDomain) };
}

async function applyAll({ item, changes }: FunctionPlan, tools: Tools): Promise<void> {
  const { functionName } = item.spec;
  if (changes.length === 0) tools.say(functionName, "unchanged");
  for (const change of changes) {
    tools.say(functionName, describe(item.spec, change));
    await apply(item, change, tools);
  }
}

/** Waits for all of them even if one fails, so that none is left half done. */
async function all(work: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).filter((one) => one.status === "rejected");
  const [first] = failed;
  if (first === undefined) return;
  const messages = new Set(
    failed.map(({ reason }) => (reason instanceof Error ? reason.message : String(reason))),
  );
  if (messages.size === 1) throw first.reason;
  throw new DeployError([...messages].map((message) => `\n- ${message}`).join(""));
}

async function functionAddresses(project: Project, tools: Tools): Promise<Map<string, string>> {
  const withUrl = project.functions.filter(({ url }) => url);
  const addresses = await Promise.all(
    withUrl.map(async (spec) => [spec.name, await functionAddress(spec.functionName, tools)] as const),
  );
  return new Map(addresses);
}

/** Says what is on SCF now. */
export async function info(project: Project, tools: Tools): Promise<Readonly<Record<string, unknown>>> {
  const found = await Promise.all(
    project.functions.map(async (spec) => ({ spec, deployed: await observe(tools.scf, spec.functionName) })),
  );
  const addresses = found.flatMap(({ spec, deployed }) => {
    const address = deployed?.functionUrl?.address;
    return address === undefined ? [] : [[spec.name, address] as const];
  });
  const functions = found.map(({ spec, deployed }) => [
    spec.functionName,
    deployed === undefined
      ? "not deployed"
      : [
          deployed.status,
          deployed.runtime,
          `${deployed.memorySize} MB`,
          `${deployed.timeout} s`,
          `changed ${deployed.modified}`,
          ...deployed.reasons.map(({ code }) => code),
        ].join(", "),
  ]);
  return {
    functions: Object.fromEntries(functions),
    ...summarize(project, readStorage(project), new Map(addresses)),
  };
}

/** Calls a deployed function; resolves to its answer, as text for a person. */
export async function invoke(
  args: readonly string[],
  project: Project,
  { scf, say }: Tools,
): Promise<string> {
  const options = readArguments(args, ["function", ...EVENT_OPTIONS]);
  const spec = chooseFunction(project, options.one("function"));
  const event = await readEvent(options, spec);
  const { Result } = await scf.write("Invoke", spec.functionName, (client) =>
    client.Invoke({ FunctionName: spec.functionName, ClientContext: JSON.stringify(event) }),
  );
  say(
    spec.functionName,
    `request ${Result?.FunctionRequestId ?? ""}, ${Result?.Duration ?? 0} ms, ${megabytes(Result?.MemUsage)} MB`,
  );
  if (Result?.InvokeResult !== 0) {
    throw new DeployError(
      `${spec.functionName} failed (request ${Result?.FunctionRequestId}): ${Result?.ErrMsg}; see ${project.terms.command} logs.`,
    );
  }
  return renderAnswer(Result?.RetMsg ?? "null");
}

/** Calls a built function on this machine, with the variables that it would have on SCF. */
export async function local(args: readonly string[], project: Project, say: Tools["say"]): Promise<string> {
  const options = readArguments(args, ["function", ...EVENT_OPTIONS]);
  const spec = chooseFunction(project, options.one("function"));
  const { json = "null", lines } = await runBundle(spec, await readEvent(options, spec));
  for (const line of lines) say(spec.functionName, line);
  return renderAnswer(json);
}

function chooseFunction({ functions }: Project, name: string | undefined): FunctionSpec {
  const names = functions.map((spec) => spec.name).join(", ");
  const [only, ...others] = functions;
  if (name === undefined && only !== undefined && others.length === 0) return only;
  if (name === undefined) throw new DeployError(`Choose one with --function: ${names}.`);
  const found = functions.find((spec) => [spec.name, spec.functionName].includes(name));
  if (found === undefined) throw new DeployError(`There is no function ${name}; the functions are ${names}.`);
  return found;
}

function megabytes(bytes: number | undefined): number {
  return Math.round((bytes ?? 0) / 1024 / 1024);
}

const DEFAULT_SINCE_MINUTES = 15;
/** The API accepts at most a day. */
const MAX_SINCE_MINUTES = 24 * 60 - 1;
/** Allows for a local clock that is behind the cloud's. */
const MARGIN_MS = 60_000;
const DEFAULT_LOG_LIMIT = 20;
/** SCF gives times in Beijing time. */
const BEIJING_OFFSET_MS = 8 * 3600 * 1000;

/**
 * What functions wrote, oldest first. What they returned is left out, since it may contain credentials. (SCF's log keeps
 * it nevertheless.)
 */
export async function logs(args: readonly string[], project: Project, { scf }: Tools): Promise<string> {
  const options = readArguments(args, ["function", "request-id", "since", "limit"]);
  const name = options.one("function");
  const specs = name === undefined ? project.functions : [chooseFunction(project, name)];
  const requestId = options.one("request-id");
  // A user's report of one request comes hours later.
  const usual = requestId === undefined ? DEFAULT_SINCE_MINUTES : MAX_SINCE_MINUTES;
  const minutes = count(options.one("since"), "since", usual, MAX_SINCE_MINUTES);
  const limit = count(options.one("limit"), "limit", DEFAULT_LOG_LIMIT, 100);
  const now = Date.now();
  const records = await Promise.all(
    specs.map(async ({ functionName }) => {
      const { Data = [] } = await scf.read("GetFunctionLogs", functionName, (client) =>
        client.GetFunctionLogs({
          FunctionName: functionName,
          StartTime: beijingTime(now - minutes * 60_000),
          EndTime: beijingTime(now + MARGIN_MS),
          Limit: limit,
          Order: "desc",
          OrderBy: "start_time",
          ...(requestId !== undefined && { FunctionRequestId: requestId }),
        }),
      );
      return Data.map(({ StartTime = "", Log = "" }) => ({ functionName, StartTime, Log }));
    }),
  );
  const lines = records
    .flat()
    .sort((a, b) => (a.StartTime < b.StartTime ? -1 : 1))
    .map(({ functionName, StartTime, Log }) => `${StartTime} ${functionName}\n${withoutReturnValue(Log)}`);
  if (lines.length > 0) return lines.join("\n");
  return minutes === MAX_SINCE_MINUTES
    ? "Nothing in the last day. What is older is in the log service (CLS), if it keeps it."
    : `Nothing in the last ${minutes} minutes (--since MINUTES).`;
}

function withoutReturnValue(log: string): string {
  return log
    .split("\n")
    .filter((line) => !/\bRetMsg:/.test(line))
    .join("\n")
    .trimEnd();
}

function count(text: string | undefined, name: string, standard: number, max: number): number {
  if (text === undefined) return standard;
  const value = Number(text);
  if (/^\d{1,6}$/.test(text) && value >= 1 && value <= max) return value;
  throw new DeployError(`--${name} must be a whole number from 1 to ${max}.`);
}

function beijingTime(milliseconds: number): string {
  return new Date(milliseconds + BEIJING_OFFSET_MS).toISOString().slice(0, 19).replace("T", " ");
}

/** Asks a person and resolves to whether the answer was yes; undefined when there is nobody to ask. */
export type Confirm = ((question: string) => Promise<boolean>) | undefined;

/**
 * Removes this project's functions and their paths on the custom domain, and nothing else.
 *
 * @throws {DeployError} unless `-y` is given or a person says yes
 */
export async function remove(
  args: readonly string[],
  project: Project,
  confirm: Confirm,
  tools: Tools,
): Promise<string> {
  const { yes } = readArguments(args, []);
  const names = [...project.functions, ...project.left].map(({ functionName }) => functionName);
  const found = await Promise.all(names.map((name) => observe(tools.scf, name)));
  const ours = names.filter(
    (_, index) => found[index] !== undefined && isOwn(found[index], project.projectName),
  );
  // An interrupted run may have left a path to a function that is already gone.
  const gone = names.filter((_, index) => found[index] === undefined);
  const routed = new Set([...ours, ...gone]);
  const domain = project.customDomain && (await observeDomain(tools.scf, project.customDomain.domain));
  const isRouted = domain?.routes.some(({ functionName }) => routed.has(functionName)) ?? false;
  if (ours.length === 0 && !isRouted) return "There is nothing to remove.";
  const what = [...ours, ...(domain !== undefined && isRouted ? [domain.domain] : [])].join(", ");
  if (!yes && !(await confirm?.(`Remove ${what} from ${project.region}?`))) {
    throw new DeployError(`Nothing was removed. To remove ${what} without being asked, add -y.`);
  }
  if (domain !== undefined && isRouted) {
    const rest = withoutFunctions(domain, routed);
    if (rest === undefined) await deleteDomain(domain, tools);
    else await updateDomain(rest, tools);
    tools.say(domain.domain, rest === undefined ? "removed" : "our paths removed");
  }
  await all(
    ours.map(async (name) => {
      await deleteFunction(name, tools);
      tools.say(name, "removed");
    }),
  );
  return `Removed ${what}.`;
}
