import { CosError } from "../http/errors.ts";
import { xmlReply } from "../xml/xml-reply.ts";
import type { SignedOperation } from "./operation.ts";

/** GET Bucket inventory, https://cloud.tencent.com/document/product/436/33705: the one whose id the query names. */
export const getBucketInventory: SignedOperation = {
  action: "name/cos:GetBucketInventory",
  on: "bucket",
  run({ service, request }) {
    const wanted = request.query.get("id");
    const inventory = service.settings.get("inventory")?.find(({ id }) => id === wanted);
    if (inventory !== undefined) return xmlReply({ InventoryConfiguration: inventory.node });
    throw new CosError("InventoryConfigurationNotFoundError", "The inventory configuration does not exist.", {
      reason: "this bucket has no inventory with this id",
    });
  },
};
