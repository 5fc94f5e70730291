import { CosError } from "./errors.ts";
import { deleteObject } from "./operations/delete-object.ts";
import { getBucket } from "./operations/get-bucket.ts";
import { getObject } from "./operations/get-object.ts";
import { headBucket } from "./operations/head-bucket.ts";
import { headObject } from "./operations/head-object.ts";
import type { Operation } from "./operations/operation.ts";
import { optionsObject } from "./operations/options-object.ts";
import { postObject } from "./operations/post-object.ts";
import { putObject } from "./operations/put-object.ts";
import type { CosRequest } from "./request.ts";

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
  "ci-process",
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

/** Image processing is asked for in the parameter's name: `?imageMogr2/thumbnail/100x`. */
const PROCESSING = /^(imageMogr2|imageView2|imageInfo|imageAve|watermark|exif|style|qrcode)(\/|$)/i;

/**
 * The operation that a method and URL ask for.
 *
 * @throws {CosError} NotImplemented for what COS has and this bucket has not, MethodNotAllowed for the rest
 */
export function route(request: CosRequest): Operation {
  if (request.method === "OPTIONS") return optionsObject;
  const other = request.query.pairs.find(([name]) => SUB_RESOURCES.has(name) || PROCESSING.test(name));
  if (other !== undefined) throw notImplemented(`?${other[0]}`);
  const table = request.key === "" ? OF_BUCKET : OF_OBJECT;
  const operation = table.get(request.method);
  if (operation !== undefined) return operation;
  if (request.key === "" && (request.method === "PUT" || request.method === "DELETE")) {
    throw notImplemented(`${request.method} Bucket`);
  }
  throw new CosError("MethodNotAllowed", "The specified method is not allowed against this resource.", {
    reason: `${request.method} is not an operation on ${request.key === "" ? "a bucket" : "an object"}`,
  });
}

function notImplemented(what: string): CosError {
  return new CosError("NotImplemented", "This emulator does not implement what the request asks for.", {
    reason: `${what} is not emulated`,
  });
}
