import { textOf } from "../../cos/xml.ts";
import type { Invocation } from "../../entry/invocation.ts";
import { storageUnavailable } from "../../errors.ts";
import { partsOf } from "../../object/limits.ts";
import type { NewObject } from "../new-object.ts";
import type { LargeFile } from "./file.ts";
import type { MultipartService } from "./service.ts";
import { credentialForParts, firstPage, type Page, signPartsWith } from "./sign-parts.ts";
import type { Begun } from "./ticket.ts";

/** An upload in parts that has begun, and how to send the first of them. */
export interface Beginning {
  readonly begun: Begun;
  readonly page: Page;
}

/**
 * Initiate Multipart Upload (https://cloud.tencent.com/document/product/436/7746), which says what the object will
 * have: nobody else sends it, so nobody else can ask for another type or ACL. The first parts are signed too.
 *
 * @throws ServiceError when STS or COS fails; nothing has begun then, as far as COS said
 */
export async function beginUpload(
  object: NewObject & LargeFile,
  service: MultipartService,
  invocation: Invocation,
): Promise<Beginning> {
  const { cos, sts, tickets, signatureSeconds } = service;
  const { key, rule, size, pinned, defaultType, metadata } = object;
  invocation.note({ key });
  const { partSize } = partsOf(size);
  const parts = { key, ruleName: rule.name, partSize };
  const grant = { key, permissions: [{ actions: ["InitiateMultipartUpload"] }], credentialStaysHere: true };
  // Both before it begins: an upload whose parts STS lets nobody sign would stay begun, known to nobody.
  const [credential, forParts] = await Promise.all([
    sts.credentialFor(grant, signatureSeconds, invocation),
    credentialForParts(parts, service, invocation),
  ]);
  const headers = { "content-type": pinned.type ?? defaultType, ...metadata };
  const answer = await cos.call(
    { method: "POST", key, query: { uploads: "" }, headers },
    credential,
    invocation,
  );
  const uploadId = textOf(answer.body.toString("utf8"), "UploadId");
  if (uploadId === "") {
    throw storageUnavailable("Storage failed; try again in a moment.", {
      log: { cosError: "NO_UPLOAD_ID" },
    });
  }
  const end = Math.floor(Date.now() / 1000) + tickets.seconds;
  const begun = { ...parts, uploadId, size, end };
  return { begun, page: signPartsWith(forParts, begun, firstPage(begun), service) };
}
