import type { Account } from "../../cloud/account.ts";
import type { Clock } from "../../cloud/clock.ts";
import type { CredentialStore } from "../../sts/credential-store.ts";
import type { CorsRule } from "../http/cors.ts";
import type { Buckets, OpenBucket } from "./buckets.ts";

/** What COS's pages do not allow and is let through, since Tencent's own software does it: whom to tell of it. */
export interface Leniency {
  /**
   * A resource of a policy in the form of earlier days, or `image/*` as the beginning of a form's Content-Type; undefined
   * when they are to be refused.
   */
  readonly policy: ((sentence: string) => void) | undefined;
  /** A signature that begins a few seconds ahead; undefined when it is to be refused. */
  readonly time: ((sentence: string) => void) | undefined;
}

/** What the operations of no one bucket work with. */
export interface CosAccount {
  readonly account: Account;
  readonly buckets: Buckets;
  readonly credentials: CredentialStore;
  readonly clock: Clock;
  /** Host names, with a port or without, that also lead to the default bucket; lower case. */
  readonly customDomains: readonly string[];
  readonly cors: readonly CorsRule[];
  /** Whether an upload's content-type and content-length must be among the signed headers. */
  readonly strictSignature: boolean;
  /** Whether plain HTTP on loopback is what it is for cos:secure-transport, and not as good as HTTPS. */
  readonly strictTransport: boolean;
  readonly leniency: Leniency;
  /** The largest body of one upload in bytes: an object of PUT or POST, or one part. */
  readonly maxObjectBytes: number;
}

/** What every operation of one bucket works with. */
export interface CosService extends CosAccount, OpenBucket {}
