import type { Invocation } from "../../entry/invocation.ts";
import type { MultipartService } from "./service.ts";
import type { Begun } from "./ticket.ts";

/**
 * Abort Multipart Upload (https://cloud.tencent.com/document/product/436/7740): its parts are deleted and cost
 * nothing any more. An upload that has already ended, either way, is left as it is.
 *
 * @throws ServiceError when STS or COS fails
 */
export async function abortUpload(
  { key, uploadId }: Begun,
  { cos, sts, signatureSeconds }: MultipartService,
  invocation: Invocation,
): Promise<void> {
  invocation.note({ key });
  const permissions = [{ actions: ["AbortMultipartUpload"] }];
  const grant = { key, permissions, credentialStaysHere: true };
  const credential = await sts.credentialFor(grant, signatureSeconds, invocation);
  await cos.call({ method: "DELETE", key, query: { uploadId }, accept: [404] }, credential, invocation);
}
