import { readConfiguration } from "../xml/configuration.ts";
import type { SignedOperation } from "./operation.ts";

/** PUT Bucket referer, https://cloud.tencent.com/document/product/436/32492: it takes the place of the one before. */
export const putBucketReferer: SignedOperation = {
  action: "name/cos:PutBucketReferer",
  on: "bucket",
  async run({ service, request }) {
    await service.settings.put("referer", await readConfiguration(request));
    return { status: 200 };
  },
};
