import { findObject } from "./lib/find-object.ts";
import { taggingReply } from "./lib/tagging.ts";
import type { SignedOperation } from "./operation.ts";

/**
 * GET Object tagging, https://cloud.tencent.com/document/product/436/35710. Without tags the set is empty, unlike a
 * bucket's: ObjecTaggingTest of cos-java-sdk-v5 reads it so after deleting them.
 */
export const getObjectTagging: SignedOperation = {
  action: "name/cos:GetObjectTagging",
  on: "object",
  run: ({ service, request }) => taggingReply(findObject(service, request).tags ?? []),
};
