import type { Reply } from "../http/reply.ts";
import { authorize } from "../policy/authorize.ts";
import { xmlDocument } from "../xml/xml.ts";
import { readDomainName } from "./lib/domain-name.ts";
import type { OperationContext } from "./operation.ts";

/**
 * GET Bucket DomainCertificate, as cos-go-sdk-v5 asks for it: whether one of the bucket's domains has a certificate,
 * and nothing else about it. What COS answers where there is none was not found; here it is DISABLED.
 */
export function getBucketDomainCertificate({ service, request, authenticate }: OperationContext): Reply {
  authorize(service, request, authenticate(), "name/cos:GetBucketDomainCertificate", "");
  const { settings } = service;
  const isThere = settings.certificate(readDomainName(settings, request)) !== undefined;
  const body = xmlDocument({ DomainCertificate: { Status: isThere ? "ENABLED" : "DISABLED" } });
  return { status: 200, headers: { "content-type": "application/xml" }, body };
}
