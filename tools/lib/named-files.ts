import { readFile } from "node:fs/promises";
import { rootsOf, type TrustAnchors, trustAnchors } from "../../packages/tls-check/src/index.ts";
import type { Environment } from "../../shared/config.ts";
import { UsageError } from "./command-line.ts";

/** Reads a file that the user named. @throws UsageError when it cannot be read */
export async function readNamed(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    const why = error instanceof Error && "code" in error ? ` (${error.code})` : "";
    throw new UsageError(`${file} cannot be read${why}.`);
  }
}

/**
 * The trusted roots: Mozilla's, those in --ca, and those in NODE_EXTRA_CA_CERTS. Node itself ignores the latter when a
 * program names its own roots, so they are read here.
 *
 * @throws UsageError when the file cannot be read or contains no root
 */
export async function readAnchors(file: string | undefined, env: Environment): Promise<TrustAnchors> {
  const inherited = env["NODE_EXTRA_CA_CERTS"];
  const extra = inherited ? rootsOf(await readFile(inherited, "utf8").catch(() => "")) : [];
  if (file === undefined) return trustAnchors(extra);
  const own = rootsOf((await readNamed(file)).toString("utf8"));
  if (own.length === 0) throw new UsageError(`${file} has no root certificate in PEM.`);
  return trustAnchors([...extra, ...own]);
}
