import { readConfiguration } from "../xml/configuration.ts";
import type { SignedOperation } from "./operation.ts";

/** PUT Bucket cors, https://cloud.tencent.com/document/product/436/8279: replaces all of the bucket's rules. */
export const putBucketCors: SignedOperation = {
  action: "name/cos:PutBucketCORS",
  on: "bucket",
  async run({ service, request }) {
    await service.settings.put("cors", await readConfiguration(request));
    return { status: 200 };
  },
};
