import { taggingReply } from "./lib/tagging.ts";
import type { SignedOperation } from "./operation.ts";

/** GET Bucket tagging, https://cloud.tencent.com/document/product/436/34837. */
export const getBucketTagging: SignedOperation = {
  action: "name/cos:GetBucketTagging",
  on: "bucket",
  run: ({ service }) => taggingReply(service.settings.get("tagging") ?? []),
};
