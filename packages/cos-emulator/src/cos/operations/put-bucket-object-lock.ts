import { readConfiguration } from "../xml/configuration.ts";
import type { SignedOperation } from "./operation.ts";

/**
 * PUT Bucket ObjectLockConfiguration, https://cloud.tencent.com/document/product/436/55290. Once on, it stays on; the
 * default retention can change, and holds for objects that come later.
 */
export const putBucketObjectLock: SignedOperation = {
  action: "name/cos:PutBucketObjectLockConfiguration",
  on: "bucket",
  async run({ service, request }) {
    await service.settings.put("objectLock", await readConfiguration(request));
    return { status: 200 };
  },
};
