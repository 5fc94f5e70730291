import { xmlReply } from "../xml/xml-reply.ts";
import { readDomainName } from "./lib/domain-name.ts";
import type { SignedOperation } from "./operation.ts";

/**
 * GET Bucket DomainCertificate, as cos-go-sdk-v5 sends it: says only whether one of the bucket's domains has a
 * certificate. We could not find out what COS answers if it has none; here it is DISABLED.
 */
export const getBucketDomainCertificate: SignedOperation = {
  action: "name/cos:GetBucketDomainCertificate",
  on: "bucket",
  run({ service, request }) {
    const { settings } = service;
    const isThere = settings.certificate(readDomainName(settings, request)) !== undefined;
    return xmlReply({ DomainCertificate: { Status: isThere ? "ENABLED" : "DISABLED" } });
  },
};
