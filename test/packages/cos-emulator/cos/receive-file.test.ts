import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { Crc64 } from "../../../../packages/cos-emulator/src/cos/store/crc64.ts";
import { DigestThread } from "../../../../packages/cos-emulator/src/cos/store/digest-thread.ts";
import { receiveFile, TooManyBytes } from "../../../../packages/cos-emulator/src/cos/store/receive-file.ts";

const MIB = 1024 * 1024;
/** Large enough for the digest thread, and not a multiple of its read size. */
const LARGE = 5 * MIB + 12_345;

let folder: string;
let thread: DigestThread;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "receive-file-"));
  thread = new DigestThread();
  onTestFinished(async () => {
    await thread.close();
    await rm(folder, { recursive: true, force: true });
  });
});

const receive = (source: Readable, name = "a", maxBytes = 100 * MIB) =>
  receiveFile(source, join(folder, name), maxBytes, thread);

function piecesOf(bytes: Buffer): Readable {
  const pieces = Array.from({ length: Math.ceil(bytes.length / 60_000) }, (_, i) =>
    bytes.subarray(i * 60_000, (i + 1) * 60_000),
  );
  return Readable.from(pieces, { objectMode: false });
}

/** Computed in one go, and for the MD5 by another library. */
async function factsOf(bytes: Buffer) {
  const crc64 = await Crc64.start();
  crc64.update(bytes);
  const md5 = createHash("md5").update(bytes).digest("hex");
  return { size: bytes.length, md5, crc64: crc64.digest() };
}

/** Fails after the first few bytes. */
function interrupted(bytes: Buffer): Readable {
  return Readable.from(
    (async function* () {
      yield* piecesOf(bytes);
      throw new Error("broken off");
    })(),
    { objectMode: false },
  );
}

describe("a file has the digests of its bytes", () => {
  test.each([0, 1, MIB - 1, MIB, MIB + 1, LARGE])("with %i bytes", async (size) => {
    const bytes = randomBytes(size);
    expect(await receive(piecesOf(bytes))).toEqual(await factsOf(bytes));
    expect((await readFile(join(folder, "a"))).equals(bytes)).toBe(true);
  });

  test("with others at the same time", async () => {
    const all = [LARGE, 100, 2 * LARGE, MIB + 1].map((size) => randomBytes(size));
    const received = await Promise.all(all.map((bytes, i) => receive(piecesOf(bytes), String(i))));
    expect(received).toEqual(await Promise.all(all.map(factsOf)));
  });

  test("after large ones that failed", async () => {
    const bytes = randomBytes(LARGE);
    await expect(receive(interrupted(bytes))).rejects.toThrow("broken off");
    await expect(receive(piecesOf(bytes), "a", LARGE - 1)).rejects.toThrow(TooManyBytes);
    expect(await readdir(folder)).toEqual([]);
    expect(await receive(piecesOf(bytes))).toEqual(await factsOf(bytes));
  });
});

test("a large file fails when its thread ends, then and later, and leaves nothing behind", async () => {
  const bytes = randomBytes(LARGE);
  const receiving = receive(
    Readable.from(
      (async function* () {
        yield* piecesOf(bytes);
        await thread.close();
      })(),
      { objectMode: false },
    ),
  );
  await expect(receiving).rejects.toThrow("the thread was ended");
  await expect(receive(piecesOf(bytes))).rejects.toThrow("the thread was ended");
  expect(await readdir(folder)).toEqual([]);
});

test("a pending request fails when the thread ends", async () => {
  const file = join(folder, "a");
  await receive(piecesOf(randomBytes(10)));
  const waiting = thread.follow(file).digests(10);
  await thread.close();
  await expect(waiting).rejects.toThrow("the thread was ended");
});

test("a missing file, or one shorter than announced, fails without affecting others", async () => {
  await expect(thread.follow(join(folder, "nowhere")).digests(1)).rejects.toThrow("ENOENT");
  await receive(piecesOf(Buffer.from("0123456789")));
  await expect(thread.follow(join(folder, "a")).digests(11)).rejects.toThrow("10 of 11 bytes");
  expect(await thread.follow(join(folder, "a")).digests(10)).toEqual({
    md5: "781e5e245d69b566979b86e28d23f2c7",
    crc64: (await factsOf(Buffer.from("0123456789"))).crc64,
  });
});
