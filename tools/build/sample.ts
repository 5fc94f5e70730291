import { cp, readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type BuildOptions, build } from "esbuild";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const CLIENT = join(ROOT, "packages/uploader");

/** What a Mini Program runs on every phone. */
const SCRIPT: BuildOptions = {
  bundle: true,
  format: "cjs",
  target: "es2015",
  charset: "utf8",
  logLevel: "warning",
};

/**
 * Puts the client and its component where WeChat DevTools looks for packages, so that the sample opens as it is: what
 * DevTools' own 构建 npm would make of them.
 */
export async function buildSample(): Promise<void> {
  const outdir = join(ROOT, "miniprogram/miniprogram_npm/cos-uploader");
  await build({ ...SCRIPT, entryPoints: [join(CLIENT, "src/index.ts")], outfile: join(outdir, "index.js") });
  await buildComponent(join(outdir, "component"));
}

/** Each script of the component as a file of its own, beside the client's index.js, which a page uses too. */
async function buildComponent(outdir: string): Promise<void> {
  const folder = join(CLIENT, "component");
  const files = await readdir(folder);
  await build({
    ...SCRIPT,
    entryPoints: files.filter((file) => file.endsWith(".ts")).map((file) => join(folder, file)),
    outdir,
    plugins: [
      {
        name: "files of their own",
        setup({ onResolve }) {
          onResolve({ filter: /^cos-uploader$/ }, () => ({ path: "../index", external: true }));
          onResolve({ filter: /^\.\// }, ({ path }) => ({ path, external: true }));
        },
      },
    ],
  });
  for (const file of files.filter((name) => /\.(?:wxml|wxss|json)$/.test(name))) {
    await cp(join(folder, file), join(outdir, file));
  }
}
