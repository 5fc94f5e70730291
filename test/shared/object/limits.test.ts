import fc from "fast-check";
import { expect, test } from "vitest";
import { MAX_FILE_BYTES, MAX_PARTS, PART_BYTES, partsOf } from "../../../shared/object/limits.ts";

test("the parts of any file add up to it, within COS's limits on number and size", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: MAX_FILE_BYTES }), (size) => {
      const { partSize, count, sizeOf } = partsOf(size);
      expect(count).toBeLessThanOrEqual(MAX_PARTS);
      expect(partSize).toBeGreaterThanOrEqual(PART_BYTES.usual);
      expect(partSize).toBeLessThanOrEqual(PART_BYTES.largest);
      expect((count - 1) * partSize + sizeOf(count)).toBe(size);
      expect(sizeOf(count)).toBeGreaterThan(0);
      expect(sizeOf(count)).toBeLessThanOrEqual(partSize);
      if (count > 1) expect(sizeOf(1)).toBe(partSize);
    }),
  );
});

test.each([
  [1, PART_BYTES.usual, 1],
  [PART_BYTES.usual, PART_BYTES.usual, 1],
  [PART_BYTES.usual + 1, PART_BYTES.usual, 2],
  [MAX_PARTS * PART_BYTES.usual, PART_BYTES.usual, MAX_PARTS],
  [MAX_PARTS * PART_BYTES.usual + 1, 5 * 1024 ** 2, 8001],
  [MAX_FILE_BYTES, PART_BYTES.largest, MAX_PARTS],
])("%i bytes are split into parts of %i", (size, partSize, count) => {
  expect(partsOf(size)).toMatchObject({ partSize, count });
});
