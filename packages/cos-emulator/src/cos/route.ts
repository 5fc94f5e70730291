import { CosError, notImplemented } from "./http/errors.ts";
import type { CosRequest } from "./http/request.ts";
import { abortMultipartUpload } from "./operations/abort-multipart-upload.ts";
import { completeMultipartUpload } from "./operations/complete-multipart-upload.ts";
import { deleteBucketDomain } from "./operations/delete-bucket-domain.ts";
import { deleteBucketDomainCertificate } from "./operations/delete-bucket-domain-certificate.ts";
import { deleteBucketPolicy } from "./operations/delete-bucket-policy.ts";
import { deleteObject } from "./operations/delete-object.ts";
import { getBucket } from "./operations/get-bucket.ts";
import { getBucketDomain } from "./operations/get-bucket-domain.ts";
import { getBucketDomainCertificate } from "./operations/get-bucket-domain-certificate.ts";
import { getBucketObjectVersions } from "./operations/get-bucket-object-versions.ts";
import { getBucketPolicy } from "./operations/get-bucket-policy.ts";
import { getBucketVersioning } from "./operations/get-bucket-versioning.ts";
import { getObject } from "./operations/get-object.ts";
import { headBucket } from "./operations/head-bucket.ts";
import { headObject } from "./operations/head-object.ts";
import { initiateMultipartUpload } from "./operations/initiate-multipart-upload.ts";
import { isProcessing, yieldsImage } from "./operations/lib/image-processing.ts";
import { listMultipartUploads } from "./operations/list-multipart-uploads.ts";
import { listParts } from "./operations/list-parts.ts";
import type { Operation } from "./operations/operation.ts";
import { optionsObject } from "./operations/options-object.ts";
import { postObject } from "./operations/post-object.ts";
import { putBucketDomain } from "./operations/put-bucket-domain.ts";
import { putBucketDomainCertificate } from "./operations/put-bucket-domain-certificate.ts";
import { putBucketPolicy } from "./operations/put-bucket-policy.ts";
import { putBucketVersioning } from "./operations/put-bucket-versioning.ts";
import { putObject } from "./operations/put-object.ts";
import { uploadPart } from "./operations/upload-part.ts";

const OF_BUCKET: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ["GET", getBucket],
  ["HEAD", headBucket],
  ["POST", postObject],
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
  "delete",
  "domain",
  "domaincertificate",
  "encryption",
  "intelligenttiering",
  "inventory",
  "legal-hold",
  "lifecycle",
  "location",
  "logging",
  "object-lock",
  "origin",
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
  "website",
]);

/** The sub-resources that are emulated: the method, the bucket or an object, and the names in alphabetical order. */
const OF_SUB_RESOURCE: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ["GET bucket domain", getBucketDomain],
  ["PUT bucket domain", putBucketDomain],
  ["DELETE bucket domain", deleteBucketDomain],
  ["GET bucket domaincertificate", getBucketDomainCertificate],
  ["PUT bucket domaincertificate", putBucketDomainCertificate],
  ["DELETE bucket domaincertificate", deleteBucketDomainCertificate],
  ["GET bucket policy", getBucketPolicy],
  ["PUT bucket policy", putBucketPolicy],
  ["DELETE bucket policy", deleteBucketPolicy],
  ["GET bucket uploads", listMultipartUploads],
  ["GET bucket versioning", getBucketVersioning],
  ["PUT bucket versioning", putBucketVersioning],
  ["GET bucket versions", getBucketObjectVersions],
  ["POST object uploads", initiateMultipartUpload],
  ["PUT object partNumber uploadId", uploadPart],
  ["GET object uploadId", listParts],
  ["POST object uploadId", completeMultipartUpload],
  ["DELETE object uploadId", abortMultipartUpload],
]);

/**
 * The operation that a method and URL ask for.
 *
 * @throws {CosError} NotImplemented for what COS has and this bucket has not, MethodNotAllowed for the rest
 */
export function route(request: CosRequest): Operation {
  if (request.method === "OPTIONS") return optionsObject;
  const target = request.key === "" ? "bucket" : "object";
  const subResources = new Set(
    request.query.pairs.map(([name]) => name).filter((name) => SUB_RESOURCES.has(name)),
  );
  if (subResources.size > 0) {
    const operation = OF_SUB_RESOURCE.get([request.method, target, ...[...subResources].sort()].join(" "));
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
  if (target === "bucket" && (request.method === "PUT" || request.method === "DELETE")) {
    throw notImplemented(`${request.method} Bucket`);
  }
  throw new CosError("MethodNotAllowed", "The specified method is not allowed against this resource.", {
    reason: `${request.method} is not an operation on ${target === "bucket" ? "a bucket" : "an object"}`,
  });
}
