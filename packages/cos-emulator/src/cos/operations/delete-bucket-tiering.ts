import { CosError } from "../http/errors.ts";
import { DEFAULT_TIERING } from "../store/tiering-configuration.ts";
import { NO_CHANGE } from "./lib/tiering.ts";
import type { SignedOperation } from "./operation.ts";

/**
 * DELETE Bucket IntelligentTiering, as cos-go-sdk-v5 asks for it: 204, whether there was a rule of this id or not. The
 * rule default stays (https://cloud.tencent.com/document/product/436/48348); with which code COS says so was not found.
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
