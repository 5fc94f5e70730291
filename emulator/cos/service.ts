import type { Account, Bucket } from "../account.ts";
import type { Clock } from "../clock.ts";
import type { CredentialStore } from "../sts/credential-store.ts";
import type { CorsRule } from "./cors.ts";
import type { ObjectStore } from "./object-store.ts";

/** What every operation of the one bucket works with. */
export interface CosService {
  readonly account: Account;
  readonly bucket: Bucket;
  readonly credentials: CredentialStore;
  readonly store: ObjectStore;
  readonly clock: Clock;
  /** Host names, with a port or without, that also lead to the bucket; lower case. */
  readonly customDomains: readonly string[];
  readonly cors: readonly CorsRule[];
  /** Whether an upload's content-type and content-length must be among the signed headers. */
  readonly strictSignature: boolean;
  /** The largest object in bytes. */
  readonly maxObjectBytes: number;
}
