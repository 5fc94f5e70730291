import { VERSIONING_STATUSES } from "../store/configurations.ts";
import { readConfiguration } from "../xml/configuration.ts";
import { malformedXml, parseXml, xmlField } from "../xml/parse-xml.ts";
import { checkNoObjectLock } from "./lib/object-lock.ts";
import type { SignedOperation } from "./operation.ts";

/**
 * PUT Bucket versioning, https://cloud.tencent.com/document/product/436/19889: once enabled, it can only be suspended,
 * and not even that in a bucket with object lock (https://www.tencentcloud.com/document/product/436/40136).
 */
export const putBucketVersioning: SignedOperation = {
  action: "name/cos:PutBucketVersioning",
  on: "bucket",
  async run({ service, request }) {
    const root = parseXml(await readConfiguration(request), "VersioningConfiguration", new Set());
    const wanted = xmlField(root, "Status");
    const status = VERSIONING_STATUSES.find((one) => one === wanted);
    if (status === undefined) throw malformedXml(`Status is not one of ${VERSIONING_STATUSES.join(", ")}`);
    await service.settings.update("versioning", () => {
      if (status === "Suspended") checkNoObjectLock(service, "suspended versioning");
      return status;
    });
    return { status: 200 };
  },
};
