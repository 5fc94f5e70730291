import type { Account } from "../account.ts";
import type { Clock } from "../clock.ts";
import type { CredentialStore } from "./credential-store.ts";

/** What the emulated STS works with. */
export interface StsOptions {
  readonly account: Account;
  readonly store: CredentialStore;
  readonly clock: Clock;
  /** The names of the roles that AssumeRole finds. */
  readonly roles: ReadonlySet<string>;
  /** The longest session policy in bytes. The real limit's number is not published. */
  readonly policyMaxBytes: number;
}

export const DEFAULT_POLICY_MAX_BYTES = 4096;
