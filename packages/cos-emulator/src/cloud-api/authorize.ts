import { decideRights } from "../cam/rights.ts";
import { reasonOf } from "../cloud/reason-of.ts";
import { ApiError } from "./api-error.ts";
import type { ApiKey } from "./authenticate.ts";

/** One thing that a call wants to do, in CAM's terms. */
export interface Access {
  /** Such as `scf:CreateFunction`. */
  readonly action: string;
  /** Six-part, or `*` for an action without resources in CAM: then only a policy for `*` allows it. */
  readonly resource: string;
}

/**
 * Refuses what the key may not do. The account's own key may do everything, a temporary one what its rights allow.
 *
 * @param code the service's own, such as `UnauthorizedOperation.CAM`
 * @throws {ApiError} with `code`, in words that SCF has been seen to use
 */
export function authorize(key: ApiKey, { action, resource }: Access, code: string): void {
  if (key.kind === "permanent") return;
  const decision = decideRights(key.rights, { action, resource, keys: new Map() });
  if (decision.allowed) return;
  throw new ApiError(
    code,
    `you are not authorized to perform operation (${action}) resource (${resource}) has no permission: ${reasonOf(decision.cause)}`,
  );
}
