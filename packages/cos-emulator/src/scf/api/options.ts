import type { RequestListener } from "node:http";
import type { Account } from "../../cloud/account.ts";
import type { Clock } from "../../cloud/clock.ts";
import type { ObjectEvents } from "../../cloud/object-events.ts";
import type { FindKey } from "../../cloud-api/authenticate.ts";
import type { EventShape } from "../entry/http-answer.ts";
import type { Attempt } from "../runtime/async-invoker.ts";
import type { RoleCredential } from "../runtime/environment.ts";

/** Why a function could not be created, as in GetFunction. */
export interface StatusReason {
  readonly ErrorCode: string;
  readonly ErrorMessage: string;
}

/** What the emulated SCF works with. */
export interface ScfOptions {
  readonly account: Account;
  /** The one region that exists, such as `ap-guangzhou`. */
  readonly region: string;
  readonly findKey: FindKey;
  readonly clock: Clock;
  readonly log: (line: string) => void;
  /** Variables that the emulated cloud adds to every function's own, so that functions can reach it. */
  readonly platformEnvironment: Readonly<Record<string, string>>;
  /** Returns what issues credentials to functions with this execution role; undefined when there is no such role. */
  readonly roleCredential: (role: string) => (() => RoleCredential) | undefined;
  /** How many events a function handles at once. */
  readonly maxInstances: number;
  /** The event that a Function URL calls a function with. */
  readonly eventShape: EventShape;
  /** The events for COS triggers. */
  readonly objectEvents: ObjectEvents;
  /** How long after a failure an asynchronous event is sent to the function again. */
  readonly retrySeconds: number;
  /** How long a function stays Creating, Updating or Deleting, and a new Function URL without its address. */
  readonly transitionMs: number;
  /** Why this function cannot be created, such as the log service (CLS) not being activated. */
  readonly createFailure: (functionName: string) => StatusReason | undefined;
  /** Wraps a Function URL's listener to record its requests. */
  readonly recorded: (listener: RequestListener) => RequestListener;
  /** Called for every asynchronous call of a function. */
  readonly onAttempt: (functionName: string, attempt: Attempt) => void;
  /** Whether the DNS sends this custom domain to SCF. */
  readonly hasCname: (domain: string) => boolean;
}

export const SCF_DEFAULTS = {
  retrySeconds: 60,
  transitionMs: 300,
  createFailure: () => undefined,
  hasCname: () => true,
  onAttempt: () => {},
  recorded: (listener: RequestListener) => listener,
} as const;

/** The one namespace, and the two names of the one version. */
export const NAMESPACE = "default";
export const QUALIFIERS: ReadonlySet<string> = new Set(["$LATEST", "$DEFAULT"]);
