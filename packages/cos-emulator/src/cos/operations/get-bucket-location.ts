import { xmlReply } from "../xml/xml-reply.ts";
import type { SignedOperation } from "./operation.ts";

/** GET Bucket location, as cos-nodejs-sdk-v5 sends it: the bucket's region. */
export const getBucketLocation: SignedOperation = {
  action: "name/cos:GetBucketLocation",
  on: "bucket",
  run: ({ service }) => xmlReply({ LocationConstraint: service.bucket.region }),
};
