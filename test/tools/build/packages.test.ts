import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import { expect, onTestFinished, test } from "vitest";
import { patchedPackages } from "../../../tools/build/packages.ts";

const require = createRequire(import.meta.url);

/** Bundles a patched file of a package, in which a new version has changed `from`. */
async function bundleChanged(file: string, from: string, to: string) {
  const directory = await mkdtemp(join(tmpdir(), "build-"));
  onTestFinished(() => rm(directory, { recursive: true }));
  const path = join(directory, "node_modules", file);
  await mkdir(dirname(path), { recursive: true });
  const source = await readFile(require.resolve(file), "utf8");
  expect(source).toContain(from);
  await writeFile(path, source.replaceAll(from, to));
  return await build({
    entryPoints: [path],
    bundle: true,
    platform: "node",
    packages: "external",
    write: false,
    plugins: [patchedPackages],
    logLevel: "silent",
  });
}

test.each([
  ["qcloud-cos-sts/sdk/sts.js", "params.RoleArn = options.roleArn;", "Object.assign(params, options.role);"],
  ["qcloud-cos-sts/sdk/sts.js", "util.getRandom(10000, 20000)", "util.getRandom(10000, 99999)"],
  [
    "qcloud-cos-sts/sdk/sts.js",
    "util.getRandom(10000, 20000)",
    "util.getRandom(10000, 20000) + util.getRandom(10000, 20000)",
  ],
  ["cos-nodejs-sdk-v5/sdk/util.js", "module.exports = util;", "exports.getAuth = getAuth;"],
])(
  "a new version of %s without a patched line fails the build, which names it: %s",
  async (file, from, to) => {
    await expect(bundleChanged(file, from, to)).rejects.toThrow(
      `${file} does not contain "${from}" exactly once`,
    );
  },
);

test("other changes in those files are allowed", async () => {
  const { outputFiles } = await bundleChanged("qcloud-cos-sts/sdk/sts.js", "2018-08-13", "2028-08-13");
  expect(outputFiles[0]?.text).toContain("2028-08-13");
});
