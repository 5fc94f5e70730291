import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

/** The parts of the client's core that are used here. The core is not written for Node.js's own TypeScript support. */
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
 * @param root the repository's folder
 * @param folder the folder for the bundle
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
