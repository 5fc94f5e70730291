/** Items in order, which can be read from any place. */
export interface Ordered<Item> {
  /**
   * The items from the first one that is not before the place; nothing may change while they are read.
   *
   * @param isBefore true for all items up to some place, and for none after it
   */
  from(isBefore: (item: Item) => boolean): Iterable<Item>;
}

/** Long enough that few pieces have many items, and short enough that a change moves little. */
const MAX_PIECE = 512;

/**
 * Sorted items, no two of them equal. A place is found by bisection, and a change moves no more than one piece, so
 * neither sorts or visits all items.
 */
export class SortedList<Item> implements Ordered<Item> {
  readonly #compare: (a: Item, b: Item) => number;
  /** In order; none is empty. */
  readonly #pieces: Item[][] = [];

  /** @param compare below 0, 0 or above 0, as for `Array.prototype.sort` */
  constructor(compare: (a: Item, b: Item) => number, items: Iterable<Item> = []) {
    this.#compare = compare;
    for (const item of items) this.set(item);
  }

  /** Adds an item, or replaces its equal. @returns the replaced one */
  set(item: Item): Item | undefined {
    const found = this.#find((other) => this.#compare(other, item) < 0);
    const number = Math.min(found.number, Math.max(this.#pieces.length - 1, 0));
    const piece = this.#pieces[number];
    if (piece === undefined) {
      this.#pieces.push([item]);
      return undefined;
    }
    const at = number === found.number ? found.at : piece.length;
    const there = piece[at];
    const isEqual = there !== undefined && this.#compare(there, item) === 0;
    piece.splice(at, isEqual ? 1 : 0, item);
    if (piece.length > MAX_PIECE) this.#pieces.splice(number + 1, 0, piece.splice(MAX_PIECE / 2));
    return isEqual ? there : undefined;
  }

  /** Removes the item that is equal to this one, if there is one. */
  delete(item: Item): void {
    const { number, at } = this.#find((other) => this.#compare(other, item) < 0);
    const piece = this.#pieces[number];
    const there = piece?.[at];
    if (piece === undefined || there === undefined || this.#compare(there, item) !== 0) return;
    piece.splice(at, 1);
    if (piece.length === 0) this.#pieces.splice(number, 1);
  }

  *from(isBefore: (item: Item) => boolean): Generator<Item> {
    const { number, at } = this.#find(isBefore);
    for (let next = number, first = at; next < this.#pieces.length; next += 1, first = 0) {
      const piece = this.#pieces[next] ?? [];
      for (let i = first; i < piece.length; i += 1) {
        const item = piece[i];
        if (item !== undefined) yield item;
      }
    }
  }

  [Symbol.iterator](): Iterator<Item> {
    return this.from(() => false);
  }

  /** The place of the first item that is not before: after the last piece when there is none. */
  #find(isBefore: (item: Item) => boolean): { readonly number: number; readonly at: number } {
    const number = firstNot(this.#pieces, (piece) => {
      const last = piece.at(-1);
      return last !== undefined && isBefore(last);
    });
    return { number, at: firstNot(this.#pieces[number] ?? [], isBefore) };
  }
}

/** The index of the first item that is not before; the length when all are. */
function firstNot<Item>(items: readonly Item[], isBefore: (item: Item) => boolean): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = items[middle];
    if (item !== undefined && isBefore(item)) low = middle + 1;
    else high = middle;
  }
  return low;
}
