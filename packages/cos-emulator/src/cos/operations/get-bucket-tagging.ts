import { CosError } from "../http/errors.ts";
import { taggingReply } from "./lib/tagging.ts";
import type { SignedOperation } from "./operation.ts";

/** GET Bucket tagging, https://cloud.tencent.com/document/product/436/34837. */
export const getBucketTagging: SignedOperation = {
  action: "name/cos:GetBucketTagging",
  on: "bucket",
  run({ service }) {
    const tags = service.settings.get("tagging") ?? [];
    // COS's SDKs read this as an empty list.
    if (tags.length === 0) throw new CosError("NoSuchTagSet", "The tag set does not exist.");
    return taggingReply(tags);
  },
};
