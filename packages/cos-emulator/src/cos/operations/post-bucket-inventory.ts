import { CosError } from "../http/errors.ts";
import { keepInventory, readInventory } from "./lib/inventory.ts";
import type { SignedOperation } from "./operation.ts";

/**
 * POST Bucket inventory, as cos-go-sdk-v5 and cos-python-sdk-v5 ask for it: a list that is made once, under a new id. It
 * is kept and given back; the emulator makes no list. The code for an id that is there is the one that
 * cos-python-sdk-v5's own tests expect of COS; its status was not found.
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
