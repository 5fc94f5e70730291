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

/** The largest event and answer of a synchronous call (https://cloud.tencent.com/document/product/583/11637). */
export const MAX_EVENT_BYTES = 6 * 1024 * 1024;
const MAX_RESPONSE_BYTES = 6 * 1024 * 1024;

/** One function as it is configured on the platform. */
export interface FunctionOptions {
  readonly identity: FunctionIdentity;
  /** The folder of the code. */
  readonly codeDirectory: string;
  /** `<file>.<export>`. @default "index.main_handler" */
  readonly handler?: string;
  /** The user's variables; see {@link checkUserEnvironment} for what is refused. */
  readonly environment: Readonly<Record<string, string>>;
  /** What the emulated cloud adds, so that the function can reach it; it counts towards no limit. @default none */
  readonly platformEnvironment?: Readonly<Record<string, string>>;
  /** Issues credentials of the function's execution role to a new instance; absent when it has no role. */
  readonly roleCredential?: (() => RoleCredential) | undefined;
  /** How long one event may take, not counting the start of an instance. */
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  /** How many events are handled at once; each takes one instance. */
  readonly maxInstances: number;
  /** How the platform misbehaves now. @default not at all */
  readonly faults?: Pick<Faults, "function">;
  /** Called with each line that an instance writes. */
  readonly onLine: (line: string) => void;
  /** How long the code may take to load. @default 65 */
  readonly initTimeoutSeconds?: number;
  /** How long an event waits for an instance when all are busy. @default 3 */
  readonly queueTimeoutSeconds?: number;
  /** How long an instance with nothing to do lives. @default 300 */
  readonly idleTimeoutSeconds?: number;
}

/** What an update of a function's configuration can change. */
export type FunctionConfiguration = Pick<
  FunctionOptions,
  "environment" | "timeoutSeconds" | "memoryMb" | "handler" | "roleCredential"
>;

/** The outcome of one event, and what it took. */
export interface Invocation {
  readonly requestId: string;
  readonly outcome:
    | { readonly ok: true /** What the handler returned, as JSON. */; readonly json: string }
    | { readonly ok: false; readonly failure: PlatformFailure };
  /** Without the start of an instance. */
  readonly durationMs: number;
  /** The process's resident memory after the event; undefined when the process had ended. */
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
  /** Ready instances without an event, the last used last; each with the timer that ends it. */
  readonly #idle = new Map<Instance, NodeJS.Timeout>();
  /** Instances with code that was replaced; they end after their current event. */
  readonly #outdated = new WeakSet<Instance>();
  readonly #waiters: Waiter[] = [];
  #closed = false;

  /** @throws {EnvironmentError} for a variable that the platform would not accept */
  constructor(options: FunctionOptions) {
    checkUserEnvironment(options.environment);
    this.#options = options;
    this.#codeDirectory = options.codeDirectory;
  }

  get name(): string {
    return this.#options.identity.name;
  }

  /** Every running process, busy or not. */
  get instances(): ReadonlySet<Instance> {
    return this.#instances;
  }

  /** Calls the function with an event and waits for the outcome; never throws because of the function. */
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
    // The event arrives before the process wakes, as on the platform.
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

  /** Deploys new code: new events run it, and events in progress finish with the old. */
  replaceCode(codeDirectory: string): void {
    this.#codeDirectory = codeDirectory;
    this.#outdate();
  }

  /**
   * Changes the configuration, with the same rule for events in progress.
   *
   * @throws {EnvironmentError} like the constructor
   */
  reconfigure(changes: Partial<FunctionConfiguration>): void {
    const options = { ...this.#options, ...changes };
    checkUserEnvironment(options.environment);
    this.#options = options;
    this.#outdate();
  }

  /** Ends every instance, busy ones after their event: the next event gets a cold start. */
  restart(): void {
    this.#outdate();
  }

  #outdate(): void {
    for (const instance of this.#instances) this.#outdated.add(instance);
    for (const instance of this.#idle.keys()) this.#retire(instance);
  }

  /** Ends every instance, and answers `RequestCanceled` to events in progress and to waiting ones. */
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

  /** Takes the one used last, so that the others can reach their idle timeout. */
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
