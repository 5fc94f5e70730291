import { xmlReply } from "../xml/xml-reply.ts";
import type { SignedOperation } from "./operation.ts";

/** GET Bucket versioning, https://cloud.tencent.com/document/product/436/19888: empty if it was never set. */
export const getBucketVersioning: SignedOperation = {
  action: "name/cos:GetBucketVersioning",
  on: "bucket",
  run({ service }) {
    const status = service.settings.get("versioning");
    return xmlReply({ VersioningConfiguration: status === undefined ? "" : { Status: status } });
  },
};
