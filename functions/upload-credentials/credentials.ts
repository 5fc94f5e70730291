import type { Caller } from "../../shared/auth/authorize.ts";
import type { Invocation } from "../../shared/invocation.ts";
import { PLAIN, plainObject } from "../../shared/upload/conditions.ts";
import type { CredentialsService } from "./service.ts";
import type { Upload } from "./upload.ts";

/** What the SDKs call besides, to upload one object in parts (https://cloud.tencent.com/document/product/436/14048). */
const BOOKKEEPING = ["ListMultipartUploads", "ListParts", "CompleteMultipartUpload", "AbortMultipartUpload"];

/**
 * The credentials of an upload, in the shape that `getAuthorization` of cos-wx-sdk-v5 and cos-js-sdk-v5
 * takes, and what else a client needs to begin.
 *
 * Storage limits each request's length to the rule's `maxBytes`; the sum of the parts it cannot limit, so
 * that a caller who ignores the answer can exceed it (see SECURITY.md).
 *
 * @throws ServiceError when STS fails
 */
export async function credentialsFor(
  { key, rule }: Upload,
  caller: Caller,
  service: CredentialsService,
  invocation: Invocation,
) {
  const { sts, bucket, renewals } = service;
  invocation.note({ key });
  const seconds = rule.signatureSeconds ?? service.signatureSeconds;
  const length = { numeric_less_than_equal: { "cos:content-length": rule.maxBytes } };
  const permissions = [
    { actions: ["PutObject"], condition: { ...length, ...plainObject(rule) } },
    // Not by its type: cos-nodejs-sdk-v5 sends an empty one here, and how COS compares that was not found.
    { actions: ["InitiateMultipartUpload"], condition: PLAIN },
    { actions: ["UploadPart"], condition: length },
    { actions: BOOKKEEPING },
  ];
  const credential = await sts.credentialFor({ key, permissions }, seconds, invocation);
  return {
    bucket: bucket.bucket,
    region: bucket.region,
    key,
    cosHost: bucket.host,
    rule: rule.name,
    maxBytes: rule.maxBytes,
    credentials: {
      TmpSecretId: credential.tmpSecretId,
      TmpSecretKey: credential.tmpSecretKey,
      SecurityToken: credential.securityToken,
      /** Unix seconds, by STS's clock. */
      StartTime: credential.startTime,
      ExpiredTime: credential.expiredTime,
      /** Tells the SDK to use these for this object alone. */
      ScopeLimit: true,
    },
    /** Send it back with `key` and `rule` for fresh credentials. */
    renewal: renewals.proofFor(key, rule.name, caller),
  };
}
