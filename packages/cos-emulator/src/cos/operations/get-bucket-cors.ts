import { CosError } from "../http/errors.ts";
import type { SignedOperation } from "./operation.ts";

/** GET Bucket cors, https://cloud.tencent.com/document/product/436/8274: as it was put. */
export const getBucketCors: SignedOperation = {
  action: "name/cos:GetBucketCORS",
  on: "bucket",
  run({ service }) {
    const cors = service.settings.get("cors");
    if (cors === undefined) {
      throw new CosError("NoSuchCORSConfiguration", "The CORS configuration does not exist.", {
        reason: "this bucket has no CORS rules; until it has some, pages on this machine may send requests",
      });
    }
    return { status: 200, headers: { "content-type": "application/xml" }, body: cors.text };
  },
};
