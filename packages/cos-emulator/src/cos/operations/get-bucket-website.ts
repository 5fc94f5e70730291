import { asPut, configurationOf } from "./lib/configuration.ts";
import type { SignedOperation } from "./operation.ts";

/** GET Bucket website, https://cloud.tencent.com/document/product/436/31929. */
export const getBucketWebsite: SignedOperation = {
  action: "name/cos:GetBucketWebsite",
  on: "bucket",
  run({ service }) {
    const website = configurationOf(service, "website");
    return asPut({ ...website, text: withUrlRedirect(website.text) });
  },
};

/** COS adds URLRedirect to a Redirect that was put without it, as cos-python-sdk-v5's own tests expect. */
function withUrlRedirect(text: string): string {
  return text.replace(/<Redirect>(?:(?!<\/Redirect>).)*(?=<\/Redirect>)/gs, (redirect) =>
    redirect.includes("<URLRedirect>") ? redirect : `${redirect}<URLRedirect>Enabled</URLRedirect>`,
  );
}
