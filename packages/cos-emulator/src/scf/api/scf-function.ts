import { randomBytes } from "node:crypto";
import { ApiError } from "../../cloud-api/api-error.ts";
import { AsyncInvoker, DEFAULT_EVENT_INVOKE_CONFIG } from "../runtime/async-invoker.ts";
import { FunctionRuntime, type Invocation } from "../runtime/function-runtime.ts";
import type { CodePackage } from "./code-package.ts";
import { InvocationLog } from "./invocation-log.ts";
import type { ScfOptions, StatusReason } from "./options.ts";
import type { Trigger } from "./trigger.ts";

/** https://cloud.tencent.com/document/api/583/115197 */
export type FunctionStatus = "Creating" | "CreateFailed" | "Active" | "Updating" | "Deleting";

/** What UpdateFunctionConfiguration and UpdateFunctionCode change. */
export interface FunctionSettings {
  readonly memorySize: number;
  readonly timeout: number;
  readonly description: string;
  /** The name of its execution role; empty for none. */
  readonly role: string;
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
}

export interface NewFunction {
  readonly name: string;
  readonly runtime: string;
  readonly settings: FunctionSettings;
  readonly code: CodePackage;
}

/**
 * One function of the emulated SCF. A change takes time: until it is done, the function has another status, runs as it
 * was before, and refuses more changes.
 */
export class ScfFunction {
  readonly name: string;
  readonly runtime: string;
  readonly functionId = `lam-${randomBytes(4).toString("hex")}`;
  readonly addedMs: number;
  readonly log = new InvocationLog();
  readonly triggers = new Map<string, Trigger>();
  /** How asynchronous events are retried. */
  eventInvokeConfig = DEFAULT_EVENT_INVOKE_CONFIG;
  readonly #options: ScfOptions;
  readonly #queue: AsyncInvoker;
  #settings: FunctionSettings;
  #code: CodePackage;
  #modifiedMs: number;
  #status: FunctionStatus = "Creating";
  #statusReasons: readonly StatusReason[] = [];
  #runtime: FunctionRuntime | undefined;
  #change: { readonly dueMs: number; readonly apply: () => void } | undefined;
  #gone = false;

  constructor(created: NewFunction, options: ScfOptions) {
    this.name = created.name;
    this.runtime = created.runtime;
    this.#settings = created.settings;
    this.#code = created.code;
    this.#options = options;
    const { clock, retrySeconds, log } = options;
    this.#queue = new AsyncInvoker({
      functionName: created.name,
      invoke: (event, requestId) => this.invoke(event, requestId),
      clock,
      retrySeconds,
      config: () => this.eventInvokeConfig,
      log,
      onAttempt: (attempt) => options.onAttempt(created.name, attempt),
    });
    this.addedMs = options.clock();
    this.#modifiedMs = this.addedMs;
    this.#later(() => this.#finishCreation());
  }

  get status(): FunctionStatus {
    this.#settle();
    return this.#status;
  }

  /** Whether its deletion is complete. */
  get gone(): boolean {
    this.#settle();
    return this.#gone;
  }

  get statusReasons(): readonly StatusReason[] {
    return this.#statusReasons;
  }

  get settings(): FunctionSettings {
    this.#settle();
    return this.#settings;
  }

  get code(): CodePackage {
    this.#settle();
    return this.#code;
  }

  /** Whether its Function URL is enabled. */
  get isUrlOpen(): boolean {
    return [...this.triggers.values()].some(({ type, enabled }) => type === "http" && enabled);
  }

  get modifiedMs(): number {
    return this.#modifiedMs;
  }

  /** @throws {ApiError} with this code unless the function is Active */
  requireActive(code: string): void {
    if (this.status === "Active") return;
    throw new ApiError(code, `The function ${this.name} is ${this.#status}; try again when it is Active.`);
  }

  configure(changes: Partial<FunctionSettings>): void {
    this.#status = "Updating";
    this.#later(() => {
      this.#settings = { ...this.#settings, ...changes };
      this.#runtime?.reconfigure(this.#configuration());
      this.#status = "Active";
    });
  }

  /** Takes ownership of the package: it is removed with the function, or when it is replaced. */
  replaceCode(code: CodePackage, handler: string): void {
    this.#status = "Updating";
    this.#later(() => {
      const old = this.#code;
      this.#code = code;
      this.#settings = { ...this.#settings, handler };
      this.#runtime?.replaceCode(code.directory);
      this.#runtime?.reconfigure(this.#configuration());
      this.#status = "Active";
      old.remove().catch(() => undefined);
    });
  }

  delete(): void {
    this.#status = "Deleting";
    this.#later(() => {
      this.#gone = true;
      this.close().catch(() => undefined);
    });
  }

  /** Calls it with an event, and keeps what it wrote and returned. @throws {ApiError} when it cannot run yet */
  async invoke(event: unknown, requestId?: string): Promise<Invocation> {
    const runtime = this.#running();
    const startMs = this.#options.clock();
    const { memorySize } = this.#settings;
    const invocation = await runtime.invoke(event, requestId);
    this.log.record(invocation, startMs, memorySize);
    return invocation;
  }

  /**
   * Calls it asynchronously with an event, and retries after a failure.
   *
   * @returns the request id of the call
   */
  invokeLater(event: unknown, about?: string): string {
    return this.#queue.enqueue(event, about);
  }

  /** @throws {ApiError} FailedOperation.FunctionStatusError when it cannot run yet, or no longer */
  requireRunning(): void {
    this.#running();
  }

  async close(): Promise<void> {
    this.#queue.clear();
    for (const trigger of this.triggers.values()) {
      if (trigger.type === "http") await trigger.url.close();
    }
    await this.#runtime?.close();
    await this.#code.remove();
  }

  #running(): FunctionRuntime {
    this.#settle();
    if (this.#runtime !== undefined && this.#status !== "Deleting") return this.#runtime;
    throw new ApiError("FailedOperation.FunctionStatusError", `The function is ${this.#status}.`);
  }

  #later(apply: () => void): void {
    this.#modifiedMs = this.#options.clock();
    this.#change = { dueMs: this.#modifiedMs + this.#options.transitionMs, apply };
  }

  #settle(): void {
    const change = this.#change;
    if (change === undefined || this.#options.clock() < change.dueMs) return;
    this.#change = undefined;
    change.apply();
  }

  #finishCreation(): void {
    const reason = this.#options.createFailure(this.name);
    if (reason !== undefined) {
      this.#status = "CreateFailed";
      this.#statusReasons = [reason];
      return;
    }
    this.#status = "Active";
    const { account, region, maxInstances, platformEnvironment, log } = this.#options;
    this.#runtime = new FunctionRuntime({
      identity: {
        name: this.name,
        region,
        appId: account.appId,
        ownerUin: account.ownerUin,
        runtime: this.runtime,
      },
      codeDirectory: this.#code.directory,
      ...this.#configuration(),
      platformEnvironment,
      maxInstances,
      onLine: (line) => {
        this.log.write(line);
        log(`[${this.name}] ${line}`);
      },
    });
  }

  #configuration() {
    const { environment, timeout, memorySize, handler, role } = this.#settings;
    return {
      roleCredential: role === "" ? undefined : this.#options.roleCredential(role),
      environment,
      timeoutSeconds: timeout,
      memoryMb: memorySize,
      handler,
    };
  }
}
