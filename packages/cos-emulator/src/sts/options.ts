import type { Policy } from "../cam/policy.ts";
import type { Account } from "../cloud/account.ts";
import type { Clock } from "../cloud/clock.ts";
import type { CredentialStore } from "./credential-store.ts";

/** What the emulated STS works with. */
export interface StsOptions {
  readonly account: Account;
  readonly store: CredentialStore;
  readonly clock: Clock;
  /** The roles for AssumeRole: each one's policy, by name. */
  readonly roles: ReadonlyMap<string, Policy>;
  /** The longest session policy in bytes. The real limit is not published. */
  readonly policyMaxBytes: number;
  /** Called for what a session policy should not have but may; without it, such a policy is refused. */
  readonly onLeniency?: ((sentence: string) => void) | undefined;
}

export const DEFAULT_POLICY_MAX_BYTES = 4096;
