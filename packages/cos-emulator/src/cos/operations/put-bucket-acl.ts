import { BUCKET_ACL, readAcl } from "./lib/acl.ts";

import type { SignedOperation } from "./operation.ts";

/** PUT Bucket acl, https://cloud.tencent.com/document/product/436/7737: replaces the previous one. */
export const putBucketAcl: SignedOperation = {
  action: "name/cos:PutBucketACL",
  on: "bucket",
  async run({ service, request }) {
    const acl = await readAcl(service, request, BUCKET_ACL);
    await service.settings.put("acl", acl);
    return { status: 200 };
  },
};
