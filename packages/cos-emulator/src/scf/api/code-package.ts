import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type UnzipFileInfo, type Unzipped, unzipSync } from "fflate";
import { ApiError } from "../../cloud-api/api-error.ts";

/** Code before compression, layers included (https://cloud.tencent.com/document/product/583/11637). */
const MAX_CODE_BYTES = 500 * 1024 * 1024;

/** An entry of a zip archive's directory has at least so many bytes, and a method of 0 when it is not compressed. */
const ENTRY_BYTES = 46;
const STORED = 0;

/** A function's code as it was deployed, unpacked where its instances run it. */
export interface CodePackage {
  /** The zip archive as it came. */
  readonly zip: Buffer;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  readonly directory: string;
  remove(): Promise<void>;
}

/**
 * Unpacks a zip archive that came as base64 into a folder of its own under the system's temporary one.
 *
 * @throws {ApiError} InvalidParameterValue.ZipFileBase64BinasciiError, InvalidParameterValue.ZipFile
 */
export async function installPackage(base64: string): Promise<CodePackage> {
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(base64) || base64 === "") {
    throw new ApiError("InvalidParameterValue.ZipFileBase64BinasciiError", "ZipFile is not base64.");
  }
  const zip = Buffer.from(base64, "base64");
  const files = unpack(zip);
  const directory = await mkdtemp(join(tmpdir(), "scf-code-"));
  const remove = () => rm(directory, { recursive: true, force: true });
  try {
    for (const [name, content] of files) {
      const file = join(directory, name);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, content);
    }
  } catch (error) {
    await remove();
    throw isBadName(error) ? wrongZip("a name in it is not one that a file can have") : error;
  }
  return { zip, sha256: createHash("sha256").update(zip).digest("hex"), directory, remove };
}

/** A name that is too long or holds a NUL, or one thing that is to be both a file and a folder. */
function isBadName(error: unknown): boolean {
  return error instanceof Error && "code" in error && BAD_NAME.has(error.code);
}

const BAD_NAME: ReadonlySet<unknown> = new Set([
  "EEXIST",
  "EISDIR",
  "ENAMETOOLONG",
  "ENOTDIR",
  "ERR_INVALID_ARG_VALUE",
]);

function unpack(zip: Buffer): ReadonlyMap<string, Uint8Array> {
  let files: Unzipped;
  try {
    files = unzipSync(zip, { filter: entryCheck(zip.length) });
  } catch (error) {
    throw error instanceof ApiError ? error : wrongZip("it is not a zip archive");
  }
  const entries = Object.entries(files).filter(([name]) => !name.endsWith("/"));
  if (entries.length === 0) throw wrongZip("it is empty");
  for (const [name] of entries) {
    if (name.startsWith("/") || name.includes("\\") || name.split("/").includes("..")) {
      throw wrongZip("a name in it leads out of it");
    }
  }
  return new Map(entries);
}

/**
 * Looks at each entry of the archive's directory before it is unpacked. The directory is whoever made the archive's word
 * alone: it can list billions of entries in a hundred bytes, and the same bytes again and again.
 *
 * @throws {ApiError} which ends the unpacking
 */
function entryCheck(zipBytes: number): (entry: UnzipFileInfo) => boolean {
  let entries = 0;
  let packed = 0;
  let unpacked = 0;
  return ({ name, compression, size, originalSize }) => {
    entries += 1;
    packed += size;
    unpacked += originalSize;
    if (entries * ENTRY_BYTES > zipBytes || packed > zipBytes) {
      throw wrongZip("its directory lists more than it can hold");
    }
    if (compression === STORED && size !== originalSize) throw wrongZip(`${quoted(name)} has two sizes`);
    if (unpacked > MAX_CODE_BYTES) throw wrongZip(`unpacked it is larger than ${MAX_CODE_BYTES} bytes`);
    return true;
  };
}

function quoted(name: string): string {
  return JSON.stringify(name.slice(0, 100));
}

function wrongZip(problem: string): ApiError {
  return new ApiError("InvalidParameterValue.ZipFile", `ZipFile cannot be used: ${problem}.`);
}
