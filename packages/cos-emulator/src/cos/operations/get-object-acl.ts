import { DEFAULT_ACL } from "../store/acl.ts";
import { aclReply } from "./lib/acl.ts";
import { findObject } from "./lib/find-object.ts";
import type { SignedOperation } from "./operation.ts";

/** GET Object acl, https://cloud.tencent.com/document/product/436/7744. */
export const getObjectAcl: SignedOperation = {
  action: "name/cos:GetObjectACL",
  on: "object",
  run: ({ service, request }) => aclReply(service, findObject(service, request).acl ?? DEFAULT_ACL),
};
