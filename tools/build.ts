import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { analyzeMetafile, build, type Plugin } from "esbuild";
import "../shared/upload/rules.ts"; // A rule that cannot work fails the build here, by its name.

/** The largest bundle, in bytes: what a cold start on the smallest memory size should have to load. */
const BUNDLE_BUDGET = 48 * 1024;

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = join(root, "dist");

/** What the SDKs ask for and a signing function does not use, each with what the bundle holds instead. */
const STAND_INS = {
  axios: join(root, "shared/sdk/axios.cjs"),
  qs: "node:querystring",
  "cos-fast-xml-parser": join(root, "shared/sdk/cos-fast-xml-parser.cjs"),
};

/**
 * The SDK's util.js as an ES module that exports its signing alone, so that esbuild leaves the other three
 * quarters out. Its code is not touched; a version that ends otherwise fails the build.
 */
const signingOnly: Plugin = {
  name: "cos-sdk-signing-only",
  setup({ onLoad }) {
    onLoad({ filter: /cos-nodejs-sdk-v5\/sdk\/util\.js$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      const contents = source.replace(/\nmodule\.exports = util;\s*$/, "\nexport default { getAuth };\n");
      if (contents === source) throw new Error(`${path} no longer ends in "module.exports = util;".`);
      return { contents, loader: "js" };
    });
  },
};

await rm(dist, { recursive: true, force: true });
await mkdir(dist);
// The bundles are CommonJS, as SCF loads them; this project's own package.json says otherwise.
await writeFile(join(dist, "package.json"), '{ "type": "commonjs" }\n');

const functions = (await readdir(join(root, "functions"))).sort();
await Promise.all(functions.map(buildFunction));

async function buildFunction(name: string): Promise<void> {
  const { metafile } = await build({
    entryPoints: [join(root, "functions", name, "index.ts")],
    outfile: join(dist, name, "index.js"),
    absWorkingDir: root,
    bundle: true,
    minify: true,
    platform: "node",
    target: "node18.15",
    format: "cjs",
    alias: STAND_INS,
    plugins: [signingOnly],
    metafile: true,
    legalComments: "none",
    logLevel: "warning",
  });
  const [output] = Object.values(metafile.outputs);
  const bytes = output?.bytes ?? 0;
  console.log(`dist/${name}/index.js  ${(bytes / 1024).toFixed(1)} KB`);
  if (bytes > BUNDLE_BUDGET) {
    console.error(await analyzeMetafile(metafile));
    throw new Error(`dist/${name}/index.js has ${bytes} bytes; the budget is ${BUNDLE_BUDGET}.`);
  }
}
