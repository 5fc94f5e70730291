import { parseDomainConfiguration } from "../store/domain-configuration.ts";
import { readConfiguration } from "../xml/configuration.ts";
import type { SignedOperation } from "./operation.ts";

/** PUT Bucket domain, https://cloud.tencent.com/document/product/436/41982: replaces all the custom domains. */
export const putBucketDomain: SignedOperation = {
  action: "name/cos:PutBucketDomain",
  on: "bucket",
  async run({ service, request }) {
    await service.settings.setDomains(parseDomainConfiguration(await readConfiguration(request)));
    return { status: 200 };
  },
};
