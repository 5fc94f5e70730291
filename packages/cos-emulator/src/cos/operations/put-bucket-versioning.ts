import { VERSIONING_STATUSES } from "../store/configurations.ts";
import { readConfiguration } from "../xml/configuration.ts";
import { malformedXml, parseXml, xmlField } from "../xml/parse-xml.ts";
import type { SignedOperation } from "./operation.ts";

/** PUT Bucket versioning, https://cloud.tencent.com/document/product/436/19889; once on, it can only be suspended. */
export const putBucketVersioning: SignedOperation = {
  action: "name/cos:PutBucketVersioning",
  on: "bucket",
  async run({ service, request }) {
    const root = parseXml(await readConfiguration(request), "VersioningConfiguration", new Set());
    const wanted = xmlField(root, "Status");
    const status = VERSIONING_STATUSES.find((one) => one === wanted);
    if (status === undefined) throw malformedXml(`Status is not one of ${VERSIONING_STATUSES.join(", ")}`);
    await service.settings.put("versioning", status);
    return { status: 200 };
  },
};
