import { createRequire } from "node:module";

/**
 * Gives qcloud-cos-sts its sender where it is not bundled. In bundles, shared/sdk/axios.cjs replaces axios. Here, axios's own
 * `adapter` makes axios send with the function that the package passes as `proxy`.
 *
 * This changes axios for the whole process; only that package uses it.
 */
const packageRequire = createRequire(createRequire(import.meta.url).resolve("qcloud-cos-sts"));
const axios: { defaults: { adapter?: (config: Config) => Promise<unknown> } } = packageRequire("axios");

/** The package's options, as axios passes them to its adapter. */
interface Config {
  readonly proxy: (options: object) => Promise<object>;
  readonly method: string;
  readonly url: string;
  readonly headers: { toJSON(): Record<string, string> };
  readonly data: string;
}

axios.defaults.adapter = ({ proxy: send, method, url, headers, data }) =>
  send({ method: method.toUpperCase(), url, headers: headers.toJSON(), data });
