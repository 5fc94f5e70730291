import { invalidBucketState } from "../http/errors.ts";
import { parseReplicationConfiguration } from "../store/replication-configuration.ts";
import { readConfiguration } from "../xml/configuration.ts";
import type { SignedOperation } from "./operation.ts";

/**
 * PUT Bucket replication, https://cloud.tencent.com/document/product/436/19223: only for a bucket with versioning. The
 * emulator stores and returns it, but does not act on it.
 */
export const putBucketReplication: SignedOperation = {
  action: "name/cos:PutBucketReplication",
  on: "bucket",
  async run({ service, request }) {
    const configuration = await readConfiguration(request);
    parseReplicationConfiguration(configuration);
    if (service.settings.get("versioning") !== "Enabled") {
      throw invalidBucketState("versioning is not enabled for this bucket");
    }
    await service.settings.put("replication", configuration);
    return { status: 200 };
  },
};
