import { CosError } from "../../http/errors.ts";
import { parseQuery, percentDecode, type Query } from "../../http/query.ts";
import { noSuchBucket } from "../../locate.ts";
import type { ObjectStore } from "../../store/object-store.ts";
import type { CosService } from "../../store/service.ts";
import { isDeleteMarker, type StoredObject } from "../../store/stored-object.ts";
import type { OpenContext, Right } from "../operation.ts";
import { checkNotArchived } from "./archived.ts";
import { checkCustomerKey } from "./encryption.ts";
import { findVersion } from "./find-object.ts";
import { checkConditions } from "./object-response.ts";
import { followSymlink, rightToTarget } from "./symlink.ts";

const SOURCE =
  /^(?:https?:\/\/)?([a-z0-9][a-z0-9-]*-\d+)\.cos(?:-internal)?\.([a-z0-9-]+)\.(?:myqcloud\.com|tencentcos\.cn)\/([^?]+)(?:\?(.*))?$/;

/** As cosfs 1.x of Tencent writes it (s3fs.cpp): no host, so a bucket in the region of the request. */
const SOURCE_IN_REGION = /^\/([a-z0-9][a-z0-9-]*-\d+)\/([^?]+)(?:\?(.*))?$/;

/** The object that x-cos-copy-source names. */
export interface CopySource {
  readonly bucket: string;
  readonly region: string;
  readonly key: string;
  /** Its own query, which may contain `versionId`. */
  readonly query: Query;
}

/** The permission for the source, which a copy also needs. */
export function rightToSource(context: OpenContext): readonly Right[] {
  const source = readCopySource(context);
  const { key, query } = source;
  const service = serviceOf(context, source);
  const action = "name/cos:GetObject";
  return [{ service, action, key, query }, ...rightToTarget(service, key, query, action)];
}

export interface FoundSource {
  readonly source: StoredObject;
  readonly store: ObjectStore;
  /** As the header names it; undefined if it names none. */
  readonly versionId: string | undefined;
}

/**
 * The object to copy and the store that has it. The caller's permission to read it must have been checked.
 *
 * @throws {CosError} NoSuchBucket, NoSuchKey, NoSuchVersion, InvalidRequest, PreconditionFailed, InvalidObjectState,
 * SsecDecryptHeaderInvalid
 */
export function findCopySource(context: OpenContext): FoundSource {
  const named = readCopySource(context);
  const service = serviceOf(context, named);
  const versionId = named.query.get("versionId") || undefined;
  refuseMarker(service, named.key, versionId);
  const source = followSymlink(service, findVersion(service, named.key, versionId));
  checkConditions(context.request.headers, source, "x-cos-copy-source-");
  checkNotArchived(service, source);
  checkCustomerKey(context, source, { source: true });
  return { source, store: service.store, versionId };
}

/**
 * A delete marker that the source names by its id is a 400, not the 404 of a key whose newest version is one
 * (https://cloud.tencent.com/document/product/436/8287, which does not say the code).
 */
function refuseMarker({ store }: CosService, key: string, versionId: string | undefined): void {
  const named = store.versions(key).find((version) => version.versionId === versionId);
  if (named === undefined || !isDeleteMarker(named)) return;
  throw new CosError("InvalidRequest", "The source of a copy must not be a delete marker.", {
    reason: "the versionId in x-cos-copy-source is that of a delete marker",
  });
}

/**
 * Reads x-cos-copy-source: `<bucket>.cos.<region>.myqcloud.com/<key, percent-encoded>`, with or without `?versionId=`
 * (https://cloud.tencent.com/document/product/436/10881), or `/<bucket>/<key>`.
 *
 * @throws {CosError} InvalidCopySource (https://cloud.tencent.com/document/product/436/7730); InvalidURI for a broken
 * escape
 */
function readCopySource({ request, service }: OpenContext): CopySource {
  const header = request.headers.get("x-cos-copy-source") ?? "";
  const [, host, hostRegion, hostKey, hostQuery] = SOURCE.exec(header) ?? [];
  const [, name, nameKey, nameQuery] = SOURCE_IN_REGION.exec(header) ?? [];
  const bucket = host ?? name;
  if (bucket === undefined) {
    throw new CosError("InvalidCopySource", "Invalid copy source", {
      reason: "x-cos-copy-source is not <bucket>.cos.<region>.myqcloud.com/<key>",
    });
  }
  return {
    bucket,
    region: hostRegion ?? service.bucket.region,
    key: percentDecode(hostKey ?? nameKey ?? ""),
    query: parseQuery(hostQuery ?? nameQuery ?? ""),
  };
}

function serviceOf({ service }: OpenContext, { bucket, region }: CopySource): CosService {
  const open = service.buckets.find(bucket);
  if (open === undefined || open.bucket.region !== region) {
    throw noSuchBucket(`x-cos-copy-source names ${bucket} in ${region}, which does not exist`);
  }
  return { ...service, ...open };
}
