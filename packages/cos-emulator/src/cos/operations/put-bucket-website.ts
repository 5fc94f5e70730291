import { readConfiguration } from "../xml/configuration.ts";
import type { SignedOperation } from "./operation.ts";

/** PUT Bucket website, https://cloud.tencent.com/document/product/436/31930: replaces the previous one. */
export const putBucketWebsite: SignedOperation = {
  action: "name/cos:PutBucketWebsite",
  on: "bucket",
  async run({ service, request }) {
    await service.settings.put("website", await readConfiguration(request));
    return { status: 200 };
  },
};
