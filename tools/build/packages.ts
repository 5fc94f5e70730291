import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Plugin } from "esbuild";

/**
 * What the bundles get in the place of packages that a signing function does not need. Their users are untouched, and
 * so is what they hand over.
 */
export function standIns(root: string): Record<string, string> {
  return {
    // 80 KB, and most of a cold start. What stands in for it calls the sender that it is given.
    axios: join(root, "shared/sdk/axios.cjs"),
    // For one form of plain names and values.
    qs: "node:querystring",
    // Parses and writes bodies that a signer never sees.
    "cos-fast-xml-parser": join(root, "shared/sdk/no-xml.cjs"),
    // Its index.js, which requires this one file and nothing else, would hide from esbuild what is used of it.
    "qcloud-cos-sts": "qcloud-cos-sts/sdk/sts.js",
  };
}

/** One line of a package, and what takes its place. */
interface Patch {
  readonly from: string;
  readonly to: string;
}

interface PatchedFile {
  readonly file: RegExp;
  readonly patches: readonly Patch[];
}

/** qcloud-cos-sts 3.1.3: what its parameters do not reach. */
const STS: PatchedFile = {
  file: /[\\/]node_modules[\\/]qcloud-cos-sts[\\/]sdk[\\/]sts\.js$/,
  patches: [
    // Without its session token a role's key signs nothing, and the package has no parameter for it. It is a common
    // parameter of the API (https://cloud.tencent.com/document/api/598/33161), and signed as they are.
    {
      from: "params.RoleArn = options.roleArn;",
      to: "params.RoleArn = options.roleArn; params.Token = options.token;",
    },
    // 10,001 nonces repeat within a second under load, and the cloud API means them to be unique
    // (https://cloud.tencent.com/document/api/598/38342). These are among 2^47.
    { from: "util.getRandom(10000, 20000)", to: "util.getRandom(1, 2 ** 47)" },
    // As an ES module, of which esbuild leaves out getPolicy, 650 bytes: what it writes is forbidden in these policies.
    { from: "module.exports = cosStsSdk;", to: "export default { getCredential, getRoleCredential };" },
  ],
};

/** cos-nodejs-sdk-v5 3.0.0: as an ES module, of which esbuild leaves out what getAuth does not use, 9 KB of 12. */
const COS: PatchedFile = {
  file: /[\\/]node_modules[\\/]cos-nodejs-sdk-v5[\\/]sdk[\\/]util\.js$/,
  patches: [{ from: "module.exports = util;", to: "export default { getAuth };" }],
};

/**
 * The source of a file with its patches in it.
 *
 * @throws Error when a line is not there once exactly: the package has changed, and whoever updates it has to look
 */
function patched(patches: readonly Patch[], source: string, path: string): string {
  return patches.reduce((text, { from, to }) => {
    const [before, after, ...others] = text.split(from);
    if (before === undefined || after === undefined || others.length > 0) {
      throw new Error(`${path} does not say "${from}" once, as tools/build/packages.ts expects.`);
    }
    return before + to + after;
  }, source);
}

/** Puts the patches into effect in what esbuild bundles. */
export const patchedPackages: Plugin = {
  name: "patched-packages",
  setup({ onLoad }) {
    for (const { file, patches } of [STS, COS]) {
      onLoad({ filter: file }, async ({ path }) => ({
        contents: patched(patches, await readFile(path, "utf8"), path),
        loader: "js",
      }));
    }
  },
};
