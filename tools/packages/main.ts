import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildPackage, type PackageToBuild } from "./build-package.ts";
import { buildUploader } from "./build-uploader.ts";

const PACKAGES: readonly PackageToBuild[] = [
  { name: "cos-explain", entries: ["index.ts"], copied: [] },
  // An instance of a function runs bootstrap.cjs by itself, under plain node.
  { name: "cos-emulator", entries: ["index.ts", "main.ts"], copied: ["scf/runtime/bootstrap.cjs"] },
];

const root = fileURLToPath(new URL("../..", import.meta.url));
for (const item of PACKAGES) {
  await buildPackage(join(root, "packages"), item);
  console.log(`packages/${item.name}/dist`);
}
await buildUploader(join(root, "packages/uploader"));
console.log("packages/uploader/dist");
