import { type Environment, readBucket, readDownloadHost } from "../shared/config.ts";

/**
 * Where clients upload to and read from, for the lines of WeChat's domain lists: the component is given this module by
 * serverless.yml.
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
