import { type JWTVerifyOptions, type JWTVerifyResult, jwtVerify } from "jose";
import { JWTClaimValidationFailed } from "jose/errors";
import type { Environment } from "../config.ts";
import type { Invocation } from "../entry/invocation.ts";
import { ownRefusal } from "../entry/part.ts";
import {
  type Refusal,
  type ServiceError,
  tokenAlgorithmNotAllowed,
  tokenAudienceMismatch,
  tokenClaimInvalid,
  tokenExpired,
  tokenIssuerMismatch,
  tokenMalformed,
  tokenMissing,
  tokenNotYetValid,
  tokenSignatureInvalid,
  tokenTooLarge,
} from "../errors.ts";
import type { Authorize } from "./caller.ts";
import { readJwt, readUserPrefixSecret } from "./jwt-config.ts";
import type { KeySet } from "./key-set.ts";
import { loadKeySet } from "./load-key-set.ts";
import { userSegment } from "./user-segment.ts";

/** In characters; longer than any token this service signs, with room for an identity provider's. */
const MAX_TOKEN_LENGTH = 8192;

/** How far clocks may be apart, in seconds. */
const CLOCK_TOLERANCE = 5;

/**
 * `UPLOAD_AUTH=jwt`: `Authorization: Bearer <JWT>`, signed HS256 with JWT_SECRET or by a key of
 * JWT_JWKS_URL, with `exp` and `sub`, and with `iss` and `aud` as configured.
 */
export function jwtAuthorizer(env: Environment): Authorize {
  const { verify, secret, keySet } = readVerification(env);
  const userSecret = readUserPrefixSecret(env) ?? secret;
  return async (request, invocation) => {
    const token = bearerToken(request.headers.get("authorization"));
    const { payload } = await verify(token, invocation).catch((error: unknown) => {
      throw tokenRefusal(error) ?? (keySet ? ownRefusal(keySet.refusal(error)) : error);
    });
    // All lone surrogates become the same in UTF-8, so two users could get the same hash.
    const { sub } = payload;
    if (typeof sub !== "string" || !/^[^\ud800-\udfff]+$/u.test(sub)) throw refuse(tokenClaimInvalid);
    return { user: userSegment(sub, userSecret) };
  };
}

interface Verification {
  /** Rejects with an error from jose or the key set when the token is not good. */
  readonly verify: (token: string, invocation: Invocation) => Promise<JWTVerifyResult>;
  /** What the users' part of object keys is derived with, unless USER_PREFIX_SECRET is set. */
  readonly secret: string;
  /** Undefined when tokens are signed with JWT_SECRET. */
  readonly keySet?: KeySet;
}

function readVerification(env: Environment): Verification {
  const { source, issuer, audience } = readJwt(env);
  const options: JWTVerifyOptions = {
    requiredClaims: ["exp", "sub"],
    clockTolerance: CLOCK_TOLERANCE,
    ...(issuer !== undefined && { issuer }),
    ...(audience !== undefined && { audience }),
  };
  // Fixed for each kind of key, so that a token cannot choose how it is checked (RFC 8725, section 3.1).
  if (typeof source === "string") {
    const key = new TextEncoder().encode(source);
    options.algorithms = ["HS256"];
    return { verify: (token) => jwtVerify(token, key, options), secret: source };
  }
  const keySet = loadKeySet(source);
  options.algorithms = [...keySet.algorithms];
  return {
    keySet,
    verify: (token, invocation) => jwtVerify(token, keySet.keyFor(invocation), options),
    // Public keys hold no secret. The bucket's name keeps users of two buckets apart, and no more.
    secret: env["COS_BUCKET"] ?? "",
  };
}

function bearerToken(authorization: string | undefined): string {
  if (authorization === undefined) throw refuse(tokenMissing);
  // Before any parsing, so that a huge header costs nothing.
  if (authorization.length > MAX_TOKEN_LENGTH) throw refuse(tokenTooLarge);
  // A token that was kept with its scheme gets it twice (https://github.com/SaxoBank/openapi-clientlib-js/issues/513).
  const token = /^(?:Bearer +){1,2}(\S+) *$/i.exec(authorization)?.[1];
  if (token === undefined) throw refuse(tokenMissing);
  return token;
}

/** Only the code says which check failed. */
function refuse(refusal: Refusal): ServiceError {
  const error = refusal === tokenMissing ? "" : ' error="invalid_token"';
  return refusal("Log in, and send the header Authorization with Bearer <token>.", {
    headers: { "www-authenticate": `Bearer realm="upload"${error}` },
  });
}

/**
 * Which refusal each of jose's errors is, by their codes (https://github.com/panva/jose/blob/main/docs/util/errors/README.md):
 * those of a key set are of the part's own classes.
 */
const REFUSALS: ReadonlyMap<unknown, Refusal> = new Map<unknown, Refusal>([
  ["ERR_JWT_EXPIRED", tokenExpired],
  ["ERR_JWT_CLAIM_VALIDATION_FAILED", tokenClaimInvalid],
  ["ERR_JOSE_ALG_NOT_ALLOWED", tokenAlgorithmNotAllowed],
  ["ERR_JWS_SIGNATURE_VERIFICATION_FAILED", tokenSignatureInvalid],
  ["ERR_JWKS_NO_MATCHING_KEY", tokenSignatureInvalid],
  ["ERR_JWKS_MULTIPLE_MATCHING_KEYS", tokenSignatureInvalid],
  ["ERR_JWS_INVALID", tokenMalformed],
  ["ERR_JWT_INVALID", tokenMalformed],
  ["ERR_JOSE_NOT_SUPPORTED", tokenMalformed],
]);

/** The refusal for a claim that is present and has the wrong value. */
const CLAIM_REFUSALS: ReadonlyMap<string, Refusal> = new Map([
  ["iss", tokenIssuerMismatch],
  ["aud", tokenAudienceMismatch],
  ["nbf", tokenNotYetValid],
]);

/** What to tell the caller about a token that is not good; undefined when the key set is at fault. */
function tokenRefusal(error: unknown): ServiceError | undefined {
  const isWrongClaim = error instanceof JWTClaimValidationFailed && error.reason === "check_failed";
  const refusal = (isWrongClaim && CLAIM_REFUSALS.get(error.claim)) || REFUSALS.get(Object(error).code);
  return refusal && refuse(refusal);
}
