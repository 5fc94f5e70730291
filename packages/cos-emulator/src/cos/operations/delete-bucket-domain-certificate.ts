import { readDomainName } from "./lib/domain-name.ts";
import type { SignedOperation } from "./operation.ts";

/** DELETE Bucket DomainCertificate, as cos-go-sdk-v5 sends it: 204, whether there was one or not. */
export const deleteBucketDomainCertificate: SignedOperation = {
  action: "name/cos:DeleteBucketDomainCertificate",
  on: "bucket",
  async run({ service, request }) {
    const { settings } = service;
    await settings.setCertificate([readDomainName(settings, request)], undefined);
    return { status: 204 };
  },
};
