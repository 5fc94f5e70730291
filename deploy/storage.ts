import { type Environment, readBucket, readDownloadHost } from "../shared/config.ts";

/**
 * The hosts that clients upload to and read from, for WeChat's domain lists. serverless.yml names this module, and the
 * component calls it.
 *
 * @param environments the variables of each function that is deployed
 */
export default function storage(environments: readonly Environment[]): {
  appId?: string;
  upload: string[];
  download: string[];
} {
  const environment = environments.find(({ COS_BUCKET }) => COS_BUCKET);
  if (environment === undefined) return { upload: [], download: [] };
  const { appId, host } = readBucket(environment);
  const downloadHost = environments.map(readDownloadHost).find((found) => found !== undefined);
  return { appId, upload: [host], download: [downloadHost ?? host] };
}
