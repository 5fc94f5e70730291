import { PRIVATE_ACL } from "../store/acl.ts";
import { aclReply } from "./lib/acl.ts";
import type { SignedOperation } from "./operation.ts";

/** GET Bucket acl, https://cloud.tencent.com/document/product/436/7733. */
export const getBucketAcl: SignedOperation = {
  action: "name/cos:GetBucketACL",
  on: "bucket",
  run: ({ service }) => aclReply(service, service.settings.get("acl") ?? PRIVATE_ACL),
};
