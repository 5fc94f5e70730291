import { CosError } from "../http/errors.ts";
import type { SignedOperation } from "./operation.ts";

/**
 * GET Bucket policy, https://cloud.tencent.com/document/product/436/8276: as it was put, except that COS
 * returns the statements as `Statement`, according to its samples and to cos-nodejs-sdk-v5's own tests.
 */
export const getBucketPolicy: SignedOperation = {
  action: "name/cos:GetBucketPolicy",
  on: "bucket",
  run({ service }) {
    const { policy } = service.settings;
    if (policy === undefined) {
      throw new CosError("NoSuchBucketPolicy", "The bucket policy does not exist.", {
        reason: "this bucket has no policy",
      });
    }
    return { status: 200, headers: { "content-type": "application/json" }, body: withStatement(policy.text) };
  },
};

function withStatement(text: string): string {
  const policy: object = JSON.parse(text);
  return JSON.stringify(
    Object.fromEntries(
      Object.entries(policy).map(([name, value]) => [
        name.toLowerCase() === "statement" ? "Statement" : name,
        value,
      ]),
    ),
  );
}
