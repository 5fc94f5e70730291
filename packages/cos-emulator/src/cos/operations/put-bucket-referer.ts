import { readConfiguration } from "../xml/configuration.ts";
import type { SignedOperation } from "./operation.ts";

/**
 * PUT Bucket referer, https://cloud.tencent.com/document/product/436/32492: replaces the previous one. An empty body
 * removes it, which is how cos-python-sdk-v5 deletes it: there is no DELETE.
 */
export const putBucketReferer: SignedOperation = {
  action: "name/cos:PutBucketReferer",
  on: "bucket",
  async run({ service, request }) {
    const configuration = await readConfiguration(request);
    if (configuration === "") await service.settings.delete("referer");
    else await service.settings.put("referer", configuration);
    return { status: 200 };
  },
};
