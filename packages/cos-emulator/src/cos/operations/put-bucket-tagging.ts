import { readConfiguration } from "../xml/configuration.ts";
import { MAX_BUCKET_TAGS, parseTagging } from "./lib/tagging.ts";
import type { SignedOperation } from "./operation.ts";

/** PUT Bucket tagging, https://cloud.tencent.com/document/product/436/34838: replaces all of the bucket's tags. */
export const putBucketTagging: SignedOperation = {
  action: "name/cos:PutBucketTagging",
  on: "bucket",
  async run({ service, request }) {
    const tags = parseTagging(await readConfiguration(request), MAX_BUCKET_TAGS);
    await service.settings.put("tagging", tags);
    return { status: 204 };
  },
};
