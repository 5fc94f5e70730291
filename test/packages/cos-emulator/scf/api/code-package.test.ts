import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { describe, expect, onTestFinished, test } from "vitest";
import { installPackage } from "../../../../../packages/cos-emulator/src/scf/api/code-package.ts";
import { zipOf } from "./support.ts";

// Archives as APPNOTE.TXT describes them (https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3.7 to
// 4.3.16).

interface Entry {
  readonly name: string;
  readonly method: 0 | 8;
  readonly packedBytes: number;
  readonly bytes: number;
}

function record(
  signature: number,
  length: number,
  fields: readonly (readonly [at: number, value: number])[],
) {
  const bytes = Buffer.alloc(length);
  bytes.writeUInt32LE(signature);
  for (const [at, value] of fields) bytes.writeUIntLE(value, at, at < 12 ? 2 : 4);
  return bytes;
}

function directoryEntry({ name, method, packedBytes, bytes }: Entry): Buffer {
  const head = record(0x02014b50, 46, [
    [10, method],
    [20, packedBytes],
    [24, bytes],
  ]);
  head.writeUInt16LE(name.length, 28);
  return Buffer.concat([head, Buffer.from(name)]);
}

/** An archive whose directory can make any claim about the one piece of data. */
function archive(data: Buffer, entries: readonly Entry[]): string {
  const local = Buffer.concat([Buffer.alloc(30), data]);
  local.writeUInt32LE(0x04034b50);
  const directory = Buffer.concat(entries.map(directoryEntry));
  const end = record(0x06054b50, 22, [
    [8, entries.length],
    [10, entries.length],
    [12, directory.length],
    [16, local.length],
  ]);
  return Buffer.concat([local, directory, end]).toString("base64");
}

/** 98 bytes whose Zip64 record claims this many entries. */
function archiveOfEntries(count: number): string {
  const zip64 = record(0x06064b50, 56, [
    [32, count],
    [48, 0x0fffffff],
  ]);
  const locator = record(0x07064b50, 20, []);
  return Buffer.concat([zip64, locator, record(0x06054b50, 22, [[8, 1]])]).toString("base64");
}

const isRefused = { name: "ApiError", code: "InvalidParameterValue.ZipFile" };

describe("attack: an archive", () => {
  test("of a hundred bytes that claims four billion entries does not stop the emulator", async () => {
    await expect(installPackage(archiveOfEntries(0xffffffff))).rejects.toMatchObject(isRefused);
  });

  test("whose entries all share one megabyte and claim no size does not fill the memory", async () => {
    const data = Buffer.alloc(1024 ** 2);
    const entries = Array.from({ length: 100 }, (_, i) => {
      return { name: `f${i}`, method: 0, packedBytes: data.length, bytes: 0 } as const;
    });
    await expect(installPackage(archive(data, entries))).rejects.toMatchObject(isRefused);
  });

  test("whose entries all share one compressed megabyte is refused", async () => {
    const data = deflateRawSync(Buffer.alloc(1024 ** 2));
    const entries = Array.from({ length: 100 }, (_, i) => {
      return { name: `f${i}`, method: 8, packedBytes: data.length, bytes: 1024 ** 2 } as const;
    });
    await expect(installPackage(archive(data, entries))).rejects.toMatchObject(isRefused);
  });

  test("that would unpack to more than SCF allows is refused", async () => {
    const data = deflateRawSync(Buffer.alloc(10));
    const entry = { name: "index.js", method: 8, packedBytes: data.length, bytes: 501 * 1024 ** 2 } as const;
    await expect(installPackage(archive(data, [entry]))).rejects.toMatchObject(isRefused);
  });

  test.each([
    ["a file that is a folder too", { a: "", "a/b.js": "" }],
    ["a folder that is a file too", { "a/b.js": "", a: "" }],
    ["the folder itself", { ".": "" }],
    ["a NUL", { "a\0.js": "" }],
    ["a name longer than any file's", { [`${"a".repeat(300)}.js`]: "" }],
  ])("with the name of %s is refused, without a failure of the emulator", async (_, files) => {
    await expect(installPackage(zipOf(files))).rejects.toMatchObject(isRefused);
  });
});

test("unpacks an archive with a compressed entry, a stored entry and a folder", async () => {
  const text = "exports.a = 1;".repeat(500);
  const compressed = await installPackage(zipOf({ "index.js": text, "lib/": "", "lib/a.js": "2" }));
  onTestFinished(() => compressed.remove());
  expect(await readFile(join(compressed.directory, "index.js"), "utf8")).toBe(text);
  expect(await readFile(join(compressed.directory, "lib", "a.js"), "utf8")).toBe("2");

  const entry = { name: "index.js", method: 0, packedBytes: text.length, bytes: text.length } as const;
  const stored = await installPackage(archive(Buffer.from(text), [entry]));
  onTestFinished(() => stored.remove());
  expect(await readFile(join(stored.directory, "index.js"), "utf8")).toBe(text);
});
