import { unixSeconds } from "../cloud/clock.ts";
import type { Cloud } from "../cloud.ts";
import type { TemporaryCredential } from "./credential-store.ts";

/** The lifetime of an execution role's credentials. We could not find out SCF's. */
const ROLE_SECONDS = 7200;

/** Returns what issues credentials to functions with this role; undefined when there is no such role. */
export function credentialsOfRole(
  role: string,
  { roles, credentials, clock }: Pick<Cloud, "roles" | "credentials" | "clock">,
): (() => TemporaryCredential) | undefined {
  const rights = roles.get(role);
  return rights && (() => credentials.issue([rights], ROLE_SECONDS, unixSeconds(clock)));
}
