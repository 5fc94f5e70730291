import { unixSeconds } from "../cloud/clock.ts";
import type { Cloud } from "../cloud.ts";
import type { TemporaryCredential } from "./credential-store.ts";

/** The life of the credentials of an execution role. How long SCF's live was not found. */
const ROLE_SECONDS = 7200;

/** What makes the credentials that SCF gives to the functions with this role; undefined when there is no such role. */
export function credentialsOfRole(
  role: string,
  { roles, credentials, clock }: Pick<Cloud, "roles" | "credentials" | "clock">,
): (() => TemporaryCredential) | undefined {
  const rights = roles.get(role);
  return rights && (() => credentials.issue([rights], ROLE_SECONDS, unixSeconds(clock)));
}
