import { xmlReply } from "../xml/xml-reply.ts";
import { asPut } from "./lib/configuration.ts";
import type { SignedOperation } from "./operation.ts";

/** GET Bucket accelerate, https://cloud.tencent.com/document/product/436/38868: empty if it was never set. */
export const getBucketAccelerate: SignedOperation = {
  action: "name/cos:GetBucketAccelerate",
  on: "bucket",
  run({ service }) {
    const accelerate = service.settings.get("accelerate");
    return accelerate === undefined ? xmlReply({ AccelerateConfiguration: "" }) : asPut(accelerate);
  },
};
