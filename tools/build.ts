import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { analyzeMetafile, build, type Plugin } from "esbuild";
import { checkRules } from "../shared/upload/check-rules.ts";
import { rules } from "../shared/upload/rules.ts";

/** The largest bundle, in bytes: what a cold start on the smallest memory size should have to load. */
const BUNDLE_BUDGET = 45 * 1024;

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = join(root, "dist");

/** One replacement in a package's source, for the bundle. */
interface Change {
  readonly file: RegExp;
  readonly from: string;
  readonly to: string;
}

/** The packages' own code is kept; a version in which one of these places is not found fails the build. */
const CHANGES: readonly Change[] = [
  // Made at load for bodies that a signer never sees.
  {
    file: /cos-nodejs-sdk-v5\/sdk\/util\.js$/,
    from: "var { XMLParser, XMLBuilder } = require('cos-fast-xml-parser');",
    to: "var XMLParser, XMLBuilder;",
  },
  {
    file: /cos-nodejs-sdk-v5\/sdk\/util\.js$/,
    from: "var xmlParser = new XMLParser(",
    to: "var xmlParser = /* @__PURE__ */ new XMLParser(",
  },
  {
    file: /cos-nodejs-sdk-v5\/sdk\/util\.js$/,
    from: "var xmlBuilder = new XMLBuilder();",
    to: "var xmlBuilder;",
  },
  // As ES modules that export what is used, so that esbuild leaves the rest of them out.
  {
    file: /cos-nodejs-sdk-v5\/sdk\/util\.js$/,
    from: "module.exports = util;",
    to: "export default { getAuth };",
  },
  {
    file: /qcloud-cos-sts\/sdk\/sts\.js$/,
    from: "module.exports = cosStsSdk;",
    to: "export { getCredential, getRoleCredential };",
  },
  // axios would be 80 KB of the bundle and most of its start; `send` is one HTTPS exchange (shared/sts/transport.ts).
  {
    file: /qcloud-cos-sts\/sdk\/sts\.js$/,
    from: "var axios= require('axios');",
    to: "",
  },
  {
    file: /qcloud-cos-sts\/sdk\/sts\.js$/,
    from: "axios(opt).then(",
    to: "options.send(opt).then(",
  },
  {
    file: /qcloud-cos-sts\/sdk\/sts\.js$/,
    from: "require('qs')",
    to: "require('querystring')",
  },
  // Without its session token a role's key signs nothing, and the package has no parameter for it. It is a
  // common parameter of the API (https://cloud.tencent.com/document/api/598/33161).
  {
    file: /qcloud-cos-sts\/sdk\/sts\.js$/,
    from: "params.RoleArn = options.roleArn;",
    to: "params.RoleArn = options.roleArn; params.Token = options.token;",
  },
  // 10,001 nonces repeat within a second under load, and the cloud API means them to be unique
  // (https://cloud.tencent.com/document/api/598/38342). These are among 2^47.
  {
    file: /qcloud-cos-sts\/sdk\/sts\.js$/,
    from: "var nonce = util.getRandom(10000, 20000);",
    to: "var nonce = crypto.randomInt(1, 2 ** 47);",
  },
];

const changedPackages: Plugin = {
  name: "changed-packages",
  setup({ onLoad, onResolve }) {
    // Past the package's index.js, which would need all of sts.js.
    onResolve({ filter: /^qcloud-cos-sts$/ }, () => ({
      path: join(root, "node_modules/qcloud-cos-sts/sdk/sts.js"),
    }));
    onLoad(
      { filter: /node_modules\/(cos-nodejs-sdk-v5|qcloud-cos-sts)\/sdk\/\w+\.js$/ },
      async ({ path }) => {
        let contents = await readFile(path, "utf8");
        for (const { from, to } of CHANGES.filter(({ file }) => file.test(path))) {
          if (!contents.includes(from)) throw new Error(`${path} no longer says "${from}".`);
          contents = contents.replace(from, to);
        }
        return { contents, loader: "js" };
      },
    );
  },
};

checkRules(rules);
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
    // Takes the place of the global of the same name wherever a package uses that.
    inject: [join(root, "shared/auth/webcrypto.ts")],
    plugins: [changedPackages],
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
