import { parseBucketPolicy } from "../store/bucket-policy.ts";
import { readConfiguration } from "../xml/configuration.ts";
import type { SignedOperation } from "./operation.ts";

/** PUT Bucket policy, https://cloud.tencent.com/document/product/436/8282: replaces the previous one. */
export const putBucketPolicy: SignedOperation = {
  action: "name/cos:PutBucketPolicy",
  on: "bucket",
  async run({ service, request }) {
    const text = await readConfiguration(request);
    await service.settings.setPolicy(parseBucketPolicy(text, service.leniency.policy));
    return { status: 204 };
  },
};
