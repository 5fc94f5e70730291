import { commonPrefix, compareBytes } from "./keys.ts";
import type { Ordered } from "./sorted-list.ts";

/** One line of a listing. */
export interface Entry<Item> {
  /** The first item that the entry stands for. */
  readonly item: Item;
  /** The common prefix of this item and others; undefined when the item is listed by itself. */
  readonly common: string | undefined;
}

export interface EntryOptions<Item> {
  readonly keyOf: (item: Item) => string;
  readonly prefix: string;
  /** Empty for none. */
  readonly delimiter: string;
  /** Where an earlier listing ended: a key, or a common prefix. */
  readonly marker: string;
  /** Whether an item with the marker's own key is still to be listed. @default none is */
  readonly isLeft?: (item: Item) => boolean;
  /** @default all are */
  readonly isListed?: (item: Item) => boolean;
}

/**
 * The entries of a listing after its marker, in the order of keys. Everything under a common prefix is skipped at once,
 * and so is everything before the marker or the prefix: a page takes no more steps than it has lines.
 */
export function* listEntries<Item>(
  items: Ordered<Item>,
  { keyOf, prefix, delimiter, marker, isLeft = () => false, isListed = () => true }: EntryOptions<Item>,
): Generator<Entry<Item>> {
  const isMarkerCommon = commonPrefix(marker, prefix, delimiter) === marker;
  const isDone = (item: Item): boolean => {
    const key = keyOf(item);
    if (isMarkerCommon) return isUpTo(key, marker);
    const order = compareBytes(key, marker);
    return order < 0 || (order === 0 && !isLeft(item));
  };
  let isBefore = (item: Item) => compareBytes(keyOf(item), prefix) < 0 || isDone(item);
  for (;;) {
    let passed: string | undefined;
    for (const item of items.from(isBefore)) {
      const key = keyOf(item);
      if (!key.startsWith(prefix)) return;
      if (!isListed(item)) continue;
      passed = commonPrefix(key, prefix, delimiter);
      yield { item, common: passed };
      if (passed !== undefined) break;
    }
    if (passed === undefined) return;
    const common = passed;
    isBefore = (item) => isUpTo(keyOf(item), common);
  }
}

/** Whether a key sorts before a common prefix, or has it. */
function isUpTo(key: string, common: string): boolean {
  return compareBytes(key, common) < 0 || key.startsWith(common);
}
