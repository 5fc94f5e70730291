import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildPackage, type PackageToBuild } from "./build-package.ts";
import { buildUploader } from "./build-uploader.ts";

const PACKAGES: readonly PackageToBuild[] = [
  { name: "cos-explain", entries: ["index.ts"], copied: [] },
  {
    name: "cos-emulator",
    entries: ["index.ts", "main.ts"],
    // These run by themselves, under plain node: in an instance of a function, and in a thread.
    copied: ["scf/runtime/bootstrap.cjs", "cos/store/digest-worker.mjs"],
  },
];

const root = fileURLToPath(new URL("../..", import.meta.url));
for (const item of PACKAGES) {
  await buildPackage(join(root, "packages"), item);
  console.log(`packages/${item.name}/dist`);
}
const sizes = await buildUploader(join(root, "packages/uploader"));
console.log("packages/uploader/dist");
for (const [file, bytes] of sizes) {
  console.log(`packages/uploader/miniprogram_dist/${file.padEnd(14)} ${String(bytes).padStart(6)} bytes`);
}
