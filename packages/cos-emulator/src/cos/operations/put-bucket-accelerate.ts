import { readConfiguration } from "../xml/configuration.ts";
import type { SignedOperation } from "./operation.ts";

/**
 * PUT Bucket accelerate, https://cloud.tencent.com/document/product/436/38869: whether the bucket can be reached at
 * `<bucket>.cos.accelerate.myqcloud.com`.
 */
export const putBucketAccelerate: SignedOperation = {
  action: "name/cos:PutBucketAccelerate",
  on: "bucket",
  async run({ service, request }) {
    await service.settings.put("accelerate", await readConfiguration(request));
    return { status: 200 };
  },
};
