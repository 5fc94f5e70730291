import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Uploader, UploaderOptions } from "../../../packages/uploader/src/core/options.ts";

type CreateUploader = (options: UploaderOptions) => Uploader;

/**
 * The `createUploader` of a framework's entry, which uses the global `uni` or `Taro`. It is bundled, since the entry also
 * runs in browsers, whose types these tests do not have.
 */
export async function loadAdapter(entry: "uni" | "taro"): Promise<CreateUploader> {
  const path = fileURLToPath(new URL(`../../../packages/uploader/src/${entry}.ts`, import.meta.url));
  const { outputFiles } = await build({
    entryPoints: [path],
    bundle: true,
    format: "esm",
    write: false,
    plugins: [
      {
        name: "taro",
        setup({ onResolve, onLoad }) {
          onResolve({ filter: /^@tarojs\/taro$/ }, () => ({ path: "taro", namespace: "taro" }));
          // A test replaces it before each upload.
          onLoad({ filter: /^/, namespace: "taro" }, () => ({
            contents: "export default new Proxy({}, { get: (_, name) => globalThis.Taro[name] });",
          }));
        },
      },
    ],
  });
  const code = Buffer.from(outputFiles[0]?.contents ?? []).toString("base64");
  const module: { createUploader: CreateUploader } = await import(`data:text/javascript;base64,${code}`);
  return module.createUploader;
}
