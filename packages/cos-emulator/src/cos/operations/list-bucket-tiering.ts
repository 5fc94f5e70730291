import { xmlReply } from "../xml/xml-reply.ts";
import type { SignedOperation } from "./operation.ts";

/**
 * LIST Bucket IntelligentTiering Configurations, https://www.tencentcloud.com/document/product/436/60836. The root has an
 * `s` more than on that page: cos-go-sdk-v5 reads no other one. The name of its action was not found; here it is that of
 * reading one rule.
 */
export const listBucketTiering: SignedOperation = {
  action: "name/cos:GetBucketIntelligentTiering",
  on: "bucket",
  run({ service }) {
    const rules = service.settings.get("tiering") ?? [];
    return xmlReply({
      ListBucketIntelligentTieringConfigurationsOutput: {
        IntelligentTieringConfiguration: rules.map(({ node }) => node),
      },
    });
  },
};
