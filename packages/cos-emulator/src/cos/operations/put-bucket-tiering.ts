import { invalidArgument } from "../http/errors.ts";
import { parseTieringConfiguration } from "../store/tiering-configuration.ts";
import { readConfiguration } from "../xml/configuration.ts";
import { keepTiering, NO_CHANGE } from "./lib/tiering.ts";
import type { SignedOperation } from "./operation.ts";

/**
 * PUT Bucket IntelligentTiering, https://cloud.tencent.com/document/product/436/48348: one of the bucket's rules.
 * The emulator stores and returns it, but moves no object to another tier.
 */
export const putBucketTiering: SignedOperation = {
  action: "name/cos:PutBucketIntelligentTiering",
  on: "bucket",
  async run({ service, request }) {
    const rule = parseTieringConfiguration(await readConfiguration(request));
    if (rule.id !== request.query.get("id")) {
      throw invalidArgument("the rule's Id is not the one in the parameter id");
    }
    await keepTiering(service, rule, NO_CHANGE.newer);
    return { status: 200 };
  },
};
