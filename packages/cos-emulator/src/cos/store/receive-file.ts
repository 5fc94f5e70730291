import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { type Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";

/** Thrown as soon as more bytes came than were allowed. */
export class TooManyBytes extends Error {
  override readonly name = "TooManyBytes";
}

export interface ReceivedFile {
  /** Bytes. */
  readonly size: number;
  /** Lower-case hex. */
  readonly md5: string;
}

/**
 * Writes a stream into a new file, chunk by chunk. When the source breaks off, or brings more than `maxBytes`, no
 * file is left behind.
 *
 * @throws {TooManyBytes} or what the source fails with
 */
export async function receiveFile(source: Readable, path: string, maxBytes: number): Promise<ReceivedFile> {
  const hash = createHash("md5");
  let size = 0;
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      if (size > maxBytes) return done(new TooManyBytes(`more than ${maxBytes} bytes`));
      hash.update(chunk);
      return done(null, chunk);
    },
  });
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
  return { size, md5: hash.digest("hex") };
}
