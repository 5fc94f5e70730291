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
