import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Plugin } from "esbuild";

/**
 * Replacements for packages that a signing function does not need. The packages that use them are not changed, nor is what
 * they pass to them.
 */
export function standIns(root: string): Record<string, string> {
  return {
    // axios is 80 KB, and most of a cold start. Its replacement calls the sender that it is given.
    axios: join(root, "shared/sdk/axios.cjs"),
    // It is needed only for one form of plain names and values.
    qs: "node:querystring",
    // It parses and writes bodies that a signer never sees.
    "cos-fast-xml-parser": join(root, "shared/sdk/no-xml.cjs"),
    // The package's index.js only requires this file, but esbuild could then not see which parts of it are used.
    "qcloud-cos-sts": "qcloud-cos-sts/sdk/sts.js",
  };
}

/** One line of a package, and its replacement. */
interface Patch {
  readonly from: string;
  readonly to: string;
}

interface PatchedFile {
  readonly file: RegExp;
  readonly patches: readonly Patch[];
}

/** qcloud-cos-sts 3.1.3: what its parameters cannot change. */
const STS: PatchedFile = {
  file: /[\\/]node_modules[\\/]qcloud-cos-sts[\\/]sdk[\\/]sts\.js$/,
  patches: [
    // A role's key cannot sign without its session token, and the package has no parameter for the token. It is one of the
    // API's common parameters (https://cloud.tencent.com/document/api/598/33161), and is signed like them.
    {
      from: "params.RoleArn = options.roleArn;",
      to: "params.RoleArn = options.roleArn; params.Token = options.token;",
    },
    // Under load, 10,001 nonces repeat within a second, and the cloud API expects unique ones
    // (https://cloud.tencent.com/document/api/598/38342). Here there are 2^47.
    { from: "util.getRandom(10000, 20000)", to: "util.getRandom(1, 2 ** 47)" },
    // As an ES module, so that esbuild leaves out getPolicy (650 bytes): what it writes is forbidden in these policies.
    { from: "module.exports = cosStsSdk;", to: "export default { getCredential, getRoleCredential };" },
  ],
};

/** cos-nodejs-sdk-v5 3.0.0: as an ES module, so that esbuild leaves out what getAuth does not use, 9 KB of 12. */
const COS: PatchedFile = {
  file: /[\\/]node_modules[\\/]cos-nodejs-sdk-v5[\\/]sdk[\\/]util\.js$/,
  patches: [{ from: "module.exports = util;", to: "export default { getAuth };" }],
};

/**
 * Applies patches to the source of a file.
 *
 * @throws Error unless a line occurs exactly once: the package has changed, and whoever updated it must check the patch
 */
function patched(patches: readonly Patch[], source: string, path: string): string {
  return patches.reduce((text, { from, to }) => {
    const [before, after, ...others] = text.split(from);
    if (before === undefined || after === undefined || others.length > 0) {
      throw new Error(`${path} does not contain "${from}" exactly once, as tools/build/packages.ts expects.`);
    }
    return before + to + after;
  }, source);
}

/** Applies the patches to what esbuild bundles. */
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
