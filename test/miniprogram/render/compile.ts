import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { TmplGroup } from "glass-easel-template-compiler";
import type { Endpoint } from "../../../packages/uploader/src/index.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const RUNTIME = fileURLToPath(new URL("browser/runtime.ts", import.meta.url));

/** The names in `usingComponents` and `app.json`, and where they lead. */
const PACKAGES = [["cos-uploader/", join(ROOT, "packages/uploader/")]] as const;

interface Part {
  /** The path by which `Component` and `Page` know it, such as `pages/index/index`. */
  readonly path: string;
  /** The path of its files, without an extension. */
  readonly file: string;
  readonly json: { readonly usingComponents?: Readonly<Record<string, string>> };
}

/**
 * The sample's page as one HTML document: templates by WeChat's own compiler, styles with `rpx` as fractions of the
 * window's width, and the scripts unchanged except for the address of the functions.
 */
export async function compilePage(endpoint: Endpoint): Promise<string> {
  const miniprogram = join(ROOT, "miniprogram");
  const parts = await collect("pages/index/index", join(miniprogram, "pages/index/index"));
  const group = new TmplGroup();
  for (const { path, file } of parts) {
    const problems: unknown[] = group.addTmpl(path, await readFile(`${file}.wxml`, "utf8"));
    if (problems.length > 0) throw new Error(`${file}.wxml: ${JSON.stringify(problems)}`);
  }
  const styles = await Promise.all(
    [join(miniprogram, "app"), ...parts.map(({ file }) => file)].map((file) =>
      readFile(`${file}.wxss`, "utf8"),
    ),
  );
  const entry = `
    import { define, start } from ${JSON.stringify(RUNTIME)};
    const templates = ${group.getTmplGenObjectGroups()};
    ${parts
      .map(
        ({ path, file, json }) =>
          `define(${JSON.stringify(path)}, templates, ${JSON.stringify(json)}, () => require(${JSON.stringify(`${file}.ts`)}));`,
      )
      .reverse()
      .join("\n")}
    start("pages/index/index");
  `;
  group.free();
  const { outputFiles } = await build({
    stdin: { contents: entry, resolveDir: ROOT, loader: "js" },
    bundle: true,
    write: false,
    format: "iife",
    target: "es2020",
    legalComments: "none",
    tsconfigRaw: {},
    plugins: [
      {
        name: "miniprogram",
        setup(bundle) {
          bundle.onResolve({ filter: /^cos-uploader$/ }, () => ({
            path: join(ROOT, "packages/uploader/src/index.ts"),
          }));
          bundle.onResolve({ filter: /^cos-uploader\/component\// }, ({ path }) => ({
            path: `${locate(path)}.ts`,
          }));
          bundle.onResolve({ filter: /^cos-uploader\/\w+$/ }, ({ path }) => ({
            path: join(ROOT, "packages/uploader/src", `${basename(path)}.ts`),
          }));
          bundle.onLoad({ filter: /miniprogram[\\/]config\.ts$/ }, () => ({
            contents: `export const ENDPOINT = ${JSON.stringify(endpoint)};`,
          }));
        },
      },
    ],
  });
  const script = outputFiles[0]?.text.replaceAll("</script", "<\\/script") ?? "";
  return `<!doctype html>
<html lang="zh"><head><meta charset="utf-8"><title>Mini Program</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<style>${PLATFORM_STYLE}${styles.map(pixels).join("\n")}</style></head>
<body><script>${script}</script></body></html>`;
}

/** The page, followed by every component that it uses. */
async function collect(path: string, file: string): Promise<readonly Part[]> {
  const json: Part["json"] = JSON.parse(await readFile(`${file}.json`, "utf8"));
  const used = Object.values(json.usingComponents ?? {}).map((component) =>
    collect(component, locate(component)),
  );
  return [{ path, file, json }, ...(await Promise.all(used)).flat()];
}

function locate(component: string): string {
  for (const [name, folder] of PACKAGES) {
    if (component.startsWith(name)) return join(folder, component.slice(name.length));
  }
  return join(ROOT, "miniprogram", dirname(component), basename(component));
}

/** `rpx` are 750ths of the window's width. */
function pixels(wxss: string): string {
  return wxss.replace(/(-?[\d.]+)rpx\b/g, "calc($1 * 100vw / 750)");
}

/** The visible part of the platform's own styles, from its documentation and the look of its base library. */
const PLATFORM_STYLE = `
html, body { height: 100%; }
body { margin: 0; font-family: system-ui, "Noto Sans CJK SC", sans-serif; }
page, root, view { display: block; }
image { display: inline-block; overflow: hidden; width: 320px; height: 240px; }
image > img { display: block; width: 100%; height: 100%; object-fit: cover; }
button { position: relative; display: block; margin: 0 auto; padding: 0 14px; border: 0; border-radius: 5px;
  box-sizing: border-box; font: inherit; font-size: 18px; line-height: 2.55555556; text-align: center; }
`;
