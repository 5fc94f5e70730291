import { DEFAULT_TIERING } from "../store/tiering-configuration.ts";
import { xmlReply } from "../xml/xml-reply.ts";
import { tieringOf } from "./lib/tiering.ts";
import type { SignedOperation } from "./operation.ts";

/**
 * GET Bucket IntelligentTiering in its older form, `?intelligenttiering`
 * (https://www.tencentcloud.com/document/product/436/38315): the rule default, or an empty element if it was never put.
 */
export const getBucketDefaultTiering: SignedOperation = {
  action: "name/cos:GetBucketIntelligentTiering",
  on: "bucket",
  run({ service }) {
    const rule = tieringOf(service, DEFAULT_TIERING);
    return xmlReply({
      IntelligentTieringConfiguration:
        rule === undefined
          ? ""
          : { Status: rule.status, Transition: { Days: rule.days, RequestFrequent: "1" } },
    });
  },
};
