import { CosError } from "../http/errors.ts";
import { asPut } from "./lib/configuration.ts";
import { tieringOf } from "./lib/tiering.ts";
import type { SignedOperation } from "./operation.ts";

/** GET Bucket IntelligentTiering, https://cloud.tencent.com/document/product/436/48349: the rule whose id the query names. */
export const getBucketTiering: SignedOperation = {
  action: "name/cos:GetBucketIntelligentTiering",
  on: "bucket",
  run({ service, request }) {
    const rule = tieringOf(service, request.query.get("id"));
    if (rule !== undefined) return asPut(rule);
    throw new CosError(
      "IntelligentTieringConfigurationNotFoundError",
      "The Intelligenttiering configuration was not found.",
      { reason: "this bucket has no rule of intelligent tiering with this id" },
    );
  },
};
