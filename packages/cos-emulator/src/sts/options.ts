import type { Policy } from "../cam/policy.ts";
import type { Account } from "../cloud/account.ts";
import type { Clock } from "../cloud/clock.ts";
import type { CredentialStore } from "./credential-store.ts";

/** What the emulated STS works with. */
export interface StsOptions {
  readonly account: Account;
  readonly store: CredentialStore;
  readonly clock: Clock;
  /** The roles that AssumeRole finds: by name, what each may do. */
  readonly roles: ReadonlyMap<string, Policy>;
  /** The longest session policy in bytes. The real limit's number is not published. */
  readonly policyMaxBytes: number;
  /** Told of what a session policy should not have and is let through with; without it, such a policy is refused. */
  readonly onLeniency?: ((sentence: string) => void) | undefined;
}

export const DEFAULT_POLICY_MAX_BYTES = 4096;
