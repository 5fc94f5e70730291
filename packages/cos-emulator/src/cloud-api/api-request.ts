import type { Parameters } from "./parameters.ts";

/** An HTTP request to a cloud API, read whole. */
export interface ApiRequest {
  readonly method: "GET" | "POST";
  /** The Host header as sent, with its port. */
  readonly host: string;
  /** What follows the question mark, as sent; empty without one. */
  readonly query: string;
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

/** What a request says once it is parsed, before its sender is checked. */
export interface SignedCall {
  readonly action: string;
  readonly version: string;
  /** Unix seconds. */
  readonly timestamp: number;
  readonly secretId: string;
  /** The session token that goes with a temporary key. */
  readonly token: string | undefined;
  readonly parameters: Parameters;
  readonly region: string | undefined;
  /** Whether the request's signature is the one that this key makes; compared in constant time. */
  readonly isSignedWith: (secretKey: string) => boolean;
}
