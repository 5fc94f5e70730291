import { xmlReply } from "../xml/xml-reply.ts";
import type { SignedOperation } from "./operation.ts";

/**
 * GET Bucket accelerate, https://cloud.tencent.com/document/product/436/38868: empty if it was never set; Type is
 * always COS.
 */
export const getBucketAccelerate: SignedOperation = {
  action: "name/cos:GetBucketAccelerate",
  on: "bucket",
  run({ service }) {
    const accelerate = service.settings.get("accelerate");
    if (accelerate === undefined) return xmlReply({ AccelerateConfiguration: "" });
    const Status = accelerate.isEnabled ? "Enabled" : "Suspended";
    return xmlReply({ AccelerateConfiguration: { Status, Type: "COS" } });
  },
};
