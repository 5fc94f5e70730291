import { CosError } from "../http/errors.ts";
import { DEFAULT_TIERING } from "../store/tiering-configuration.ts";
import { NO_CHANGE } from "./lib/tiering.ts";
import type { SignedOperation } from "./operation.ts";

/**
 * DELETE Bucket IntelligentTiering, as cos-go-sdk-v5 sends it: 204, whether or not there was a rule with this id. The
 * rule default cannot be deleted (https://cloud.tencent.com/document/product/436/48348); we could not find out which code
 * COS has for that.
 */
export const deleteBucketTiering: SignedOperation = {
  action: "name/cos:DeleteBucketIntelligentTiering",
  on: "bucket",
  async run({ service, request }) {
    const wanted = request.query.get("id");
    if (wanted === DEFAULT_TIERING) throw new CosError("InvalidArgument", NO_CHANGE.newer);
    await service.settings.update("tiering", (before) =>
      before?.filter(({ id }) => id !== wanted).map(({ text }) => text),
    );
    return { status: 204 };
  },
};
