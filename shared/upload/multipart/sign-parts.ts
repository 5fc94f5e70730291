import { authorization } from "../../cos/authorization.ts";
import { objectUrl } from "../../cos/url.ts";
import type { Invocation } from "../../entry/invocation.ts";
import { partsOf } from "../../object/limits.ts";
import { type Credential, keyTime } from "../../sts/credential.ts";
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

/** What a credential for an upload's parts is made for; known before the upload is begun. */
type OfParts = Pick<Begun, "key" | "ruleName" | "partSize">;

/**
 * Signs Upload Part (https://cloud.tencent.com/document/product/436/7750) for each number, with its exact length, so
 * that no part can be longer and all of them together are the file.
 *
 * @throws ServiceError when STS fails
 */
export async function signParts(
  begun: Begun,
  numbers: readonly number[],
  service: MultipartService,
  invocation: Invocation,
): Promise<Page> {
  const credential = await credentialForParts(begun, service, invocation);
  return signPartsWith(credential, begun, numbers, service);
}

/**
 * A credential that allows nothing but to send parts under this key.
 *
 * @throws ServiceError when STS fails
 */
export async function credentialForParts(
  parts: OfParts,
  service: MultipartService,
  invocation: Invocation,
): Promise<Credential> {
  const condition = { numeric_less_than_equal: { "cos:content-length": parts.partSize } };
  const grant = { key: parts.key, permissions: [{ actions: ["UploadPart"], condition }] };
  return await service.sts.credentialFor(grant, signatureSecondsOf(parts, service), invocation);
}

/** As {@link signParts}, with a credential of {@link credentialForParts}; asks nobody. */
export function signPartsWith(
  credential: Credential,
  begun: Begun,
  numbers: readonly number[],
  service: MultipartService,
): Page {
  const { key, uploadId, size, partSize } = begun;
  const { host } = service.bucket;
  const { sizeOf } = partsOf(size, partSize);
  const time = keyTime(credential, signatureSecondsOf(begun, service));
  const parts = numbers.map((number): SignedPart => {
    const query = { partNumber: String(number), uploadId };
    const headers = { host, "content-length": String(sizeOf(number)) };
    const signature = authorization({ method: "PUT", key, query, headers }, credential, time);
    return {
      number,
      url: objectUrl(host, key, query),
      // Clients send Host and Content-Length by themselves, and mostly may not set them.
      headers: { Authorization: signature, "x-cos-security-token": credential.securityToken },
    };
  });
  return { parts, expiresAt: time.end, serverTime: credential.startTime };
}

function signatureSecondsOf({ ruleName }: OfParts, { rules, signatureSeconds }: MultipartService): number {
  return rules.named(ruleName)?.signatureSeconds ?? signatureSeconds;
}
