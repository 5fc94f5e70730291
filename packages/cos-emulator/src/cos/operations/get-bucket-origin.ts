import { asPut, configurationOf } from "./lib/configuration.ts";
import type { SignedOperation } from "./operation.ts";

/** GET Bucket origin, https://cloud.tencent.com/document/product/436/82859. */
export const getBucketOrigin: SignedOperation = {
  action: "name/cos:GetBucketOrigin",
  on: "bucket",
  run: ({ service }) => asPut(configurationOf(service, "origin")),
};
