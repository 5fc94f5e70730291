import { invalidBucketState } from "../http/errors.ts";
import { readConfiguration } from "../xml/configuration.ts";
import type { SignedOperation } from "./operation.ts";

/**
 * PUT Bucket ObjectLockConfiguration, https://cloud.tencent.com/document/product/436/55290. Once enabled, it stays
 * enabled; the default retention can change, and applies to later uploads. A bucket with rules of intelligent tiering or
 * with suspended versioning cannot have it (https://www.tencentcloud.com/document/product/436/40136).
 */
export const putBucketObjectLock: SignedOperation = {
  action: "name/cos:PutBucketObjectLockConfiguration",
  on: "bucket",
  async run({ service: { settings }, request }) {
    const configuration = await readConfiguration(request);
    await settings.update("objectLock", () => {
      if (settings.get("versioning") === "Suspended") throw invalidBucketState("versioning is suspended");
      if ((settings.get("tiering") ?? []).length > 0) {
        throw invalidBucketState("the bucket has rules of intelligent tiering");
      }
      return configuration;
    });
    return { status: 200 };
  },
};
