import { readConfiguration } from "../xml/configuration.ts";
import type { SignedOperation } from "./operation.ts";

/**
 * PUT Bucket origin, https://cloud.tencent.com/document/product/436/34533. The emulator stores and returns it,
 * but does not act on it.
 */
export const putBucketOrigin: SignedOperation = {
  action: "name/cos:PutBucketOrigin",
  on: "bucket",
  async run({ service, request }) {
    await service.settings.put("origin", await readConfiguration(request));
    return { status: 200 };
  },
};
