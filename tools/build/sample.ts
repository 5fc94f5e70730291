import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildForMiniPrograms } from "../packages/build-uploader.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Puts the client and its component where WeChat DevTools looks for packages, so that the sample opens as it is: what
 * DevTools' own 构建 npm would make of them.
 */
export async function buildSample(): Promise<void> {
  await buildForMiniPrograms(
    join(ROOT, "packages/uploader"),
    join(ROOT, "miniprogram/miniprogram_npm/cos-uploader"),
  );
}
