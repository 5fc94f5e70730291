import { readConfiguration } from "../xml/configuration.ts";
import type { SignedOperation } from "./operation.ts";

/** PUT Bucket encryption, https://cloud.tencent.com/document/product/436/40136: replaces the previous one. */
export const putBucketEncryption: SignedOperation = {
  action: "name/cos:PutBucketEncryption",
  on: "bucket",
  async run({ service, request }) {
    await service.settings.put("encryption", await readConfiguration(request));
    return { status: 200 };
  },
};
