import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

/** What is used of the client's core, which is written for other compilers than Node.js's. */
export interface Core {
  readonly parts: unknown;
  uploaderOn(
    platform: object,
    options: {
      readonly endpoint: string;
      readonly parts: unknown;
      readonly maxAttempts: number;
      readonly backoffMs: number;
      readonly partsAtOnce: number;
    },
  ): {
    upload(
      file: string,
      options: {
        readonly onProgress: (progress: { readonly fraction: number }) => void;
        readonly signal?: AbortSignal;
      },
    ): Promise<{ readonly key: string }>;
  };
}

/**
 * Bundles the core of packages/uploader and loads it.
 *
 * @param root of the repository
 * @param folder where the bundle goes
 */
export async function loadCore(root: string, folder: string): Promise<Core> {
  const outfile = join(folder, "core.mjs");
  await build({
    stdin: {
      contents: 'export { uploaderOn } from "./core/index"; export { parts } from "./parts";',
      resolveDir: join(root, "packages/uploader/src"),
    },
    outfile,
    bundle: true,
    format: "esm",
    logLevel: "warning",
  });
  const core: Core = await import(pathToFileURL(outfile).href);
  return core;
}
