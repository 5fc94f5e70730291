import { CosError } from "../http/errors.ts";
import { parseLoggingConfiguration } from "../store/logging-configuration.ts";
import { readConfiguration } from "../xml/configuration.ts";
import type { SignedOperation } from "./operation.ts";

/**
 * PUT Bucket logging, https://cloud.tencent.com/document/product/436/17054: without LoggingEnabled, logging is
 * switched off. The emulator stores and returns the configuration, but does not act on it.
 */
export const putBucketLogging: SignedOperation = {
  action: "name/cos:PutBucketLogging",
  on: "bucket",
  async run({ service, request }) {
    const text = await readConfiguration(request);
    const { isEnabled, targetBucket } = parseLoggingConfiguration(text);
    if (!isEnabled) {
      await service.settings.delete("logging");
      return { status: 200 };
    }
    const target = targetBucket === undefined ? undefined : service.buckets.find(targetBucket);
    if (target?.bucket.region !== service.bucket.region) {
      throw new CosError("InvalidTargetBucketForLogging", "The target bucket for logging is not valid.", {
        reason: "TargetBucket is not a bucket of this account in this region",
      });
    }
    await service.settings.put("logging", text);
    return { status: 200 };
  },
};
