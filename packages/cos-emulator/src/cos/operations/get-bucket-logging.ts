import { xmlReply } from "../xml/xml-reply.ts";
import { asPut } from "./lib/configuration.ts";
import type { SignedOperation } from "./operation.ts";

/** GET Bucket logging, https://cloud.tencent.com/document/product/436/17053: empty if logging is off. */
export const getBucketLogging: SignedOperation = {
  action: "name/cos:GetBucketLogging",
  on: "bucket",
  run({ service }) {
    const logging = service.settings.get("logging");
    return logging === undefined ? xmlReply({ BucketLoggingStatus: "" }) : asPut(logging);
  },
};
