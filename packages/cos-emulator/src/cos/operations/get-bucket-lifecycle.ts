import { asPut, configurationOf } from "./lib/configuration.ts";
import type { SignedOperation } from "./operation.ts";

/** GET Bucket lifecycle, https://cloud.tencent.com/document/product/436/8278. */
export const getBucketLifecycle: SignedOperation = {
  action: "name/cos:GetBucketLifecycle",
  on: "bucket",
  run: ({ service }) => asPut(configurationOf(service, "lifecycle")),
};
