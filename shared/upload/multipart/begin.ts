import { textOf } from "../../cos/xml.ts";
import type { Invocation } from "../../entry/invocation.ts";
import { storageUnavailable } from "../../errors.ts";
import { partsOf } from "../../object/limits.ts";
import type { NewObject } from "../new-object.ts";
import type { LargeFile } from "./file.ts";
import type { MultipartService } from "./service.ts";
import type { Begun } from "./ticket.ts";

/**
 * Initiate Multipart Upload (https://cloud.tencent.com/document/product/436/7746), which says what the object will
 * have: nobody else sends it, so nobody else can ask for another type or ACL.
 *
 * @throws ServiceError when STS or COS fails
 */
export async function beginUpload(
  object: NewObject & LargeFile,
  { cos, sts, tickets, signatureSeconds }: MultipartService,
  invocation: Invocation,
): Promise<Begun> {
  const { key, rule, size, pinned, defaultType, metadata } = object;
  invocation.note({ key });
  const permissions = [{ actions: ["InitiateMultipartUpload"] }];
  const credential = await sts.credentialFor(
    { key, permissions, credentialStaysHere: true },
    signatureSeconds,
    invocation,
  );
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
  const { partSize } = partsOf(size);
  const end = Math.floor(Date.now() / 1000) + tickets.seconds;
  return { key, ruleName: rule.name, uploadId, size, partSize, end };
}
