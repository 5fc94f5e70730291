import { createServer } from "node:http";
import { LOOPBACK, listen, stop } from "../cloud/listen.ts";
import type { Subscriber } from "../cloud/object-events.ts";
import { claim, Running, type Service } from "../cloud/service.ts";
import type { Cloud } from "../cloud.ts";
import type { Controls } from "../guard/own-pages.ts";
import { readOrigins } from "../guard/sender.ts";
import { credentialsOfRole } from "../sts/role-credential.ts";
import { type CosTriggerDefinition, eventQueueOf, ruleOf } from "./cos-trigger.ts";
import { createEntryListener, type Mount } from "./entry/entry.ts";
import type { EventShape } from "./entry/http-answer.ts";
import { AsyncInvoker, type Attempt } from "./runtime/async-invoker.ts";
import { installCode } from "./runtime/code.ts";
import { FunctionRuntime } from "./runtime/function-runtime.ts";
import { triggerRequest } from "./trigger-request.ts";

/** A function that exists from the start, without a deployment. */
export interface FunctionDefinition {
  readonly name: string;
  /** Its code: one file that is complete, like a package's index.js. */
  readonly file: string;
  /** Its own variables, as a deployment would set them. @default none */
  readonly environment?: Readonly<Record<string, string>>;
  /** Variables for finding the emulated cloud; they do not count towards SCF's limits. @default none */
  readonly wiring?: Readonly<Record<string, string>>;
  /** Its execution role; must be one of the cloud's. @default none */
  readonly role?: string;
  /** What calls it besides HTTP. @default nothing */
  readonly triggers?: readonly CosTriggerDefinition[];
}

export interface FunctionsOptions {
  readonly port: number;
  /** The address to answer on besides the loopback address. */
  readonly host: string | undefined;
  readonly functions: readonly FunctionDefinition[];
  readonly eventShape: EventShape;
  /** How long a function may take over one event. */
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  /** For each function. */
  readonly maxInstances: number;
  /** How long after a failure an asynchronous event is sent to the function again. */
  readonly retrySeconds: number;
  /** What the emulator itself does for a POST to one of these paths. */
  readonly controls: Controls;
  /** Answers requests that are for no function, such as a page's. */
  readonly mount: Mount | undefined;
}

export interface Functions extends Service {
  /** Such as `http://127.0.0.1:3000`; a function answers under `/<name>`. */
  readonly url: string;
  /** The same at the address `host`. */
  readonly networkUrl: string | undefined;
  /** By name. */
  readonly functions: ReadonlyMap<string, FunctionRuntime>;
  /**
   * Replaces a function's code, as a deployment does: new events run the new code, and events in progress finish with
   * the old.
   *
   * @param file one file that is complete, like a package's index.js; it is copied
   * @throws {Error} for a function that did not exist from the start, or a file that cannot be read
   */
  replaceCode(name: string, file: string): Promise<void>;
}

/** SCF's runtime with its HTTP entry: every function under its name at one address. */
export async function startFunctions(options: FunctionsOptions, cloud: Cloud): Promise<Functions> {
  const running = new Running();
  const functions = new Map<string, FunctionRuntime>();
  const queues: AsyncInvoker[] = [];
  try {
    for (const definition of options.functions) {
      const code = await installCode(definition.file);
      running.onStop(() => code.remove());
      const runtime = newRuntime(definition, code.directory, options, cloud);
      running.onStop(() => runtime.close());
      functions.set(definition.name, runtime);
      const queue = subscribe(definition, runtime, options, cloud);
      running.onStop(async () => queue.clear());
      queues.push(queue);
    }
    const { eventShape, mount, port, host, controls } = options;
    const { log, requests } = cloud;
    const listener = createEntryListener({
      functions: [...functions.values()],
      eventShape,
      mount,
      requests,
      controls,
      corsOrigins: originsOf(options.functions),
      host,
      log,
    });
    const open = async (at: number, address: string) => {
      const entry = createServer(requests.recorded("functions", listener));
      const opened = await claim("functions", at, () => listen(entry, at, address));
      running.onStop(() => stop(entry));
      return opened;
    };
    const opened = await open(port, LOOPBACK);
    if (host !== undefined) await open(opened, host);
    const url = `http://${LOOPBACK}:${opened}`;
    return {
      url,
      networkUrl: host === undefined ? undefined : `http://${host}:${opened}`,
      functions,
      replaceCode: async (name, file) => {
        const runtime = functions.get(name);
        if (runtime === undefined) throw new Error(`There is no function ${name}.`);
        // The old folder stays until the end: an event may still run its code.
        const code = await installCode(file);
        running.onStop(() => code.remove());
        runtime.replaceCode(code.directory);
      },
      describe: () =>
        [...functions.keys()].map((name, index) => [index === 0 ? "functions" : "", `${url}/${name}`]),
      reset: async () => {
        for (const queue of queues) queue.clear();
        for (const runtime of functions.values()) runtime.restart();
      },
      stop: () => running.stop(),
    };
  } catch (error) {
    await running.stop();
    throw error;
  }
}

/** The origins that any of the functions allows with its variable CORS_ORIGINS, as when deployed. */
function originsOf(functions: readonly FunctionDefinition[]): ReturnType<typeof readOrigins> {
  const lists = functions.flatMap(({ environment: { CORS_ORIGINS } = {} }) => CORS_ORIGINS ?? []);
  return readOrigins(lists.length === 0 ? undefined : lists.join(","));
}

/**
 * Connects a function's triggers to it.
 *
 * @throws {TriggerError}
 */
function subscribe(
  { name, triggers = [] }: FunctionDefinition,
  runtime: FunctionRuntime,
  { retrySeconds }: FunctionsOptions,
  { account, bucket, clock, log, objectEvents, requests }: Cloud,
): AsyncInvoker {
  const invoke = (event: unknown, requestId: string) => runtime.invoke(event, requestId);
  const onAttempt = (attempt: Attempt) => requests.add(triggerRequest(name, attempt));
  const queue = new AsyncInvoker({ functionName: name, invoke, clock, retrySeconds, log, onAttempt });
  const eventQueue = eventQueueOf(name, "$LATEST", bucket.region, account);
  const subscribers: readonly Subscriber[] = triggers.map((trigger) => ({
    rule: ruleOf(trigger, bucket),
    eventQueue,
    deliver: (event, about) => void queue.enqueue(event, `${about.name} ${about.key}`),
  }));
  objectEvents.from(() => subscribers);
  return queue;
}

function newRuntime(
  { name, environment = {}, wiring, role }: FunctionDefinition,
  codeDirectory: string,
  { timeoutSeconds, memoryMb, maxInstances }: FunctionsOptions,
  cloud: Cloud,
): FunctionRuntime {
  const { account, bucket, ownNames, faults, log } = cloud;
  return new FunctionRuntime({
    identity: { name, region: bucket.region, appId: account.appId, ownerUin: account.ownerUin },
    codeDirectory,
    environment,
    platformEnvironment: { NODE_EXTRA_CA_CERTS: ownNames.authority.caFile, ...wiring },
    roleCredential: role === undefined ? undefined : credentialsOfRole(role, cloud),
    timeoutSeconds,
    memoryMb,
    maxInstances,
    faults,
    onLine: (line) => log(`[${name}] ${line}`),
  });
}
