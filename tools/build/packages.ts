import { readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import type { Plugin } from "esbuild";

/** One replacement in a package's source, for the bundle. */
interface Change {
  /** Below `node_modules`. */
  readonly file: RegExp;
  readonly from: string | RegExp;
  readonly to: string;
}

const COS = /^cos-nodejs-sdk-v5\/sdk\/util\.js$/;
const STS = /^qcloud-cos-sts\/sdk\/sts\.js$/;

const JOSE_KEY = /^jose\/dist\/webapi\/lib\/key\.js$/;
const JOSE_ERRORS = /^jose\/dist\/webapi\/util\/errors\.js$/;

/**
 * What a signing function does not need of the packages, and what they lack. Their own code is kept; a version in which
 * one of these places is not found fails the build.
 */
const CHANGES: readonly Change[] = [
  // Made at load for bodies that a signer never sees.
  {
    file: COS,
    from: "var { XMLParser, XMLBuilder } = require('cos-fast-xml-parser');",
    to: "var XMLParser, XMLBuilder;",
  },
  { file: COS, from: "var xmlParser = new XMLParser(", to: "var xmlParser = /* @__PURE__ */ new XMLParser(" },
  { file: COS, from: "var xmlBuilder = new XMLBuilder();", to: "var xmlBuilder;" },

  // As ES modules that export what is used, so that esbuild leaves the rest of them out.
  { file: COS, from: "module.exports = util;", to: "export default { getAuth };" },
  { file: STS, from: "module.exports = cosStsSdk;", to: "export { getCredential, getRoleCredential };" },

  // axios would be 80 KB of the bundle and most of its start; `send` is one HTTPS exchange (shared/sts/transport.ts).
  { file: STS, from: "var axios= require('axios');", to: "" },
  { file: STS, from: "axios(opt).then(", to: "options.send(opt).then(" },
  { file: STS, from: "require('qs')", to: "require('querystring')" },

  // Without its session token a role's key signs nothing, and the package has no parameter for it. It is a
  // common parameter of the API (https://cloud.tencent.com/document/api/598/33161).
  {
    file: STS,
    from: "params.RoleArn = options.roleArn;",
    to: "params.RoleArn = options.roleArn; params.Token = options.token;",
  },

  // 10,001 nonces repeat within a second under load, and the cloud API means them to be unique
  // (https://cloud.tencent.com/document/api/598/38342). These are among 2^47.
  {
    file: STS,
    from: "var nonce = util.getRandom(10000, 20000);",
    to: "var nonce = crypto.randomInt(1, 2 ** 47);",
  },

  // Which check a token failed is said by a code alone, to the caller and to the log. Nobody would read the sentences.
  {
    file: /^jose\/dist\/webapi\/(?:jwks\/local|jwt\/verify|lib\/(?:buffer_utils|jws_verify|jwt_claims_set|key|validate))\.js$/,
    from: /(?<=new (?:Err|ErrorClass|TypeError|J[A-Z]\w+)\()(?:"[^"\n]+"|'[^'\n]+'|`[^`\n]+`)/g,
    to: '""',
  },
  { file: JOSE_KEY, from: /invalidKeyType\(alg, key, secret\)/g, to: "new TypeError()" },
  // Every error has its code a second time, for those who compare without an instance.
  { file: JOSE_ERRORS, from: /static code = .+/g, to: "" },
  { file: JOSE_ERRORS, from: /(?<=constructor\(message) = "[^"]+"/g, to: "" },
];

/** Puts the {@link CHANGES} into effect. */
export function changedPackages(root: string): Plugin {
  const modules = join(root, "node_modules");
  return {
    name: "changed-packages",
    setup({ onLoad, onResolve }) {
      // Past the package's index.js, which would need all of sts.js.
      onResolve({ filter: /^qcloud-cos-sts$/ }, () => ({ path: join(modules, "qcloud-cos-sts/sdk/sts.js") }));
      onLoad(
        { filter: /node_modules\/(?:cos-nodejs-sdk-v5|jose|qcloud-cos-sts)\/.+\.js$/ },
        async ({ path }) => {
          const changes = CHANGES.filter(({ file }) => file.test(relative(modules, path)));
          const source = await readFile(path, "utf8");
          return {
            contents: changes.reduce((text, change) => applied(change, text, path), source),
            loader: "js",
          };
        },
      );
    },
  };
}

function applied({ from, to }: Change, text: string, path: string): string {
  const changed = text.replace(from, to);
  if (changed === text) throw new Error(`${path} no longer says ${from}.`);
  return changed;
}
