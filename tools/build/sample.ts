import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Puts the client where WeChat DevTools looks for packages, so that the sample opens as it is: what DevTools' own
 * 构建 npm would make of it.
 */
export async function buildSample(): Promise<void> {
  await build({
    entryPoints: [join(ROOT, "packages/uploader/src/index.ts")],
    outfile: join(ROOT, "miniprogram/miniprogram_npm/cos-uploader/index.js"),
    bundle: true,
    format: "cjs",
    target: "es2015",
    charset: "utf8",
    logLevel: "warning",
  });
}
