import { CosError } from "../http/errors.ts";
import type { SignedOperation } from "./operation.ts";

/** GET Bucket lifecycle, https://cloud.tencent.com/document/product/436/8278. */
export const getBucketLifecycle: SignedOperation = {
  action: "name/cos:GetBucketLifecycle",
  on: "bucket",
  run({ service }) {
    const lifecycle = service.settings.get("lifecycle");
    if (lifecycle === undefined) {
      throw new CosError("NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist.", {
        reason: "this bucket has no lifecycle configuration",
      });
    }
    return { status: 200, headers: { "content-type": "application/xml" }, body: lifecycle.text };
  },
};
