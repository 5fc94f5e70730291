import { malformedXml } from "../xml/parse-xml.ts";
import { keepInventory, readInventory } from "./lib/inventory.ts";
import type { SignedOperation } from "./operation.ts";

/**
 * PUT Bucket inventory, https://cloud.tencent.com/document/product/436/33707, replaces the one with its id. The
 * emulator stores and returns it, but writes no list.
 */
export const putBucketInventory: SignedOperation = {
  action: "name/cos:PutBucketInventory",
  on: "bucket",
  async run({ service, request }) {
    const inventory = await readInventory(request);
    if (inventory.isOnce) throw malformedXml("it has no IsEnabled and no Schedule");
    await keepInventory(service, inventory);
    return { status: 200 };
  },
};
