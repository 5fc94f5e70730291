import { CosError, notImplemented } from "./http/errors.ts";
import type { CosRequest } from "./http/request.ts";
import { type AccountPlace, noSuchBucket } from "./locate.ts";
import { abortMultipartUpload } from "./operations/abort-multipart-upload.ts";
import { appendObject } from "./operations/append-object.ts";
import { completeMultipartUpload } from "./operations/complete-multipart-upload.ts";
import { deleteBucket } from "./operations/delete-bucket.ts";
import { deleteBucketCors } from "./operations/delete-bucket-cors.ts";
import { deleteBucketDomain } from "./operations/delete-bucket-domain.ts";
import { deleteBucketDomainCertificate } from "./operations/delete-bucket-domain-certificate.ts";
import { deleteBucketEncryption } from "./operations/delete-bucket-encryption.ts";
import { deleteBucketInventory } from "./operations/delete-bucket-inventory.ts";
import { deleteBucketLifecycle } from "./operations/delete-bucket-lifecycle.ts";
import { deleteBucketOrigin } from "./operations/delete-bucket-origin.ts";
import { deleteBucketPolicy } from "./operations/delete-bucket-policy.ts";
import { deleteBucketReplication } from "./operations/delete-bucket-replication.ts";
import { deleteBucketTagging } from "./operations/delete-bucket-tagging.ts";
import { deleteBucketTiering } from "./operations/delete-bucket-tiering.ts";
import { deleteBucketWebsite } from "./operations/delete-bucket-website.ts";
import { deleteMultipleObjects } from "./operations/delete-multiple-objects.ts";
import { deleteObject } from "./operations/delete-object.ts";
import { deleteObjectTagging } from "./operations/delete-object-tagging.ts";
import { getBucket } from "./operations/get-bucket.ts";
import { getBucketAccelerate } from "./operations/get-bucket-accelerate.ts";
import { getBucketAcl } from "./operations/get-bucket-acl.ts";
import { getBucketCors } from "./operations/get-bucket-cors.ts";
import { getBucketDefaultTiering } from "./operations/get-bucket-default-tiering.ts";
import { getBucketDomain } from "./operations/get-bucket-domain.ts";
import { getBucketDomainCertificate } from "./operations/get-bucket-domain-certificate.ts";
import { getBucketEncryption } from "./operations/get-bucket-encryption.ts";
import { getBucketInventory } from "./operations/get-bucket-inventory.ts";
import { getBucketLifecycle } from "./operations/get-bucket-lifecycle.ts";
import { getBucketLocation } from "./operations/get-bucket-location.ts";
import { getBucketLogging } from "./operations/get-bucket-logging.ts";
import { getBucketObjectLock } from "./operations/get-bucket-object-lock.ts";
import { getBucketObjectVersions } from "./operations/get-bucket-object-versions.ts";
import { getBucketOrigin } from "./operations/get-bucket-origin.ts";
import { getBucketPolicy } from "./operations/get-bucket-policy.ts";
import { getBucketReferer } from "./operations/get-bucket-referer.ts";
import { getBucketReplication } from "./operations/get-bucket-replication.ts";
import { getBucketTagging } from "./operations/get-bucket-tagging.ts";
import { getBucketTiering } from "./operations/get-bucket-tiering.ts";
import { getBucketVersioning } from "./operations/get-bucket-versioning.ts";
import { getBucketWebsite } from "./operations/get-bucket-website.ts";
import { getObject } from "./operations/get-object.ts";
import { getObjectAcl } from "./operations/get-object-acl.ts";
import { getObjectRetention } from "./operations/get-object-retention.ts";
import { getObjectTagging } from "./operations/get-object-tagging.ts";
import { getService } from "./operations/get-service.ts";
import { getSymlink } from "./operations/get-symlink.ts";
import { headBucket } from "./operations/head-bucket.ts";
import { headObject } from "./operations/head-object.ts";
import { initiateMultipartUpload } from "./operations/initiate-multipart-upload.ts";
import { isProcessing, yieldsImage } from "./operations/lib/image-processing.ts";
import { listBucketInventory } from "./operations/list-bucket-inventory.ts";
import { listBucketTiering } from "./operations/list-bucket-tiering.ts";
import { listMultipartUploads } from "./operations/list-multipart-uploads.ts";
import { listParts } from "./operations/list-parts.ts";
import type { AccountOperation, Operation } from "./operations/operation.ts";
import { optionsObject } from "./operations/options-object.ts";
import { postBucketInventory } from "./operations/post-bucket-inventory.ts";
import { postObject } from "./operations/post-object.ts";
import { putBucket, putExistingBucket } from "./operations/put-bucket.ts";
import { putBucketAccelerate } from "./operations/put-bucket-accelerate.ts";
import { putBucketAcl } from "./operations/put-bucket-acl.ts";
import { putBucketCors } from "./operations/put-bucket-cors.ts";
import { putBucketDefaultTiering } from "./operations/put-bucket-default-tiering.ts";
import { putBucketDomain } from "./operations/put-bucket-domain.ts";
import { putBucketDomainCertificate } from "./operations/put-bucket-domain-certificate.ts";
import { putBucketEncryption } from "./operations/put-bucket-encryption.ts";
import { putBucketInventory } from "./operations/put-bucket-inventory.ts";
import { putBucketLifecycle } from "./operations/put-bucket-lifecycle.ts";
import { putBucketLogging } from "./operations/put-bucket-logging.ts";
import { putBucketObjectLock } from "./operations/put-bucket-object-lock.ts";
import { putBucketOrigin } from "./operations/put-bucket-origin.ts";
import { putBucketPolicy } from "./operations/put-bucket-policy.ts";
import { putBucketReferer } from "./operations/put-bucket-referer.ts";
import { putBucketReplication } from "./operations/put-bucket-replication.ts";
import { putBucketTagging } from "./operations/put-bucket-tagging.ts";
import { putBucketTiering } from "./operations/put-bucket-tiering.ts";
import { putBucketVersioning } from "./operations/put-bucket-versioning.ts";
import { putBucketWebsite } from "./operations/put-bucket-website.ts";
import { putObject } from "./operations/put-object.ts";
import { putObjectAcl } from "./operations/put-object-acl.ts";
import { putObjectCopy } from "./operations/put-object-copy.ts";
import { putObjectRetention } from "./operations/put-object-retention.ts";
import { putObjectTagging } from "./operations/put-object-tagging.ts";
import { putSymlink } from "./operations/put-symlink.ts";
import { restoreObject } from "./operations/restore-object.ts";
import { uploadPart } from "./operations/upload-part.ts";
import { uploadPartCopy } from "./operations/upload-part-copy.ts";

const OF_BUCKET: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ["GET", getBucket],
  ["HEAD", headBucket],
  ["PUT", putExistingBucket],
  ["POST", postObject],
  ["DELETE", deleteBucket],
]);

const OF_OBJECT: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ["GET", getObject],
  ["HEAD", headObject],
  ["PUT", putObject],
  ["DELETE", deleteObject],
]);

/** Parameters that turn a request into another operation (https://cloud.tencent.com/document/product/436/10111). */
const SUB_RESOURCES: ReadonlySet<string> = new Set([
  "accelerate",
  "acl",
  "append",
  "asyncFetch",
  "cors",
  "decompression",
  "delete",
  "domain",
  "domaincertificate",
  "encryption",
  "guetzli",
  "hdr-image-processing",
  "hotlink",
  "image-slim",
  "image_process",
  "intelligent-tiering",
  "intelligenttiering",
  "inventory",
  "legal-hold",
  "lifecycle",
  "live",
  "location",
  "logging",
  "object-lock",
  "origin",
  "origin-protect",
  "originProtect",
  "partNumber",
  "policy",
  "publicAccessBlock",
  "referer",
  "replication",
  "restore",
  "retention",
  "rename",
  "select",
  "sts",
  "symlink",
  "tagging",
  "uploadId",
  "uploads",
  "versioning",
  "versions",
  "vod",
  "website",
]);

/** The sub-resources that a bucket can have several of, each with its own id. */
const SEVERAL: ReadonlySet<string> = new Set(["intelligent-tiering", "inventory"]);

/**
 * The sub-resources that are emulated: the method, the bucket or an object, and the names in alphabetical order; `id`
 * comes last where the request names one of several.
 */
const OF_SUB_RESOURCE: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ["GET bucket acl", getBucketAcl],
  ["PUT bucket acl", putBucketAcl],
  ["GET bucket cors", getBucketCors],
  ["PUT bucket cors", putBucketCors],
  ["DELETE bucket cors", deleteBucketCors],
  ["GET bucket domain", getBucketDomain],
  ["PUT bucket domain", putBucketDomain],
  ["DELETE bucket domain", deleteBucketDomain],
  ["GET bucket domaincertificate", getBucketDomainCertificate],
  ["PUT bucket domaincertificate", putBucketDomainCertificate],
  ["DELETE bucket domaincertificate", deleteBucketDomainCertificate],
  ["GET bucket encryption", getBucketEncryption],
  ["PUT bucket encryption", putBucketEncryption],
  ["DELETE bucket encryption", deleteBucketEncryption],
  ["PUT bucket replication", putBucketReplication],
  ["GET bucket replication", getBucketReplication],
  ["DELETE bucket replication", deleteBucketReplication],
  ["PUT bucket origin", putBucketOrigin],
  ["GET bucket origin", getBucketOrigin],
  ["DELETE bucket origin", deleteBucketOrigin],
  ["PUT bucket logging", putBucketLogging],
  ["GET bucket logging", getBucketLogging],
  ["PUT bucket accelerate", putBucketAccelerate],
  ["GET bucket accelerate", getBucketAccelerate],
  ["GET bucket intelligenttiering", getBucketDefaultTiering],
  ["PUT bucket intelligenttiering", putBucketDefaultTiering],
  ["GET bucket intelligent-tiering", listBucketTiering],
  ["GET bucket intelligent-tiering id", getBucketTiering],
  ["PUT bucket intelligent-tiering", putBucketTiering],
  ["PUT bucket intelligent-tiering id", putBucketTiering],
  ["DELETE bucket intelligent-tiering id", deleteBucketTiering],
  ["GET bucket inventory", listBucketInventory],
  ["GET bucket inventory id", getBucketInventory],
  ["PUT bucket inventory", putBucketInventory],
  ["PUT bucket inventory id", putBucketInventory],
  ["POST bucket inventory", postBucketInventory],
  ["POST bucket inventory id", postBucketInventory],
  ["DELETE bucket inventory id", deleteBucketInventory],
  ["GET bucket object-lock", getBucketObjectLock],
  ["PUT bucket object-lock", putBucketObjectLock],
  ["GET bucket policy", getBucketPolicy],
  ["PUT bucket policy", putBucketPolicy],
  ["DELETE bucket policy", deleteBucketPolicy],
  ["GET bucket lifecycle", getBucketLifecycle],
  ["PUT bucket lifecycle", putBucketLifecycle],
  ["DELETE bucket lifecycle", deleteBucketLifecycle],
  ["GET bucket location", getBucketLocation],
  ["GET bucket referer", getBucketReferer],
  ["PUT bucket referer", putBucketReferer],
  ["GET bucket tagging", getBucketTagging],
  ["PUT bucket tagging", putBucketTagging],
  ["DELETE bucket tagging", deleteBucketTagging],
  ["GET bucket uploads", listMultipartUploads],
  ["GET bucket versioning", getBucketVersioning],
  ["PUT bucket versioning", putBucketVersioning],
  ["GET bucket versions", getBucketObjectVersions],
  ["GET bucket website", getBucketWebsite],
  ["PUT bucket website", putBucketWebsite],
  ["DELETE bucket website", deleteBucketWebsite],
  ["POST bucket delete", deleteMultipleObjects],
  ["GET object acl", getObjectAcl],
  ["PUT object acl", putObjectAcl],
  ["POST object append", appendObject],
  ["POST object restore", restoreObject],
  ["GET object retention", getObjectRetention],
  ["PUT object retention", putObjectRetention],
  ["GET object symlink", getSymlink],
  ["PUT object symlink", putSymlink],
  ["GET object tagging", getObjectTagging],
  ["PUT object tagging", putObjectTagging],
  ["DELETE object tagging", deleteObjectTagging],
  ["POST object uploads", initiateMultipartUpload],
  ["PUT object partNumber uploadId", uploadPart],
  ["GET object uploadId", listParts],
  ["POST object uploadId", completeMultipartUpload],
  ["DELETE object uploadId", abortMultipartUpload],
]);

/** What a request with x-cos-copy-source asks for instead. */
const COPIES: ReadonlyMap<Operation, Operation> = new Map<Operation, Operation>([
  [putObject, putObjectCopy],
  [uploadPart, uploadPartCopy],
]);

/** What the host of global acceleration has: https://www.tencentcloud.com/document/product/436/40700. */
const ACCELERATED: ReadonlySet<Operation> = new Set<Operation>([
  putObject,
  postObject,
  getObject,
  headObject,
  optionsObject,
  initiateMultipartUpload,
  listParts,
  uploadPart,
  abortMultipartUpload,
  completeMultipartUpload,
  listMultipartUploads,
]);

/**
 * The operation that a request asks for.
 *
 * @param isAccelerated whether it came by the host of global acceleration
 * @throws {CosError} NotImplemented for what COS has but the emulator does not, MethodNotAllowed for the rest;
 * ActionAccelerateNotSupported
 */
export function route(request: CosRequest, isAccelerated = false): Operation {
  const byUrl = routeByUrl(request);
  const operation = request.headers.has("x-cos-copy-source") ? (COPIES.get(byUrl) ?? byUrl) : byUrl;
  if (isAccelerated && !ACCELERATED.has(operation)) {
    // The message is COS's: https://github.com/tencentyun/coscmd/issues/274
    throw new CosError(
      "ActionAccelerateNotSupported",
      "The action is not supported by the accelerate host.",
      { reason: "the host of global acceleration only uploads and downloads" },
    );
  }
  return operation;
}

/**
 * The operation that a method and URL ask for.
 *
 * @throws {CosError} NotImplemented for what COS has but the emulator does not, MethodNotAllowed for the rest
 */
function routeByUrl(request: CosRequest): Operation {
  if (request.method === "OPTIONS") return optionsObject;
  const target = request.key === "" ? "bucket" : "object";
  const subResources = new Set(
    request.query.pairs.map(([name]) => name).filter((name) => SUB_RESOURCES.has(name)),
  );
  if (subResources.size > 0) {
    const id = [...subResources].some((name) => SEVERAL.has(name)) && request.query.get("id") ? ["id"] : [];
    const names = [...[...subResources].sort(), ...id];
    const operation = OF_SUB_RESOURCE.get([request.method, target, ...names].join(" "));
    if (operation === undefined) throw notImplemented(`${request.method} ?${[...subResources].join("&")}`);
    return operation;
  }
  const processing = request.query.pairs.find(isProcessing);
  if (
    processing !== undefined &&
    !(request.method === "GET" && target === "object" && yieldsImage(processing))
  ) {
    throw notImplemented(`?${processing[0]}`);
  }
  const table = target === "bucket" ? OF_BUCKET : OF_OBJECT;
  const operation = table.get(request.method);
  if (operation !== undefined) return operation;
  throw methodNotAllowed(request, target === "bucket" ? "a bucket" : "an object");
}

/**
 * The operation that a request outside any bucket asks for.
 *
 * @throws {CosError} NoSuchBucket for all but the creation of the bucket that the host names; PathStyleDomainForbidden
 * for a bucket's name in the path of the service; MethodNotAllowed
 */
export function routeForAccount(request: CosRequest, place: AccountPlace): AccountOperation {
  if (place.kind === "none") {
    const isCreation = request.method === "PUT" && request.path === "/" && request.query.pairs.length === 0;
    if (isCreation) return putBucket;
    throw noSuchBucket(place.reason);
  }
  if (request.path !== "/") {
    // Question 4 of https://cloud.tencent.com/document/product/436/102489
    throw new CosError(
      "PathStyleDomainForbidden",
      "The bucket you are attempting to access must be addressed using COS virtual-styled domain.",
      { reason: `a bucket's name is in the path of ${request.host}, not in the host` },
    );
  }
  if (request.method === "GET") return getService;
  throw methodNotAllowed(request, "the service");
}

function methodNotAllowed({ method }: CosRequest, target: string): CosError {
  return new CosError("MethodNotAllowed", "The specified method is not allowed against this resource.", {
    reason: `${method} is not an operation on ${target}`,
  });
}
