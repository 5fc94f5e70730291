import { type Environment, optional } from "../config.ts";
import type { Invocation } from "../entry/invocation.ts";
import { ConfigurationError } from "../errors.ts";
import type { HttpRequest } from "../http/request.ts";
import { jwtAuthorizer } from "./jwt.ts";
import { allowEveryone } from "./none.ts";

/** Who is asking. */
export interface Caller {
  /** Stands for the caller in object keys (see `userSegment`); undefined when callers are not told apart. */
  readonly user: string | undefined;
}

/** Tells who is asking, or throws a ServiceError of status 401 (or 5xx when it cannot tell). */
export type Authorize = (request: HttpRequest, invocation: Invocation) => Promise<Caller>;

/**
 * The checks that UPLOAD_AUTH can name. This is the one place to plug in your own: add a line, and set
 * UPLOAD_AUTH to its name. Each reads its part of the environment, once, and throws a ConfigurationError
 * when it is incomplete.
 */
const authorizers: ReadonlyMap<string, (env: Environment) => Authorize> = new Map([
  ["jwt", jwtAuthorizer],
  ["none", allowEveryone],
]);

/** The check that UPLOAD_AUTH names; `jwt` when it is not set. */
export function readAuthorize(env: Environment): Authorize {
  const names = [...authorizers.keys()].join(" or ");
  const make = authorizers.get(optional(env, "UPLOAD_AUTH", /./, names) ?? "jwt");
  if (make === undefined) throw new ConfigurationError(`UPLOAD_AUTH must be ${names}.`);
  return make(env);
}
