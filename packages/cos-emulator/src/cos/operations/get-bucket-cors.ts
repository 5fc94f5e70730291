import { asPut, configurationOf } from "./lib/configuration.ts";
import type { SignedOperation } from "./operation.ts";

/** GET Bucket cors, https://cloud.tencent.com/document/product/436/8274: as it was put. */
export const getBucketCors: SignedOperation = {
  action: "name/cos:GetBucketCORS",
  on: "bucket",
  run: ({ service }) =>
    asPut(
      configurationOf(
        service,
        "cors",
        "this bucket has no CORS rules; until it has some, pages on this machine may send requests",
      ),
    ),
};
