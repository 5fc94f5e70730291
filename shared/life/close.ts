import type { CosCall } from "../cos/client.ts";
import { elementOf, elements, readXml, textOf } from "../cos/read-xml.ts";
import type { Invocation } from "../entry/invocation.ts";
import { ServiceError } from "../errors.ts";
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
 * Only where something is granted: we could not find out whether an object has another time after its ACL was set. Then a
 * repeated event would be another upload's, to be announced and checked once more, or removed as one too many.
 *
 * @returns the upload, looked up anew if its ACL was set
 * @throws ServiceError when STS or COS fails; not where COS refuses, which goes into the log: it would wait for ever
 */
export async function closed(
  upload: Upload,
  service: LifeService,
  invocation: Invocation,
): Promise<Upload | undefined> {
  const { at, stored, isWithheld, cos } = upload;
  if (!isPending(at) || stored === undefined || endOf(upload) !== undefined) return upload;
  // Nobody can read it, and it is rejected.
  if (isWithheld || !(await mayBeOpen(at, cos))) return upload;
  const headers = { "x-cos-acl": "default" };
  const refused = await refusalOf(
    cos({ method: "PUT", key: at, query: { acl: "" }, headers, accept: [404] }),
  );
  if (refused instanceof ServiceError)
    invocation.note({ ...refused.log, notClosed: "PutObjectACL is refused" });
  return await findUpload([at], service, invocation);
}

/** Whether anybody but the owner is granted something, or COS does not say that nobody is. */
async function mayBeOpen(at: string, cos: CosCall): Promise<boolean> {
  const answer = await refusalOf(cos({ method: "GET", key: at, query: { acl: "" }, accept: [404] }));
  if (answer instanceof ServiceError || answer.status === 404) return true;
  const policy = readXml(answer.body, "AccessControlPolicy");
  const owner = policy && textOf(elementOf(policy, "Owner"), "ID");
  if (!owner || !policy.has("AccessControlList")) return true;
  const grants = elements(elementOf(policy, "AccessControlList"), "Grant");
  return grants.some((grant) => textOf(elementOf(grant, "Grantee"), "ID") !== owner);
}

/** What COS answers, or that it refuses; any other failure may pass. */
async function refusalOf<T>(call: Promise<T>): Promise<T | ServiceError> {
  return await call.catch((error: unknown) => {
    if (error instanceof ServiceError && error.code === "StorageDenied") return error;
    throw error;
  });
}
