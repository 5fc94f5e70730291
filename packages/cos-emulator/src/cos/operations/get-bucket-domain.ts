import { CosError } from "../http/errors.ts";
import type { Reply } from "../http/reply.ts";
import { authorize } from "../policy/authorize.ts";
import { xmlDocument } from "../xml/xml.ts";
import type { OperationContext } from "./operation.ts";

/**
 * GET Bucket domain, https://cloud.tencent.com/document/product/436/41983. That a bucket without one is answered with
 * 404 is known from COS's SDKs; the code's name is not.
 */
export function getBucketDomain({ service, request, authenticate }: OperationContext): Reply {
  authorize(service, request, authenticate(), "name/cos:GetBucketDomain", "");
  const { domains } = service.settings;
  if (domains.length === 0) {
    throw new CosError("NoSuchDomainConfiguration", "The domain configuration does not exist.", {
      reason: "the bucket has no custom domain",
    });
  }
  const body = xmlDocument({
    DomainConfiguration: {
      DomainRule: domains.map(({ status, name, type }) => ({ Status: status, Name: name, Type: type })),
    },
  });
  return { status: 200, headers: { "content-type": "application/xml" }, body };
}
