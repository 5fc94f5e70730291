import { CosError, invalidArgument } from "../../http/errors.ts";
import type { CosRequest } from "../../http/request.ts";
import {
  type InventoryConfiguration,
  parseInventoryConfiguration,
} from "../../store/inventory-configuration.ts";
import type { CosService } from "../../store/service.ts";
import { readConfiguration } from "../../xml/configuration.ts";
import { withItem } from "./with-item.ts";

/** https://cloud.tencent.com/document/product/436/33707 */
const MAX_INVENTORIES = 1000;

/**
 * The inventory in a request's body.
 *
 * @throws {CosError} MalformedXML; InvalidArgument, also when its Id is not the one in the parameter id
 */
export async function readInventory(request: CosRequest): Promise<InventoryConfiguration> {
  const inventory = parseInventoryConfiguration(await readConfiguration(request));
  if (inventory.id === request.query.get("id")) return inventory;
  throw invalidArgument("the inventory's Id is not the one in the parameter id");
}

/**
 * Adds an inventory to the bucket's, or replaces the one with its id.
 *
 * @param check is called with the one that has this id already, if any, and may refuse to replace it
 * @throws {CosError} InventoryFull, and what `check` throws
 */
export function keepInventory(
  { settings }: CosService,
  inventory: InventoryConfiguration,
  check: (before: InventoryConfiguration | undefined) => void = () => {},
): Promise<void> {
  return settings.update("inventory", (before = []) => {
    const same = before.find(({ id }) => id === inventory.id);
    check(same);
    if (same === undefined && before.length >= MAX_INVENTORIES) {
      throw new CosError("InventoryFull", "The bucket has as many inventories as it may have.");
    }
    return withItem(before, inventory).map(({ text }) => text);
  });
}
