import type { Account } from "../../cloud/account.ts";
import type { Clock } from "../../cloud/clock.ts";
import type { CredentialStore } from "../../sts/credential-store.ts";
import type { CorsRule } from "../http/cors.ts";
import type { Buckets, OpenBucket } from "./buckets.ts";

/** Called for what COS's pages forbid but is allowed here, since Tencent's own software does it. */
export interface Leniency {
  /**
   * For a policy's resource in the old form, and for `image/*` as the required start of a form's Content-Type;
   * undefined if they are refused.
   */
  readonly policy: ((sentence: string) => void) | undefined;
  /** For a signature that begins a few seconds in the future; undefined if it is refused. */
  readonly time: ((sentence: string) => void) | undefined;
}

/** What operations outside any bucket work with. */
export interface CosAccount {
  readonly account: Account;
  readonly buckets: Buckets;
  readonly credentials: CredentialStore;
  readonly clock: Clock;
  /** Host names, with or without a port, that also lead to the default bucket; lower case. */
  readonly customDomains: readonly string[];
  readonly cors: readonly CorsRule[];
  /** Whether an upload's content-type and content-length must be among the signed headers. */
  readonly strictSignature: boolean;
  /** Whether plain HTTP on loopback counts as insecure for cos:secure-transport, and not like HTTPS. */
  readonly strictTransport: boolean;
  readonly leniency: Leniency;
  /** The largest body of one upload in bytes: an object of PUT or POST, or one part. */
  readonly maxObjectBytes: number;
}

/** What the operations of one bucket work with. */
export interface CosService extends CosAccount, OpenBucket {}
