import { type Environment, mustBe, optional } from "../config.ts";
import type { Authorize } from "./caller.ts";
import { jwtAuthorizer } from "./jwt.ts";
import { allowEveryone } from "./none.ts";

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
  if (make === undefined) throw mustBe("UPLOAD_AUTH", names);
  return make(env);
}
