import { asPut, configurationOf } from "./lib/configuration.ts";
import type { SignedOperation } from "./operation.ts";

/** GET Bucket replication, https://cloud.tencent.com/document/product/436/19222. */
export const getBucketReplication: SignedOperation = {
  action: "name/cos:GetBucketReplication",
  on: "bucket",
  run: ({ service }) => asPut(configurationOf(service, "replication")),
};
