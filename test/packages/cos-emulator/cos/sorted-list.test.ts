import fc from "fast-check";
import { expect, test } from "vitest";
import { SortedList } from "../../../../packages/cos-emulator/src/cos/store/sorted-list.ts";

interface Item {
  readonly rank: number;
  readonly name: string;
}

const byRank = (a: Item, b: Item) => a.rank - b.rank;
const item = fc.record({ rank: fc.integer({ min: 0, max: 3000 }), name: fc.string() });
const change = fc.tuple(fc.constantFrom("set", "set", "set", "delete"), item);

test("items set and deleted in any order are returned in sorted order, from any position", () => {
  fc.assert(
    fc.property(
      fc.array(change, { maxLength: 3000, size: "max" }),
      fc.integer({ max: 3000 }),
      (changes, place) => {
        const list = new SortedList<Item>(byRank);
        const expected = new Map<number, Item>();
        for (const [what, one] of changes) {
          if (what === "set") {
            expect(list.set(one)).toBe(expected.get(one.rank));
            expected.set(one.rank, one);
          } else {
            list.delete(one);
            expected.delete(one.rank);
          }
        }
        const sorted = [...expected.values()].sort(byRank);
        expect([...list]).toEqual(sorted);
        expect([...list.from(({ rank }) => rank < place)]).toEqual(
          sorted.filter(({ rank }) => rank >= place),
        );
      },
    ),
    { numRuns: 20 },
  );
});

test("the first and last item of a chunk are found after all others in it are deleted", () => {
  const ranks = Array.from({ length: 1200 }, (_, rank) => ({ rank, name: "" }));
  const list = new SortedList<Item>(byRank, ranks);
  for (const one of ranks.slice(0, 1199)) list.delete(one);
  expect([...list]).toEqual(ranks.slice(1199));
  list.delete({ rank: 1199, name: "" });
  expect([...list]).toEqual([]);
  list.set({ rank: 5, name: "again" });
  expect([...list]).toEqual([{ rank: 5, name: "again" }]);
});
