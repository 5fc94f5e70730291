import { readDefaultTiering } from "../store/tiering-configuration.ts";
import { readConfiguration } from "../xml/configuration.ts";
import { keepTiering, NO_CHANGE } from "./lib/tiering.ts";
import type { SignedOperation } from "./operation.ts";

/**
 * PUT Bucket IntelligentTiering in its older form, `?intelligenttiering`
 * (https://www.tencentcloud.com/document/product/436/38314): the rule default. Once put, it can be neither changed nor
 * removed. The emulator stores and returns it, but moves no object to another tier.
 */
export const putBucketDefaultTiering: SignedOperation = {
  action: "name/cos:PutBucketIntelligentTiering",
  on: "bucket",
  async run({ service, request }) {
    const rule = readDefaultTiering(await readConfiguration(request));
    await keepTiering(service, rule, NO_CHANGE.older);
    return { status: 200 };
  },
};
