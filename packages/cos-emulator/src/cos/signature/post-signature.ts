import { unixSeconds } from "../../cloud/clock.ts";
import { equalInConstantTime } from "../../cloud/constant-time.ts";
import { CosError } from "../http/errors.ts";
import type { CosRequest } from "../http/request.ts";
import { type Caller, checkCredentialTime, findKey } from "../policy/caller.ts";
import { checkPostPolicy } from "../policy/check-post-policy.ts";
import { type PostPolicy, parsePostPolicy } from "../policy/post-policy.ts";
import type { CosService } from "../store/service.ts";
import { verifyAuthorization } from "./authenticate.ts";
import { parseAuthorization } from "./authorization.ts";
import { sha1Hex, signature, signKey } from "./http-string.ts";
import { checkKeyTime, parseKeyTime } from "./key-time.ts";
import { refuseOtherFormSignatures } from "./other-signatures.ts";

/** A form with a valid signature. */
export interface SignedForm {
  readonly caller: Caller;
  /** Undefined for a form that has an Authorization instead of a policy. */
  readonly policy: PostPolicy | undefined;
}

/**
 * Checks who signed a POST Object form, and for what; undefined for a form without any signature.
 *
 * A form has a policy with its own signature (https://cloud.tencent.com/document/product/436/14690), or the field
 * `Signature` with an ordinary Authorization for `POST /`, as cos-wx-sdk-v5's postObject sends it.
 *
 * @param fields names in lower case, with `key` as it will be stored
 * @throws {CosError} InvalidPolicyDocument; AccessDenied for the policy's time and conditions; then InvalidSecurity,
 * InvalidAccessKeyId, AccessDenied "Request has expired", RequestTimeTooSkewed, ExpiredToken, SignatureDoesNotMatch
 */
export function verifyForm(
  service: CosService,
  request: CosRequest,
  fields: ReadonlyMap<string, string>,
): SignedForm | undefined {
  refuseOtherFormSignatures(fields);
  const token = fields.get("x-cos-security-token") ?? request.headers.get("x-cos-security-token");
  const base64 = fields.get("policy");
  if (base64 === undefined) {
    const authorization = fields.get("signature");
    if (authorization === undefined) return undefined;
    const caller = verifyAuthorization(service, request, parseAuthorization(authorization), token);
    return { caller, policy: undefined };
  }
  const policy = parsePostPolicy(base64);
  checkPostPolicy(service, policy, fields);
  return { caller: verifySignature(service, policy, fields, token), policy };
}

function verifySignature(
  service: CosService,
  policy: PostPolicy,
  fields: ReadonlyMap<string, string>,
  token: string | undefined,
): Caller {
  if (fields.get("q-sign-algorithm") !== "sha1") throw malformed("q-sign-algorithm must be sha1");
  const keyTime = parseKeyTime(fields.get("q-key-time") ?? "");
  if (keyTime === undefined)
    throw malformed("q-key-time must be two Unix times in seconds, start;end, in order");

  const now = unixSeconds(service.clock);
  const key = findKey(service, fields.get("q-ak") ?? "", token);
  checkKeyTime("q-key-time", keyTime, service);
  checkCredentialTime(key.caller, now);
  const toSign = sha1Hex(policy.text);
  const expected = signature(signKey(key.secretKey, keyTime.text), toSign);
  if (equalInConstantTime(expected, fields.get("q-signature") ?? "")) return key.caller;
  throw new CosError("SignatureDoesNotMatch", "The Signature you specified is invalid.", {
    cause: { kind: "signature-differs", over: "policy" },
    elements: { StringToSign: toSign, FormatString: policy.text.toString("utf8") },
  });
}

function malformed(reason: string): CosError {
  return new CosError("InvalidSecurity", "The signature string is invalid.", { reason });
}
