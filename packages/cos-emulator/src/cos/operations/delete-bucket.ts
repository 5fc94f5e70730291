import { CosError } from "../http/errors.ts";
import type { SignedOperation } from "./operation.ts";

/**
 * DELETE Bucket, https://cloud.tencent.com/document/product/436/7732: deletes an empty bucket and its settings. The
 * default bucket exists again after the emulator's next start.
 */
export const deleteBucket: SignedOperation = {
  action: "name/cos:DeleteBucket",
  on: "bucket",
  async run({ service }) {
    const { store, bucket } = service;
    const left = [
      [store.keys().length, "keys with objects or their versions"],
      [store.uploads.all().length, "multipart uploads in progress"],
    ] as const;
    const found = left.find(([count]) => count > 0);
    if (found !== undefined) {
      throw new CosError("BucketNotEmpty", "The bucket you tried to delete is not empty.", {
        reason: `the bucket has ${found.join(" ")}`,
      });
    }
    await service.buckets.delete(bucket.name);
    return { status: 204 };
  },
};
