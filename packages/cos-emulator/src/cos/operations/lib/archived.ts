import { CosError } from "../../http/errors.ts";
import type { CosService } from "../../store/service.ts";
import { inOneZone } from "../../store/storage-class.ts";
import type { StoredObject } from "../../store/stored-object.ts";

const isArchive = (storageClass: string) => /^(?:DEEP_)?ARCHIVE$/.test(inOneZone(storageClass));

/**
 * Refuses an object in an archive, which must be restored first
 * (https://cloud.tencent.com/document/product/436/12633).
 *
 * @throws {CosError} InvalidObjectState
 */
export function checkNotArchived(
  { clock }: Pick<CosService, "clock">,
  { storageClass, restoration }: StoredObject,
): void {
  if (!isArchive(storageClass)) return;
  const now = clock();
  if (restoration !== undefined && restoration.ready <= now && now < restoration.until) return;
  throw new CosError("InvalidObjectState", "The operation is not valid for the object storage class.", {
    reason: `the object is in ${storageClass} and is not restored`,
    headers: { "x-cos-storage-class": storageClass },
  });
}

/**
 * `x-cos-restore`, for an object that is being restored or is restored, and until it is, `x-cos-restore-status`
 * (https://cloud.tencent.com/document/product/436/7745).
 */
export function restoreHeader(
  { clock }: Pick<CosService, "clock">,
  { storageClass, restoration }: StoredObject,
): Readonly<Record<string, string>> {
  const now = clock();
  if (!isArchive(storageClass) || restoration === undefined || now >= restoration.until) return {};
  if (now < restoration.ready) {
    const { request } = restoration;
    return {
      "x-cos-restore": 'ongoing-request="true"',
      ...(request !== undefined && {
        "x-cos-restore-status": `tier="${request.tier.toLowerCase()}"; request-date="${new Date(request.time).toUTCString()}"`,
      }),
    };
  }
  const expiry = new Date(restoration.until).toUTCString();
  return { "x-cos-restore": `ongoing-request="false", expiry-date="${expiry}"` };
}
