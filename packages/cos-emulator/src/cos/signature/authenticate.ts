import type { CauseOfKind } from "../../../../cos-explain/src/index.ts";
import type { Bucket } from "../../cloud/account.ts";
import { unixSeconds } from "../../cloud/clock.ts";
import { equalInConstantTime } from "../../cloud/constant-time.ts";
import { CosError } from "../http/errors.ts";
import type { Pair } from "../http/query.ts";
import type { CosRequest } from "../http/request.ts";
import { type Caller, checkCredentialTime, findKey, type Keys } from "../policy/caller.ts";
import { type Authorization, readAuthorization } from "./authorization.ts";
import { httpString, signature, signedName, signKey, stringToSign } from "./http-string.ts";
import { checkKeyTime } from "./key-time.ts";
import { readV4Signature, verifyV4Signature } from "./v4-signature.ts";

/** The parts of a request that a signature can cover. */
export type SignedRequest = Pick<CosRequest, "method" | "path" | "headers" | "query">;

/**
 * Checks the request's signature, from the header or the query; undefined for an anonymous request.
 *
 * @param service without a bucket, no signature of the JSON API is valid
 * @throws {CosError} NotImplemented for a signature of the JSON API that does more than download; InvalidSecurity,
 * InvalidAccessKeyId, AccessDenied "Request has expired", RequestTimeTooSkewed, ExpiredToken or SignatureDoesNotMatch,
 * checked in this order
 */
export function authenticate(
  service: Keys & { readonly bucket?: Bucket },
  request: SignedRequest,
): Caller | undefined {
  const token = request.headers.get("x-cos-security-token") ?? request.query.get("x-cos-security-token");
  const v4 = readV4Signature(request);
  if (v4 !== undefined) return verifyV4Signature(service, request, v4, token);
  const authorization = readAuthorization(request.headers, request.query);
  if (authorization === undefined) return undefined;
  return verifyAuthorization(service, request, authorization, token);
}

/** Checks one Authorization against its request; throws like {@link authenticate}. */
export function verifyAuthorization(
  service: Keys,
  request: SignedRequest,
  authorization: Authorization,
  token: string | undefined,
): Caller {
  const now = unixSeconds(service.clock);
  const key = findKey(service, authorization.secretId, token);
  checkKeyTime("q-sign-time", authorization.signTime, service);
  checkKeyTime("q-key-time", authorization.keyTime, service);
  checkCredentialTime(key.caller, now);

  const { headers, params, absent } = signedParts(request, authorization);
  const formatString = httpString({ method: request.method, path: request.path, params, headers });
  const toSign = stringToSign(authorization.signTime.text, formatString);
  const expected = signature(signKey(key.secretKey, authorization.keyTime.text), toSign);
  if (absent === undefined && equalInConstantTime(expected, authorization.signature)) return key.caller;
  throw new CosError("SignatureDoesNotMatch", "The Signature you specified is invalid.", {
    cause: absent === undefined ? { kind: "signature-differs", over: "request" } : absent,
    elements: { StringToSign: toSign, FormatString: formatString },
  });
}

interface SignedParts {
  readonly headers: readonly Pair[];
  readonly params: readonly Pair[];
  /** What was listed as signed but did not arrive; undefined when everything did. */
  readonly absent: CauseOfKind<"signed-not-sent"> | undefined;
}

function signedParts(request: SignedRequest, authorization: Authorization): SignedParts {
  const headerNames = new Set(authorization.headerList);
  const paramNames = new Set(authorization.urlParamList);
  const headers = [...request.headers].filter(([name]) => headerNames.has(signedName(name)));
  const params = request.query.pairs.filter(([name]) => paramNames.has(signedName(name)));
  const arrived = (pairs: readonly Pair[]) => new Set(pairs.map(([name]) => signedName(name)));
  const arrivedHeaders = arrived(headers);
  const arrivedParams = arrived(params);
  const absent: CauseOfKind<"signed-not-sent"> = {
    kind: "signed-not-sent",
    headers: [...headerNames].filter((name) => !arrivedHeaders.has(name)),
    parameters: [...paramNames].filter((name) => !arrivedParams.has(name)),
  };
  const hasAll = absent.headers.length === 0 && absent.parameters.length === 0;
  return { headers, params, absent: hasAll ? undefined : absent };
}
