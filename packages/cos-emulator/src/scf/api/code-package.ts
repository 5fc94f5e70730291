import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type UnzipFileInfo, type Unzipped, unzipSync } from "fflate";
import { ApiError } from "../../cloud-api/api-error.ts";

/** Code before compression, layers included (https://cloud.tencent.com/document/product/583/11637). */
const MAX_CODE_BYTES = 500 * 1024 * 1024;

/** The smallest entry of a zip archive's directory, in bytes; and the method of an entry that is not compressed. */
const ENTRY_BYTES = 46;
const STORED = 0;

/** A function's code as it was deployed, unpacked where its instances run it. */
export interface CodePackage {
  /** The zip archive as it was sent. */
  readonly zip: Buffer;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  readonly directory: string;
  remove(): Promise<void>;
}

/**
 * Unpacks a base64 zip archive into its own folder in the system's temporary folder.
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
    throw isBadName(error) ? wrongZip("it contains a name that no file can have") : error;
  }
  return { zip, sha256: createHash("sha256").update(zip).digest("hex"), directory, remove };
}

/** A name that is too long or contains a NUL, or a name of both a file and a folder. */
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
      throw wrongZip("it contains a name that leads outside");
    }
  }
  return new Map(entries);
}

/**
 * Checks each entry of the archive's directory before it is unpacked. Only the archive's author vouches for the
 * directory: it can list billions of entries in a hundred bytes, and the same bytes again and again.
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
      throw wrongZip("its directory lists more than the archive can contain");
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
