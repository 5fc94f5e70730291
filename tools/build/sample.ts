import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildForMiniPrograms } from "../packages/build-uploader.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Puts the client and its component where WeChat DevTools looks for packages, as DevTools' own 构建 npm would do, so that
 * the sample opens as it is.
 */
export async function buildSample(): Promise<void> {
  await buildForMiniPrograms(
    join(ROOT, "packages/uploader"),
    join(ROOT, "miniprogram/miniprogram_npm/cos-uploader"),
  );
}
