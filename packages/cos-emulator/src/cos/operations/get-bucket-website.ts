import { CosError } from "../http/errors.ts";
import type { SignedOperation } from "./operation.ts";

/** GET Bucket website, https://cloud.tencent.com/document/product/436/31929. */
export const getBucketWebsite: SignedOperation = {
  action: "name/cos:GetBucketWebsite",
  on: "bucket",
  run({ service }) {
    const website = service.settings.get("website");
    if (website === undefined) {
      throw new CosError("NoSuchWebsiteConfiguration", "The website configuration does not exist.", {
        reason: "this bucket has no website configuration",
      });
    }
    return {
      status: 200,
      headers: { "content-type": "application/xml" },
      body: withUrlRedirect(website.text),
    };
  },
};

/** COS adds URLRedirect to a Redirect that was put without it, as cos-python-sdk-v5's own tests expect. */
function withUrlRedirect(text: string): string {
  return text.replace(/<Redirect>(?:(?!<\/Redirect>).)*(?=<\/Redirect>)/gs, (redirect) =>
    redirect.includes("<URLRedirect>") ? redirect : `${redirect}<URLRedirect>Enabled</URLRedirect>`,
  );
}
