import { PolicyError, parsePolicy } from "../cam/parse-policy.ts";
import type { Policy } from "../cam/policy.ts";

/** The emulated account's roles: each one's policy, by name. */
export type Roles = ReadonlyMap<string, Policy>;

/** Thrown for a role that CAM would not accept; the message names it. */
export class RoleError extends Error {
  override readonly name = "RoleError";
}

/**
 * @param given the JSON of each role's policy, by name
 * @throws {RoleError}
 */
export function openRoles(given: Readonly<Record<string, string>>): Roles {
  return new Map(Object.entries(given).map(([name, text]) => [name, rolePolicy(name, text)]));
}

/** @throws {RoleError} for a name or a policy that CAM would not accept */
export function rolePolicy(name: string, text: string): Policy {
  if (!/^[\w+=,.@-]{1,128}$/.test(name)) {
    throw new RoleError(`${JSON.stringify(name)} is not the name of a role.`);
  }
  try {
    return parsePolicy(text);
  } catch (error) {
    if (error instanceof PolicyError) throw new RoleError(`The role ${name}: ${error.message}.`);
    throw error;
  }
}
