/** In bytes. */
const MiB = 1024 ** 2;

/** What PUT Object and POST Object take, and PUT Object - Copy copies, 5 GB (https://cloud.tencent.com/document/product/436/7749, 436/10881). */
export const MAX_REQUEST_BYTES = 5 * 1024 * MiB;

/** What one upload in parts takes (https://cloud.tencent.com/document/product/436/14518). */
export const MAX_PARTS = 10_000;

/**
 * The size of a part. COS takes 1 MB to 5 GB; a Mini Program holds several parts in its memory at once, and
 * sends each again from its beginning after a network failure.
 */
export const PART_BYTES = { usual: 4 * MiB, largest: 16 * MiB } as const;

/** The largest file, in bytes: as many parts as there may be, each as large as a phone may hold. */
export const MAX_FILE_BYTES = MAX_PARTS * PART_BYTES.largest;

/** The parts of a file: all of `partSize`, but the last, which is what is left. */
export interface Parts {
  /** In bytes. */
  readonly partSize: number;
  readonly count: number;
  /** The bytes of a part, by its number from 1. */
  sizeOf(number: number): number;
}

/** @param partSize in bytes; as large as need be when it is left out */
export function partsOf(size: number, partSize = partSizeFor(size)): Parts {
  const count = Math.ceil(size / partSize);
  return {
    partSize,
    count,
    sizeOf: (number) => (number < count ? partSize : size - (count - 1) * partSize),
  };
}

function partSizeFor(size: number): number {
  const whole = Math.ceil(size / MAX_PARTS / MiB) * MiB;
  return Math.max(PART_BYTES.usual, whole);
}
