import type { IHasher } from "hash-wasm";

/** Shared by all, so it may have another's state between two calls. Created for the first bytes. */
let shared: Promise<IHasher> | undefined;

/** CRC64 of ECMA-182, as COS uses it (https://www.tencentcloud.com/document/product/436/34078), piece by piece. */
export class Crc64 {
  readonly #hasher: IHasher;
  #state: Uint8Array;

  private constructor(hasher: IHasher) {
    this.#hasher = hasher;
    this.#state = hasher.init().save();
  }

  static async start(): Promise<Crc64> {
    // It takes a while to load, and an emulator may never receive a byte.
    shared ??= import("hash-wasm").then(({ createCRC64 }) => createCRC64());
    return new Crc64(await shared);
  }

  update(bytes: Uint8Array): void {
    this.#state = this.#hasher.load(this.#state).update(bytes).save();
  }

  /** In decimal, as the header x-cos-hash-crc64ecma has it. */
  digest(): string {
    return inDecimal(this.#hasher.load(this.#state).digest("hex"));
  }
}

/** Converts hex digits to the decimal form of x-cos-hash-crc64ecma. */
export function inDecimal(hex: string): string {
  return BigInt(`0x${hex}`).toString();
}

/**
 * The CRC64 of two byte sequences one after the other, from the CRC64 of each, so that they need not be read again.
 *
 * A CRC is linear: extend the first one by as many zero bytes as the second sequence has, and combine the two; the
 * inversions at a CRC's beginning and end cancel out. To extend by a zero byte, multiply by x^8 modulo the polynomial;
 * by n zero bytes, multiply by its nth power, as zlib's crc32_combine does.
 *
 * @param first in decimal, like `second`
 * @param secondBytes the length of the second sequence
 */
export function joined(first: string, second: string, secondBytes: number): string {
  let carried = BigInt(first);
  let power = X8;
  for (let left = secondBytes; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) carried = product(carried, power);
    power = product(power, power);
  }
  return (carried ^ BigInt(second)).toString();
}

/** Reflected, like the values: the highest bit is the coefficient of x^0. */
const POLYNOMIAL = 0xc96c5795d7870f42n;
const ONE = 1n << 63n;
const X8 = ONE >> 8n;

/** The product of two polynomials over GF(2), modulo {@link POLYNOMIAL}. */
function product(a: bigint, b: bigint): bigint {
  let sum = 0n;
  let shifted = b;
  for (let bit = ONE; bit > 0n; bit >>= 1n) {
    if ((a & bit) !== 0n) sum ^= shifted;
    shifted = (shifted & 1n) === 0n ? shifted >> 1n : (shifted >> 1n) ^ POLYNOMIAL;
  }
  return sum;
}
