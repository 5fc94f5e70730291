import { asPut, configurationOf } from "./lib/configuration.ts";
import type { SignedOperation } from "./operation.ts";

/** GET Bucket ObjectLockConfiguration, https://www.tencentcloud.com/document/product/436/40134. */
export const getBucketObjectLock: SignedOperation = {
  action: "name/cos:GetBucketObjectLockConfiguration",
  on: "bucket",
  run: ({ service }) => asPut(configurationOf(service, "objectLock")),
};
