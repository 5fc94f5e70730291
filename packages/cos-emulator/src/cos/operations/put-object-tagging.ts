import type { CosRequest } from "../http/request.ts";
import type { CosService } from "../store/service.ts";
import { NULL_VERSION, type StoredObject } from "../store/stored-object.ts";
import { readConfiguration } from "../xml/configuration.ts";
import { changeObject } from "./lib/change-object.ts";
import { findVersion, readVersionId } from "./lib/find-object.ts";
import { MAX_OBJECT_TAGS, parseTagging } from "./lib/tagging.ts";
import type { SignedOperation } from "./operation.ts";

/**
 * PUT Object tagging, https://www.tencentcloud.com/document/product/436/35709: replaces all of the object's tags. With the
 * version `null`, the newest version gets them, as that page says.
 */
export const putObjectTagging: SignedOperation = {
  action: "name/cos:PutObjectTagging",
  on: "object",
  async run({ service, request }) {
    const tags = parseTagging(await readConfiguration(request), MAX_OBJECT_TAGS);
    await changeObject(service, request, () => ({ tags }), findTagged);
    return { status: 200 };
  },
};

function findTagged(service: CosService, request: CosRequest): StoredObject {
  const versionId = readVersionId(request);
  return findVersion(service, request.key, versionId === NULL_VERSION ? undefined : versionId);
}
