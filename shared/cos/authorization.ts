import cosUtil from "cos-nodejs-sdk-v5/sdk/util.js";
import type { Credential, KeyTime } from "../sts/credential.ts";

/** Header names in lower case. `host` always: without it, a signature is good for every bucket. */
export type SignedHeaders = Record<string, string> & { readonly host: string };

/** The signed parts of a request to COS. */
export interface SignedRequest {
  readonly method: "PUT" | "GET" | "HEAD" | "DELETE" | "POST";
  /** The object key, raw; empty for the bucket itself. */
  readonly key: string;
  readonly headers: Readonly<SignedHeaders>;
  readonly query?: Readonly<Record<string, string>>;
}

/**
 * The value of `Authorization`, by COS's own SDK
 * (https://cloud.tencent.com/document/product/436/7778). Pure: no clock, no environment.
 *
 * The SDK signs only the headers on its own list, which has all that we sign.
 */
export function authorization(
  request: SignedRequest,
  credential: Pick<Credential, "tmpSecretId" | "tmpSecretKey">,
  { start, end }: KeyTime,
): string {
  return cosUtil.getAuth({
    SecretId: credential.tmpSecretId,
    SecretKey: credential.tmpSecretKey,
    Method: request.method,
    Key: request.key,
    Headers: request.headers,
    Query: request.query ?? {},
    KeyTime: `${start};${end}`,
  });
}
