import { createHash } from "node:crypto";
import { createWriteStream, type WriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { type Readable, Transform, type TransformCallback } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Crc64 } from "./crc64.ts";
import type { Digests, DigestThread, FollowedFile } from "./digest-thread.ts";
import { PIECE_BYTES } from "./piece.ts";

/** Thrown as soon as more bytes arrive than are allowed. */
export class TooManyBytes extends Error {
  override readonly name = "TooManyBytes";
}

export interface ReceivedFile extends Digests {
  /** Bytes. */
  readonly size: number;
}

/**
 * Up to this size, in bytes, a file's digests are computed while its bytes pass by, which takes no longer than
 * notifying a thread. For larger files, that would hold up everything else, including the file itself.
 */
const MAX_INLINE_BYTES = 1024 * 1024;

/**
 * Writes a stream into a new file, chunk by chunk. When the source breaks off, or sends more than `maxBytes`, no
 * file is left behind.
 *
 * @param thread computes the digests of a large file
 * @throws {TooManyBytes} or the source's error
 */
export async function receiveFile(
  source: Readable,
  path: string,
  maxBytes: number,
  thread: DigestThread,
): Promise<ReceivedFile> {
  const file = createWriteStream(path, { flags: "wx", highWaterMark: PIECE_BYTES });
  const closed = new Promise<void>((resolve) => file.once("close", () => resolve()));
  const measure = new Measure(file, maxBytes, thread);
  try {
    await pipeline(source, measure, file);
    return await measure.received();
  } catch (error) {
    // The file may be about to be opened, and would then appear after its removal.
    await closed;
    await rm(path, { force: true });
    throw error;
  }
}

/** Passes a file's bytes through, and computes their digests. */
class Measure extends Transform {
  readonly #file: WriteStream;
  readonly #maxBytes: number;
  readonly #thread: DigestThread;
  readonly #md5 = createHash("md5");
  #crc64: Crc64 | undefined;
  #size = 0;
  #followed: FollowedFile | undefined;

  constructor(file: WriteStream, maxBytes: number, thread: DigestThread) {
    super();
    this.#file = file;
    this.#maxBytes = maxBytes;
    this.#thread = thread;
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
    if (this.#size > MAX_INLINE_BYTES) {
      // From the file's beginning: the thread cannot continue a half-computed MD5.
      this.#followed ??= this.#thread.follow(String(this.#file.path));
      this.#followed.written(this.#file.bytesWritten);
    } else {
      this.#md5.update(chunk);
      this.#crc64?.update(chunk);
    }
    done(null, chunk);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    if (error !== null) this.#followed?.drop();
    done(error);
  }

  /** Call it once all bytes are written. */
  async received(): Promise<ReceivedFile> {
    const size = this.#size;
    if (this.#followed !== undefined) return { size, ...(await this.#followed.digests(size)) };
    return { size, md5: this.#md5.digest("hex"), crc64: this.#crc64?.digest() ?? "" };
  }
}
