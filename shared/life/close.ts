import type { Invocation } from "../entry/invocation.ts";
import { isPending } from "../object/places.ts";
import type { LifeService } from "./service.ts";
import { endOf } from "./settle.ts";
import { findUpload, type Upload } from "./upload.ts";

/**
 * Takes back whatever its uploader has granted on a file that waits for its check: by a form's field `acl` everybody could
 * read it, and by `x-cos-grant-…` those whom they name. At every event, since the same bytes can be uploaded again within
 * the second, with another ACL. `default` is that of the bucket, and counts as no ACL
 * (https://cloud.tencent.com/document/product/436/30752).
 *
 * @returns the upload, looked up anew: we could not find out whether it then has another time
 * @throws ServiceError when STS or COS fails; not where the permission is missing, which goes into the log: it would wait
 *   for ever
 */
export async function closed(
  upload: Upload,
  service: LifeService,
  invocation: Invocation,
): Promise<Upload | undefined> {
  const { at, stored, cos } = upload;
  if (!isPending(at) || stored === undefined || endOf(upload) !== undefined) return upload;
  const headers = { "x-cos-acl": "default" };
  const { status } = await cos({ method: "PUT", key: at, query: { acl: "" }, headers, accept: [403, 404] });
  if (status === 403) invocation.note({ notClosed: "PutObjectACL is not allowed" });
  return await findUpload([at], service, invocation);
}
