import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** A file of the page. */
export interface Asset {
  readonly type: string;
  readonly content: string;
}

const pathOf = (name: string) => fileURLToPath(new URL(name, import.meta.url));

const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#0b6e8f"/><path d="M16 24V9m-6 6 6-6 6 6" fill="none" stroke="#fff" stroke-width="3" stroke-linecap="round" stroke-linejoin="round"/></svg>`;

/**
 * The page's files by name. Each is made at the first request and kept, so the script is not bundled if nobody opens the
 * page.
 */
const MAKERS: ReadonlyMap<string, () => Promise<Asset>> = new Map([
  ["page.js", once(async () => ({ type: "text/javascript; charset=utf-8", content: await bundle() }))],
  [
    "page.css",
    once(async () => ({
      type: "text/css; charset=utf-8",
      content: await readFile(pathOf("browser/page.css"), "utf8"),
    })),
  ],
  ["icon.svg", once(async () => ({ type: "image/svg+xml", content: ICON }))],
]);

/** Undefined when there is no file of this name. */
export async function findAsset(name: string): Promise<Asset | undefined> {
  return await MAKERS.get(name)?.();
}

async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [pathOf("browser/main.ts")],
    bundle: true,
    write: false,
    format: "esm",
    platform: "browser",
    target: "es2022",
    legalComments: "none",
    logLevel: "silent",
  });
  return outputFiles.map(({ text }) => text).join("\n");
}

/** Keeps the result of `make`, unless it fails; then the next call tries again. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}
