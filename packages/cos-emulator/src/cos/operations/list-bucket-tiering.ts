import { xmlReply } from "../xml/xml-reply.ts";
import type { SignedOperation } from "./operation.ts";

/**
 * LIST Bucket IntelligentTiering Configurations, https://www.tencentcloud.com/document/product/436/60836. The root's
 * name has one `s` more than on that page, since cos-go-sdk-v5 reads no other name. We could not find out the name of its
 * action; here it is that of reading one rule.
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
