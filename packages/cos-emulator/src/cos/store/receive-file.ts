import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { type Readable, Transform, type TransformCallback } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Crc64 } from "./crc64.ts";

/** Thrown as soon as more bytes came than were allowed. */
export class TooManyBytes extends Error {
  override readonly name = "TooManyBytes";
}

export interface ReceivedFile {
  /** Bytes. */
  readonly size: number;
  /** Lower-case hex. */
  readonly md5: string;
  /** In decimal. */
  readonly crc64: string;
}

/**
 * Writes a stream into a new file, chunk by chunk. When the source breaks off, or brings more than `maxBytes`, no
 * file is left behind.
 *
 * @throws {TooManyBytes} or what the source fails with
 */
export async function receiveFile(source: Readable, path: string, maxBytes: number): Promise<ReceivedFile> {
  const measure = new Measure(maxBytes);
  const file = createWriteStream(path, { flags: "wx" });
  const closed = new Promise<void>((resolve) => file.once("close", () => resolve()));
  try {
    await pipeline(source, measure, file);
  } catch (error) {
    // It may only just be about to be opened, and would then be there behind its removal.
    await closed;
    await rm(path, { force: true });
    throw error;
  }
  return measure.digest();
}

/** Lets bytes through, and knows what they were. */
class Measure extends Transform {
  readonly #maxBytes: number;
  readonly #md5 = createHash("md5");
  #crc64: Crc64 | undefined;
  #size = 0;

  constructor(maxBytes: number) {
    super();
    this.#maxBytes = maxBytes;
  }

  override _construct(done: (error?: Error) => void): void {
    Crc64.start().then((crc64) => {
      this.#crc64 = crc64;
      done();
    }, done);
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#size += chunk.length;
    if (this.#size > this.#maxBytes) {
      done(new TooManyBytes(`more than ${this.#maxBytes} bytes`));
      return;
    }
    this.#md5.update(chunk);
    this.#crc64?.update(chunk);
    done(null, chunk);
  }

  /** Once all bytes are through. */
  digest(): ReceivedFile {
    return { size: this.#size, md5: this.#md5.digest("hex"), crc64: this.#crc64?.digest() ?? "" };
  }
}
