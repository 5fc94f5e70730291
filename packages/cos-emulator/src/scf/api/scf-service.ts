import type { RequestListener } from "node:http";
import type { ObjectEvent, Subscriber } from "../../cloud/object-events.ts";
import { ApiError } from "../../cloud-api/api-error.ts";
import type { Parameters } from "../../cloud-api/parameters.ts";
import { type Access, readOrigins } from "../../guard/sender.ts";
import { eventQueueOf } from "../cos-trigger.ts";
import { createInvokeHandler, errorAnswer, guardFunctions } from "../entry/entry.ts";
import { type CustomDomain, findEndpoint } from "./custom-domain.ts";
import type { ScfOptions } from "./options.ts";
import { type NewFunction, ScfFunction } from "./scf-function.ts";
import { checkPlace, readFunctionName } from "./validate.ts";

/** 50 functions in a namespace (https://cloud.tencent.com/document/product/583/11637). */
const MAX_FUNCTIONS = 50;

/** The functions and custom domains of the emulated SCF. They are gone when the emulator ends. */
export class ScfService {
  readonly options: ScfOptions;
  readonly domains = new Map<string, CustomDomain>();
  readonly #functions = new Map<string, ScfFunction>();

  constructor(options: ScfOptions) {
    this.options = options;
    options.objectEvents.from(() => this.#subscribers());
  }

  /** Undefined for a function that does not exist, or no longer does. */
  find(name: string): ScfFunction | undefined {
    const found = this.#functions.get(name);
    if (found?.gone) {
      this.#functions.delete(name);
      return undefined;
    }
    return found;
  }

  /** The function that a call names. @throws {ApiError} ResourceNotFound.Function, or an error about its name */
  named(parameters: Parameters): ScfFunction {
    const name = readFunctionName(parameters);
    checkPlace(parameters);
    const found = this.find(name);
    if (found === undefined) {
      throw new ApiError("ResourceNotFound.Function", `The function ${name} does not exist.`);
    }
    return found;
  }

  /** @throws {ApiError} ResourceInUse.Function, LimitExceeded.Function */
  checkFree(name: string): void {
    if (this.find(name) !== undefined) {
      throw new ApiError("ResourceInUse.Function", `The function ${name} already exists.`);
    }
    const count = [...this.#functions.keys()].filter((key) => this.find(key) !== undefined).length;
    if (count >= MAX_FUNCTIONS) {
      throw new ApiError("LimitExceeded.Function", `A namespace has at most ${MAX_FUNCTIONS} functions.`);
    }
  }

  /**
   * @param role the name of an execution role, empty or undefined for none
   * @throws {ApiError} FailedOperation.QcsRoleNotFound
   */
  checkRole(role: string | undefined): void {
    if (!role || this.options.roleCredential(role) !== undefined) return;
    throw new ApiError("FailedOperation.QcsRoleNotFound", `The role ${role} does not exist.`);
  }

  add(created: NewFunction): void {
    this.#functions.set(created.name, new ScfFunction(created, this.options));
  }

  /**
   * The listener of a Function URL. A request whose Host header is a custom domain goes where that domain sends it, as
   * if the DNS had led it here. A closed Function URL calls no function; we could not find out what SCF answers then.
   */
  listenerOf(own: ScfFunction): RequestListener {
    const { eventShape, log, recorded } = this.options;
    const domainOf = (host: string) => this.domains.get(host.replace(/:\d+$/, ""));
    const handler = createInvokeHandler({
      route: (path, host) => {
        const domain = domainOf(host);
        if (domain === undefined) return own.isUrlOpen ? own : undefined;
        const endpoint = findEndpoint(domain, path);
        return endpoint && this.find(endpoint.functionName);
      },
      elsewhere: (_path, host) =>
        domainOf(host) === undefined
          ? errorAnswer(403, "TriggerClosed", "The Function URL is closed: UpdateTrigger opens it.")
          : errorAnswer(404, "NotFound", "The custom domain has no endpoint for this path."),
      eventShape,
      log,
    });
    const access: Access = {
      isOwnHost: (name) => this.domains.has(name),
      isOwnOrigin: (origin) => readOrigins(own.settings.environment["CORS_ORIGINS"]).has(origin),
    };
    return recorded(guardFunctions(handler, access, log));
  }

  /** Every enabled COS trigger. */
  #subscribers(): readonly Subscriber[] {
    const { region, account } = this.options;
    return [...this.#functions.keys()].flatMap((name) => {
      const found = this.find(name);
      return [...(found?.triggers.values() ?? [])].flatMap((trigger) =>
        trigger.type === "cos" && trigger.enabled && found !== undefined
          ? {
              rule: trigger.rule,
              eventQueue: eventQueueOf(name, trigger.qualifier, region, account),
              deliver: (event: unknown, { name, key }: ObjectEvent) =>
                void found.invokeLater(event, `${name} ${key}`),
            }
          : [],
      );
    });
  }

  /** Stops and removes every function and custom domain. */
  async close(): Promise<void> {
    await Promise.all([...this.#functions.values()].map((item) => item.close()));
    this.#functions.clear();
    this.domains.clear();
  }
}
