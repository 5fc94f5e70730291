import type { Rights } from "../cam/rights.ts";
import { type Clock, unixSeconds } from "../cloud/clock.ts";
import { equalInConstantTime } from "../cloud/constant-time.ts";
import { ApiError } from "./api-error.ts";
import type { ApiRequest, SignedCall } from "./api-request.ts";
import { readSignatureTc3 } from "./signature-tc3.ts";
import { readSignatureV1 } from "./signature-v1.ts";

/** How far a request's timestamp may be from the service's clock, either way (code AuthFailure.SignatureExpire). */
const MAX_SKEW_SECONDS = 300;

/** A key that the cloud knows. */
export type ApiKey =
  | { readonly kind: "permanent"; readonly secretKey: string }
  | {
      readonly kind: "temporary";
      readonly secretKey: string;
      readonly token: string;
      /** Unix seconds; refused from this second on. */
      readonly expiredTime: number;
      readonly rights: Rights;
    };

/** Finds a key by its SecretId. */
export type FindKey = (secretId: string) => ApiKey | undefined;

/** A call whose sender is known. */
export interface ApiCall {
  readonly action: string;
  readonly version: string;
  readonly parameters: SignedCall["parameters"];
  /** X-TC-Region, or the parameter Region of signature v1. */
  readonly region: string | undefined;
  readonly key: ApiKey;
}

/**
 * Reads a request with either signature and checks its time, key, signature and session token, in this order.
 *
 * @throws {ApiError} AuthFailure.* as documented in the common error codes, or what reading the signature throws
 */
export function authenticate(request: ApiRequest, findKey: FindKey, clock: Clock): ApiCall {
  const authorization = request.headers.get("authorization");
  const call =
    authorization === undefined ? readSignatureV1(request) : readSignatureTc3(request, authorization);
  const now = unixSeconds(clock);
  if (Math.abs(now - call.timestamp) > MAX_SKEW_SECONDS) {
    throw new ApiError(
      "AuthFailure.SignatureExpire",
      `The timestamp ${call.timestamp} is more than ${MAX_SKEW_SECONDS} seconds from the server's ${now}.`,
    );
  }
  const key = findKey(call.secretId);
  if (key === undefined) {
    throw new ApiError("AuthFailure.SecretIdNotFound", "The SecretId is not found.");
  }
  if (!call.isSignedWith(key.secretKey)) {
    throw new ApiError(
      "AuthFailure.SignatureFailure",
      "The provided credentials could not be validated. Please check your signature is correct.",
    );
  }
  checkToken(key, call.token, now);
  const { action, version, parameters, region } = call;
  return { action, version, parameters, region, key };
}

function checkToken(key: ApiKey, token: string | undefined, now: number): void {
  if (key.kind === "permanent") {
    if (token) throw new ApiError("AuthFailure.TokenFailure", "A permanent key has no token.");
    return;
  }
  if (!token) throw new ApiError("AuthFailure.TokenFailure", "A temporary key needs its token.");
  if (!equalInConstantTime(token, key.token)) {
    throw new ApiError("AuthFailure.TokenFailure", "The token does not belong to this SecretId.");
  }
  if (now >= key.expiredTime) throw new ApiError("AuthFailure.TokenFailure", "The token has expired.");
}
