import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Unzipped, unzipSync } from "fflate";
import { ApiError } from "../../cloud-api/api-error.ts";

/** Code before compression, layers included (https://cloud.tencent.com/document/product/583/11637). */
const MAX_CODE_BYTES = 500 * 1024 * 1024;

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
    throw error;
  }
  return { zip, sha256: createHash("sha256").update(zip).digest("hex"), directory, remove };
}

function unpack(zip: Buffer): ReadonlyMap<string, Uint8Array> {
  let bytes = 0;
  let files: Unzipped;
  try {
    files = unzipSync(zip, {
      filter: ({ originalSize }) => {
        bytes += originalSize;
        return bytes <= MAX_CODE_BYTES;
      },
    });
  } catch {
    throw wrongZip("it is not a zip archive");
  }
  if (bytes > MAX_CODE_BYTES) throw wrongZip(`unpacked it is larger than ${MAX_CODE_BYTES} bytes`);
  const entries = Object.entries(files).filter(([name]) => !name.endsWith("/"));
  if (entries.length === 0) throw wrongZip("it is empty");
  for (const [name] of entries) {
    if (name.startsWith("/") || name.includes("\\") || name.split("/").includes("..")) {
      throw wrongZip("a name in it leads out of it");
    }
  }
  return new Map(entries);
}

function wrongZip(problem: string): ApiError {
  return new ApiError("InvalidParameterValue.ZipFile", `ZipFile cannot be used: ${problem}.`);
}
