import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildPackage, type PackageToBuild } from "./build-package.ts";
import { buildUploader } from "./build-uploader.ts";

const PACKAGES: readonly PackageToBuild[] = [
  { name: "cos-explain", entries: ["index.ts"], copied: [] },
  {
    name: "cos-emulator",
    entries: ["index.ts", "main.ts"],
    // What runs by itself, under plain node: in an instance of a function, and in a thread.
    copied: ["scf/runtime/bootstrap.cjs", "cos/store/digest-worker.mjs"],
  },
];

const root = fileURLToPath(new URL("../..", import.meta.url));
for (const item of PACKAGES) {
  await buildPackage(join(root, "packages"), item);
  console.log(`packages/${item.name}/dist`);
}
await buildUploader(join(root, "packages/uploader"));
console.log("packages/uploader/dist");
