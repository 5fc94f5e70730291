import { createRequire } from "node:module";

/**
 * Gives qcloud-cos-sts its sender where its code is not bundled. The bundles have shared/sdk/axios.cjs in axios's place;
 * here axios itself is told, by its own `adapter`, to send with what the package passes on as `proxy`.
 *
 * It changes axios for the whole process, whose one user is that package.
 */
const packageRequire = createRequire(createRequire(import.meta.url).resolve("qcloud-cos-sts"));
const axios: { defaults: { adapter?: (config: Config) => Promise<unknown> } } = packageRequire("axios");

/** What axios has made of the package's options. */
interface Config {
  readonly proxy: (options: object) => Promise<object>;
  readonly method: string;
  readonly url: string;
  readonly headers: { toJSON(): Record<string, string> };
  readonly data: string;
}

axios.defaults.adapter = ({ proxy: send, method, url, headers, data }) =>
  send({ method: method.toUpperCase(), url, headers: headers.toJSON(), data });
