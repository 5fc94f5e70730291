import { CosError } from "../http/errors.ts";
import { xmlReply } from "../xml/xml-reply.ts";
import type { SignedOperation } from "./operation.ts";

/**
 * GET Bucket domain, https://cloud.tencent.com/document/product/436/41983. COS's SDKs show that the answer for a
 * bucket without one is a 404, but not the name of the code.
 */
export const getBucketDomain: SignedOperation = {
  action: "name/cos:GetBucketDomain",
  on: "bucket",
  run({ service }) {
    const { domains } = service.settings;
    if (domains.length === 0) {
      throw new CosError("NoSuchDomainConfiguration", "The domain configuration does not exist.", {
        reason: "the bucket has no custom domain",
      });
    }
    return xmlReply({
      DomainConfiguration: {
        DomainRule: domains.map(({ status, name, type }) => ({ Status: status, Name: name, Type: type })),
      },
    });
  },
};
