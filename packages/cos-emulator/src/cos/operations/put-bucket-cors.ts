import { readConfiguration } from "../xml/configuration.ts";
import type { SignedOperation } from "./operation.ts";

/** 436/8279 */
const MAX_BYTES = 64 * 1024;

/** PUT Bucket cors, https://cloud.tencent.com/document/product/436/8279: replaces all of the bucket's rules. */
export const putBucketCors: SignedOperation = {
  action: "name/cos:PutBucketCORS",
  on: "bucket",
  async run({ service, request }) {
    await service.settings.put("cors", await readConfiguration(request, MAX_BYTES));
    return { status: 200 };
  },
};
