import type { BucketConfig } from "../config.ts";
import type { Invocation } from "../entry/invocation.ts";
import { joined } from "../entry/log.ts";
import type { HttpAnswer } from "../http/response.ts";
import type { Within } from "../quota/within-quota.ts";
import { type Credential, type KeyTime, keyTime } from "../sts/credential.ts";
import type { Grant } from "../sts/session-policy.ts";
import { acceptedKey, type NewObject } from "./new-object.ts";
import type { UploadService } from "./service.ts";

/** How one kind of upload is allowed and signed. Both are pure. */
export interface UploadMethod {
  /** What the object's temporary credential should allow. */
  readonly grant: (object: NewObject) => Grant;
  /** Signs, and lists what the client must send, in addition to what every method answers. */
  readonly answer: (object: NewObject, credential: Credential, time: KeyTime, bucket: BucketConfig) => object;
}

/**
 * Fetches the objects' credentials, in one call to STS, and signs each upload.
 *
 * @throws ServiceError when STS fails
 */
export async function signEach(
  objects: readonly NewObject[],
  { grant, answer }: UploadMethod,
  { sts, bucket, signatureSeconds }: UploadService,
  invocation: Invocation,
): Promise<object[]> {
  const keys = objects.map((object) => object.key);
  invocation.note(keys.length === 1 ? { key: keys.join() } : { keys: joined(keys) });
  const life = (object: NewObject) => object.rule.signatureSeconds ?? signatureSeconds;
  const longest = Math.max(...objects.map(life));
  const granted = await sts.credentialsFor(objects, grant, longest, invocation);
  return granted.map(({ item: object, credential }) => {
    const time = keyTime(credential, life(object));
    return {
      cosHost: bucket.host,
      cosKey: object.key,
      securityToken: credential.securityToken,
      /** Unix seconds. */
      expiresAt: time.end,
      /** STS's clock in Unix seconds, from which a client can tell how wrong its own is. */
      serverTime: credential.startTime,
      rule: object.rule.name,
      maxBytes: object.rule.maxBytes,
      ...acceptedKey(object.key),
      ...answer(object, credential, time, bucket),
    };
  });
}

/** A single request's upload flat; a list's as `uploads`, in the order of its files. Both with what is left. */
export function uploadAnswer({ result, left }: Within<readonly object[]>, isList: boolean): HttpAnswer {
  return { status: 200, body: isList ? { uploads: result, left } : { left, ...result[0] } };
}
