import type { Caller } from "../../shared/auth/caller.ts";
import type { Invocation } from "../../shared/entry/invocation.ts";
import { PLAIN, plainObject } from "../../shared/upload/conditions.ts";
import { acceptedKey } from "../../shared/upload/new-object.ts";
import type { CredentialsService } from "./service.ts";
import type { Upload } from "./upload.ts";

/** What else the SDKs call to upload one object in parts (https://cloud.tencent.com/document/product/436/14048). */
const BOOKKEEPING = ["ListMultipartUploads", "ListParts", "CompleteMultipartUpload", "AbortMultipartUpload"];

/**
 * The credentials of an upload, in the shape that `getAuthorization` of cos-wx-sdk-v5 and cos-js-sdk-v5
 * takes, and what else a client needs to start.
 *
 * Storage limits each request's length to the file's `size`, or else to the rule's `maxBytes`. It cannot limit the sum
 * of the parts, so a caller who ignores the answer can exceed it (see SECURITY.md). A `type` that
 * was asked for must be sent with the request that creates the object: the PUT, or the one that starts the parts.
 *
 * @throws ServiceError when STS fails
 */
export async function credentialsFor(
  upload: Upload,
  caller: Caller,
  service: CredentialsService,
  invocation: Invocation,
) {
  const { sts, bucket, renewals } = service;
  const { key, rule, pinned } = upload;
  const maxBytes = pinned.size ?? rule.maxBytes;
  invocation.note({ key });
  const seconds = rule.signatureSeconds ?? service.signatureSeconds;
  const length = { numeric_less_than_equal: { "cos:content-length": maxBytes } };
  const exactType = pinned.type !== undefined && { string_equal: { "cos:content-type": pinned.type } };
  const permissions = [
    { actions: ["PutObject"], condition: { ...length, ...plainObject(rule, pinned.type), ...exactType } },
    // The type counts only if one was asked for: otherwise cos-nodejs-sdk-v5 sends an empty one here, and we could not
    // find out how COS compares that.
    { actions: ["InitiateMultipartUpload"], condition: { ...PLAIN, ...exactType } },
    { actions: ["UploadPart"], condition: length },
    { actions: BOOKKEEPING },
  ];
  const credential = await sts.credentialFor({ key, permissions }, seconds, invocation);
  return {
    bucket: bucket.bucket,
    region: bucket.region,
    key,
    ...acceptedKey(key),
    cosHost: bucket.host,
    rule: rule.name,
    maxBytes,
    /** STS's clock in Unix seconds: a client counts the time left from it, so its own clock need not be right. */
    serverTime: credential.startTime,
    /** To be sent as the object's Content-Type, if it was asked for. */
    type: pinned.type,
    credentials: {
      TmpSecretId: credential.tmpSecretId,
      TmpSecretKey: credential.tmpSecretKey,
      SecurityToken: credential.securityToken,
      /** Unix seconds, by STS's clock. */
      StartTime: credential.startTime,
      ExpiredTime: credential.expiredTime,
      /** Tells the SDK to use these only for this object. */
      ScopeLimit: true,
    },
    /** Send it back with `key` and `rule` for fresh credentials, until then; Unix seconds. */
    renewal: renewals.proofFor(upload, caller),
    renewableUntil: upload.renewableUntil,
  };
}
