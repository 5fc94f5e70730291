/** A list with this item: in place of the one that has its id, or else at the end. */
export function withItem<Item extends { readonly id: string }>(
  list: readonly Item[],
  item: Item,
): readonly Item[] {
  const isThere = list.some(({ id }) => id === item.id);
  return isThere ? list.map((one) => (one.id === item.id ? item : one)) : [...list, item];
}
