import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { unzipSync, type Zippable, zipSync } from "fflate";
import { DeployError } from "./errors.ts";
import type { Scf } from "./scf-client.ts";

/** One function's code, packed for SCF. */
export interface CodePackage {
  readonly zip: Buffer;
  readonly files: ReadonlyMap<string, Buffer>;
  readonly sha256: Buffer;
}

/** The time of every entry. It is in local time, as zip archives store it, so the bytes do not depend on the zone. */
const ZIP_TIME = new Date(1980, 0, 1);
/** A regular file that everyone may read: SCF runs the code as another user. */
const ZIP_MODE = 0o100644 << 16;
const UNIX = 3;
const DOWNLOAD_TIMEOUT_MS = 15_000;

/**
 * Packs a function's folder. The same files always give the same bytes.
 *
 * @param remedy the end of the error's sentence: what to do when there is no index.js
 * @throws {DeployError} when there is no index.js
 */
export async function packFunction(directory: string, remedy = "build the function"): Promise<CodePackage> {
  const names = await readdir(directory).catch((): string[] => []);
  if (!names.includes("index.js")) {
    throw new DeployError(`There is no index.js in ${directory}: ${remedy}.`);
  }
  const files = new Map<string, Buffer>();
  for (const name of names.sort()) files.set(name, await readFile(join(directory, name)));
  const entries: Zippable = {};
  for (const [name, content] of files) {
    entries[name] = [content, { mtime: ZIP_TIME, os: UNIX, attrs: ZIP_MODE, level: 9 }];
  }
  const zip = Buffer.from(zipSync(entries));
  return { zip, files, sha256: createHash("sha256").update(zip).digest() };
}

/**
 * Whether a function already runs this code. SCF returns a SHA-256 of "the function" without saying of which bytes. If
 * it is not our package's, this downloads the deployed package and compares it file by file. If the download fails, the
 * code counts as different.
 */
export async function isDeployed(scf: Scf, functionName: string, code: CodePackage): Promise<boolean> {
  const { Url = "", CodeSha256 = "" } = await scf.read("GetFunctionAddress", functionName, (client) =>
    client.GetFunctionAddress({ FunctionName: functionName }),
  );
  if ([code.sha256.toString("hex"), code.sha256.toString("base64")].includes(CodeSha256)) return true;
  const deployed = await download(Url);
  return (
    deployed !== undefined &&
    deployed.size === code.files.size &&
    [...deployed].every(([name, content]) => code.files.get(name)?.equals(content))
  );
}

async function download(url: string): Promise<Map<string, Uint8Array> | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS) });
    if (!response.ok) return undefined;
    return new Map(Object.entries(unzipSync(new Uint8Array(await response.arrayBuffer()))));
  } catch {
    return undefined;
  }
}
