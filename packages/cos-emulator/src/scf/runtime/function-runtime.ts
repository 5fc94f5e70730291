import { randomUUID } from "node:crypto";
import type { Faults } from "../../faults/faults.ts";
import {
  checkUserEnvironment,
  type FunctionIdentity,
  invocationContext,
  platformEnvironment,
  type RoleCredential,
} from "./environment.ts";
import { Instance } from "./instance.ts";
import type { PlatformFailure } from "./platform-failure.ts";
import * as failures from "./platform-failure.ts";

/** The largest event and the largest answer of a synchronous call (https://cloud.tencent.com/document/product/583/11637). */
export const MAX_EVENT_BYTES = 6 * 1024 * 1024;
export const MAX_RESPONSE_BYTES = 6 * 1024 * 1024;

/** One function as it is configured on the platform. */
export interface FunctionOptions {
  readonly identity: FunctionIdentity;
  /** The folder that holds the code. */
  readonly codeDirectory: string;
  /** `<file>.<export>`. @default "index.main_handler" */
  readonly handler?: string;
  /** The user's variables; see {@link checkUserEnvironment} for what is refused. */
  readonly environment: Readonly<Record<string, string>>;
  /** What the emulated cloud adds, so that the function finds its way around; it counts towards no limit. @default none */
  readonly platformEnvironment?: Readonly<Record<string, string>>;
  /** Makes the credentials of the function's execution role for a new instance; absent when it has no role. */
  readonly roleCredential?: (() => RoleCredential) | undefined;
  /** How long one event may take, start-up not counted. */
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  /** How many events are served at once; one instance each. */
  readonly maxInstances: number;
  /** How the platform misbehaves now. @default not at all */
  readonly faults?: Pick<Faults, "function">;
  /** A line that an instance wrote. */
  readonly onLine: (line: string) => void;
  /** How long the code may take to load. @default 65 */
  readonly initTimeoutSeconds?: number;
  /** How long an event waits for an instance when all are busy. @default 3 */
  readonly queueTimeoutSeconds?: number;
  /** How long an instance with nothing to do lives. @default 300 */
  readonly idleTimeoutSeconds?: number;
}

/** What an update of a function's configuration may change. */
export type FunctionConfiguration = Pick<
  FunctionOptions,
  "environment" | "timeoutSeconds" | "memoryMb" | "handler" | "roleCredential"
>;

/** What came of one event, and what it took. */
export interface Invocation {
  readonly requestId: string;
  readonly outcome:
    | { readonly ok: true /** What the handler returned, as JSON. */; readonly json: string }
    | { readonly ok: false; readonly failure: PlatformFailure };
  /** Without the start of an instance. */
  readonly durationMs: number;
  /** The process's resident memory after the event; undefined when no process lived to tell. */
  readonly memoryBytes: number | undefined;
  /** Whether an instance was started for it. */
  readonly cold: boolean;
}

interface Waiter {
  readonly give: (instance: Instance) => void;
  readonly refuse: (failure: PlatformFailure) => void;
}

/** A function and its instances. */
export class FunctionRuntime {
  #options: FunctionOptions;
  #codeDirectory: string;
  readonly #instances = new Set<Instance>();
  /** Ready and without an event, the last used last; each with the timer that ends it. */
  readonly #idle = new Map<Instance, NodeJS.Timeout>();
  /** Running code that was replaced; ended after the event they have. */
  readonly #outdated = new WeakSet<Instance>();
  readonly #waiters: Waiter[] = [];
  #closed = false;

  /** @throws {EnvironmentError} for a variable that the platform would not take */
  constructor(options: FunctionOptions) {
    checkUserEnvironment(options.environment);
    this.#options = options;
    this.#codeDirectory = options.codeDirectory;
  }

  get name(): string {
    return this.#options.identity.name;
  }

  /** Every process that lives, busy or not. */
  get instances(): ReadonlySet<Instance> {
    return this.#instances;
  }

  /** Calls the function with an event and waits for what comes of it; never throws for what the function does. */
  async invoke(event: unknown, requestId: string = randomUUID()): Promise<Invocation> {
    const text = JSON.stringify(event) ?? "null";
    if (Buffer.byteLength(text) > MAX_EVENT_BYTES) {
      return refused(requestId, failures.requestTooLarge(MAX_EVENT_BYTES));
    }
    const instance = await this.#acquire();
    if (!(instance instanceof Instance)) return refused(requestId, instance);

    const cold = instance.served === 0;
    const { timeoutSeconds } = this.#options;
    const started = performance.now();
    const context = invocationContext(this.#options.identity, this.#options, requestId);
    const answering = instance.invoke(text, context, timeoutSeconds);
    // The event is there before the process wakes, as on the platform.
    instance.thaw();
    if (this.#options.faults?.function === "kill") instance.kill();
    const answer = await answering;
    if (this.#options.faults?.function === "freeze") instance.freeze();
    const durationMs = performance.now() - started;
    this.#release(instance);
    const { memoryBytes } = answer;
    if (!answer.ok) {
      return { requestId, outcome: { ok: false, failure: answer.failure }, durationMs, memoryBytes, cold };
    }
    if (Buffer.byteLength(answer.json) > MAX_RESPONSE_BYTES) {
      const failure = failures.responseTooLarge(MAX_RESPONSE_BYTES);
      return { requestId, outcome: { ok: false, failure }, durationMs, memoryBytes, cold };
    }
    return { requestId, outcome: { ok: true, json: answer.json }, durationMs, memoryBytes, cold };
  }

  /** Deploys other code: events from now on run it, those under way are finished by the old one. */
  replaceCode(codeDirectory: string): void {
    this.#codeDirectory = codeDirectory;
    this.#outdate();
  }

  /**
   * Configures it anew, with the same rule for events under way.
   *
   * @throws {EnvironmentError} as the constructor
   */
  reconfigure(changes: Partial<FunctionConfiguration>): void {
    const options = { ...this.#options, ...changes };
    checkUserEnvironment(options.environment);
    this.#options = options;
    this.#outdate();
  }

  /** Ends every instance, those with an event after it: the next event meets a cold start. */
  restart(): void {
    this.#outdate();
  }

  #outdate(): void {
    for (const instance of this.#instances) this.#outdated.add(instance);
    for (const instance of this.#idle.keys()) this.#retire(instance);
  }

  /** Ends every instance, and answers the events under way and those that wait with `RequestCanceled`. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const waiter of this.#waiters.splice(0)) waiter.refuse(failures.requestCanceled());
    for (const timer of this.#idle.values()) clearTimeout(timer);
    this.#idle.clear();
    await Promise.all([...this.#instances].map((instance) => instance.kill(failures.requestCanceled())));
  }

  #acquire(): Promise<Instance | PlatformFailure> {
    if (this.#closed) return Promise.resolve(failures.requestCanceled());
    return new Promise((resolve) => {
      const { maxInstances, queueTimeoutSeconds = 3 } = this.#options;
      const waiter: Waiter = {
        give: (instance) => {
          clearTimeout(timer);
          resolve(instance);
        },
        refuse: (failure) => {
          clearTimeout(timer);
          resolve(failure);
        },
      };
      const timer = setTimeout(() => {
        const index = this.#waiters.indexOf(waiter);
        if (index === -1) return;
        this.#waiters.splice(index, 1);
        waiter.refuse(failures.resourceLimitReached(this.name, maxInstances));
      }, queueTimeoutSeconds * 1000);
      this.#waiters.push(waiter);
      this.#serveWaiters();
    });
  }

  #serveWaiters(): void {
    while (this.#waiters.length > 0) {
      const instance = this.#takeIdle();
      if (instance === undefined && this.#instances.size >= this.#options.maxInstances) return;
      const waiter = this.#waiters.shift();
      if (waiter === undefined) return;
      if (instance === undefined) this.#startFor(waiter);
      else waiter.give(instance);
    }
  }

  /** The one used last, so that the others may grow old. */
  #takeIdle(): Instance | undefined {
    const instance = [...this.#idle.keys()].findLast((candidate) => !candidate.ended);
    if (instance === undefined) return undefined;
    clearTimeout(this.#idle.get(instance));
    this.#idle.delete(instance);
    return instance;
  }

  async #startFor(waiter: Waiter): Promise<void> {
    const { identity, environment, memoryMb, initTimeoutSeconds = 65, onLine } = this.#options;
    const { handler = "index.main_handler" } = this.#options;
    const instance = new Instance({
      codeDirectory: this.#codeDirectory,
      handler,
      environment: {
        ...platformEnvironment(identity, this.#codeDirectory, this.#options.roleCredential?.()),
        ...this.#options.platformEnvironment,
        ...environment,
      },
      memoryMb,
      initTimeoutSeconds,
      onLine,
    });
    this.#instances.add(instance);
    instance.closed.then(() => this.#forget(instance));
    const failure = await instance.ready;
    if (failure === undefined) waiter.give(instance);
    else waiter.refuse(failure);
  }

  #release(instance: Instance): void {
    if (instance.ended || this.#closed) return;
    if (this.#outdated.has(instance)) {
      this.#retire(instance);
      return;
    }
    const { idleTimeoutSeconds = 300 } = this.#options;
    const timer = setTimeout(() => this.#retire(instance), idleTimeoutSeconds * 1000);
    timer.unref();
    this.#idle.set(instance, timer);
    this.#serveWaiters();
  }

  #retire(instance: Instance): void {
    clearTimeout(this.#idle.get(instance));
    this.#idle.delete(instance);
    instance.kill();
  }

  #forget(instance: Instance): void {
    this.#instances.delete(instance);
    clearTimeout(this.#idle.get(instance));
    this.#idle.delete(instance);
    if (!this.#closed) this.#serveWaiters();
  }
}

function refused(requestId: string, failure: PlatformFailure): Invocation {
  return {
    requestId,
    outcome: { ok: false, failure },
    durationMs: 0,
    memoryBytes: undefined,
    cold: false,
  };
}
