import { authorization } from "../../cos/authorization.ts";
import { objectUrl } from "../../cos/url.ts";
import type { Invocation } from "../../entry/invocation.ts";
import { partsOf } from "../../object/limits.ts";
import { keyTime } from "../../sts/credential.ts";
import type { MultipartService } from "./service.ts";
import type { Begun } from "./ticket.ts";

/** The most parts that one answer signs: minutes of sending on a phone, and a small part of what SCF may answer. */
export const MAX_PAGE = 50;

/** How to send one part. */
export interface SignedPart {
  /** From 1. */
  readonly number: number;
  /** Where its bytes are PUT. */
  readonly url: string;
  /** What must be sent with them. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A page of signed parts. */
export interface Page {
  readonly parts: readonly SignedPart[];
  /** When these signatures end; Unix seconds. */
  readonly expiresAt: number;
  /** STS's clock in Unix seconds, from which a client can tell how wrong its own is. */
  readonly serverTime: number;
}

/** The numbers of the parts that the answer to a new upload signs. */
export function firstPage({ size, partSize }: Begun): readonly number[] {
  const { count } = partsOf(size, partSize);
  return Array.from({ length: Math.min(count, MAX_PAGE) }, (_, index) => index + 1);
}

/**
 * Signs Upload Part (https://cloud.tencent.com/document/product/436/7750) for each number, with its exact length, so
 * that no part can be longer and all of them together are the file. The credential allows nothing else on this key.
 *
 * @throws ServiceError when STS fails
 */
export async function signParts(
  begun: Begun,
  numbers: readonly number[],
  { sts, bucket, rules, signatureSeconds }: MultipartService,
  invocation: Invocation,
): Promise<Page> {
  const { key, uploadId, partSize, ruleName } = begun;
  const { sizeOf } = partsOf(begun.size, partSize);
  const seconds = rules.named(ruleName)?.signatureSeconds ?? signatureSeconds;
  const condition = { numeric_less_than_equal: { "cos:content-length": partSize } };
  const credential = await sts.credentialFor(
    { key, permissions: [{ actions: ["UploadPart"], condition }] },
    seconds,
    invocation,
  );
  const time = keyTime(credential, seconds);
  const parts = numbers.map((number): SignedPart => {
    const query = { partNumber: String(number), uploadId };
    const headers = { host: bucket.host, "content-length": String(sizeOf(number)) };
    const signature = authorization({ method: "PUT", key, query, headers }, credential, time);
    return {
      number,
      url: objectUrl(bucket.host, key, query),
      // Clients send Host and Content-Length by themselves, and mostly may not set them.
      headers: { Authorization: signature, "x-cos-security-token": credential.securityToken },
    };
  });
  return { parts, expiresAt: time.end, serverTime: credential.startTime };
}
