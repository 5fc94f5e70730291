import { CosError } from "../http/errors.ts";
import { keepInventory, readInventory } from "./lib/inventory.ts";
import type { SignedOperation } from "./operation.ts";

/**
 * POST Bucket inventory, as cos-go-sdk-v5 and cos-python-sdk-v5 send it: a list that COS writes once, under a new id. The
 * emulator stores and returns it, but writes no list. The code for an id that exists is the one that cos-python-sdk-v5's
 * own tests expect; we could not find out its status.
 */
export const postBucketInventory: SignedOperation = {
  action: "name/cos:PostBucketInventory",
  on: "bucket",
  async run({ service, request }) {
    await keepInventory(service, await readInventory(request), (before) => {
      if (before === undefined) return;
      throw new CosError("DuplicateInventoryId", "There is an inventory with this id already.");
    });
    return { status: 200 };
  },
};
