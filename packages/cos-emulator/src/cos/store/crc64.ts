import type { IHasher } from "hash-wasm";

/** One for all, which holds another's bytes between two calls; made when the first bytes come. */
let shared: Promise<IHasher> | undefined;

/** CRC64 as ECMA-182 and COS have it (https://www.tencentcloud.com/document/product/436/34078), of bytes that come piece by piece. */
export class Crc64 {
  readonly #hasher: IHasher;
  #state: Uint8Array;

  private constructor(hasher: IHasher) {
    this.#hasher = hasher;
    this.#state = hasher.init().save();
  }

  static async start(): Promise<Crc64> {
    // It takes a while to load, and an emulator may never be sent a byte.
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

/** As x-cos-hash-crc64ecma has it, of hex digits. */
export function inDecimal(hex: string): string {
  return BigInt(`0x${hex}`).toString();
}

/**
 * That of bytes behind other bytes, of what each of the two have: reading them again would take as long as they are.
 *
 * It is linear: the first one's is carried on over as many zero bytes as the second ones are, and a CRC's own inversions
 * of its beginning and its end cancel out. Carrying on over a zero byte is a product with x^8 modulo the polynomial, and
 * over n of them with its power, as zlib's crc32_combine has it.
 *
 * @param first in decimal, as `second`
 * @param secondBytes how many bytes the second ones are
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

/** Reflected, as the values are: the highest bit is the coefficient of x^0. */
const POLYNOMIAL = 0xc96c5795d7870f42n;
const ONE = 1n << 63n;
const X8 = ONE >> 8n;

/** Of two polynomials over GF(2), modulo {@link POLYNOMIAL}. */
function product(a: bigint, b: bigint): bigint {
  let sum = 0n;
  let shifted = b;
  for (let bit = ONE; bit > 0n; bit >>= 1n) {
    if ((a & bit) !== 0n) sum ^= shifted;
    shifted = (shifted & 1n) === 0n ? shifted >> 1n : (shifted >> 1n) ^ POLYNOMIAL;
  }
  return sum;
}
