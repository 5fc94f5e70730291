// Runs in the thread of digest-thread.ts, under plain node: reads files while they are still being written, and
// computes the digests of their bytes. It reads the files instead of being sent the bytes, so nothing has to be copied
// or kept for it, and a disk that writes faster than this thread reads costs no memory.

import { createHash } from "node:crypto";
import { closeSync, openSync, readSync } from "node:fs";
import { parentPort } from "node:worker_threads";
import { createCRC64 } from "hash-wasm";

const crc64 = await createCRC64();
const piece = Buffer.allocUnsafe(256 * 1024);
/** By id. */
const files = new Map();

parentPort.on("message", ({ id, path, written, isWhole, isDropped }) => {
  try {
    if (isDropped) {
      close(id);
      return;
    }
    const open = files.get(id) ?? begin(id, path);
    readTo(open, written);
    if (!isWhole) return;
    parentPort.postMessage({ id, md5: open.md5.digest("hex"), crc64: crc64.load(open.crc64).digest("hex") });
    close(id);
  } catch (error) {
    close(id);
    parentPort.postMessage({ id, failed: error instanceof Error ? error.message : String(error) });
  }
});

function begin(id, path) {
  const open = { file: openSync(path, "r"), read: 0, md5: createHash("md5"), crc64: crc64.init().save() };
  files.set(id, open);
  return open;
}

function readTo(open, written) {
  crc64.load(open.crc64);
  while (open.read < written) {
    const length = readSync(open.file, piece, 0, Math.min(piece.length, written - open.read), open.read);
    if (length === 0) throw new Error(`the file has ${open.read} of ${written} bytes`);
    const bytes = piece.subarray(0, length);
    open.md5.update(bytes);
    crc64.update(bytes);
    open.read += length;
  }
  open.crc64 = crc64.save();
}

function close(id) {
  const open = files.get(id);
  files.delete(id);
  if (open !== undefined) closeSync(open.file);
}
