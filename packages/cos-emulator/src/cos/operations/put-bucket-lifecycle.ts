import { readConfiguration } from "../xml/configuration.ts";
import type { SignedOperation } from "./operation.ts";

/**
 * PUT Bucket lifecycle, https://cloud.tencent.com/document/product/436/8280: replaces the previous one. The rules are
 * applied on request (apply-lifecycle.ts).
 */
export const putBucketLifecycle: SignedOperation = {
  action: "name/cos:PutBucketLifecycle",
  on: "bucket",
  async run({ service, request }) {
    await service.settings.put("lifecycle", await readConfiguration(request));
    return { status: 200 };
  },
};
