import { notImplemented } from "../http/errors.ts";
import type { CosRequest } from "../http/request.ts";

/**
 * Refuses the signatures of Amazon S3, versions 4 and 2, which COS also accepts
 * (https://cloud.tencent.com/document/product/436/37421), in the header or in the query.
 *
 * @throws {CosError} NotImplemented
 */
export function refuseOtherSignatures({ headers, query }: CosRequest): void {
  const authorization = headers.get("authorization") ?? "";
  const names = new Set(query.pairs.map(([name]) => name.toLowerCase()));
  if (/^AWS4-/i.test(authorization) || names.has("x-amz-algorithm") || names.has("x-amz-signature")) {
    throw notImplemented("a signature of AWS, version 4 (sign as COS does, q-sign-algorithm=sha1)");
  }
  if (/^AWS\s/i.test(authorization) || names.has("awsaccesskeyid")) {
    throw notImplemented("a signature of AWS, version 2 (sign as COS does, q-sign-algorithm=sha1)");
  }
}

/** The same for a form's fields, names in lower case. @throws {CosError} NotImplemented */
export function refuseOtherFormSignatures(fields: ReadonlyMap<string, string>): void {
  if (fields.has("x-amz-algorithm") || fields.has("x-amz-signature") || fields.has("awsaccesskeyid")) {
    throw notImplemented("a form with a signature of AWS (sign as COS does, q-sign-algorithm=sha1)");
  }
}
