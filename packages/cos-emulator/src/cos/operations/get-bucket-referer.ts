import { xmlReply } from "../xml/xml-reply.ts";
import { asPut } from "./lib/configuration.ts";
import type { SignedOperation } from "./operation.ts";

/**
 * GET Bucket referer, https://cloud.tencent.com/document/product/436/32493. A bucket without one returns an empty
 * one, as cos-python-sdk-v5's own tests expect of COS; cos-nodejs-sdk-v5 also knows a NoSuchRefererConfiguration.
 */
export const getBucketReferer: SignedOperation = {
  action: "name/cos:GetBucketReferer",
  on: "bucket",
  run({ service }) {
    const rule = service.settings.get("referer");
    if (rule === undefined) return xmlReply({ RefererConfiguration: "" });
    return asPut(rule);
  },
};
