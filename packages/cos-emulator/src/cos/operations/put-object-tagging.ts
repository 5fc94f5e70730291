import { readConfiguration } from "../xml/configuration.ts";
import { changeObject } from "./lib/change-object.ts";
import { MAX_OBJECT_TAGS, parseTagging } from "./lib/tagging.ts";
import type { SignedOperation } from "./operation.ts";

/** PUT Object tagging, https://cloud.tencent.com/document/product/436/35709: replaces all of the object's tags. */
export const putObjectTagging: SignedOperation = {
  action: "name/cos:PutObjectTagging",
  on: "object",
  async run({ service, request }) {
    const tags = parseTagging(await readConfiguration(request), MAX_OBJECT_TAGS);
    await changeObject(service, request, () => ({ tags }));
    return { status: 200 };
  },
};
