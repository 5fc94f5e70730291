import { parseUrl } from "../../../shared/config.ts";
import { meantRegion } from "./region.ts";

/** What the value of a variable that is written otherwise means; undefined if it is not clear. */
export function meantValue(name: string, value: string): string | undefined {
  return MEANT.get(name)?.(value);
}

const MEANT: ReadonlyMap<string, (value: string) => string | undefined> = new Map([
  ["COS_REGION", meantRegion],
  ["COS_BUCKET", meantBucket],
  ["COS_DOMAIN", meantHost],
  ["DOWNLOAD_DOMAIN", meantHost],
  ["STS_ENDPOINT", meantHost],
]);

/** The bucket's name in its host, in an address or in other letters; an APPID has ten digits, and old ones nine or eight. */
function meantBucket(value: string): string | undefined {
  const [bucket] =
    /(?<![a-z\d-])[a-z\d][a-z\d-]{0,61}-\d{8,10}(?![a-z\d-])/.exec(value.normalize("NFKC").toLowerCase()) ??
    [];
  return bucket;
}

function meantHost(value: string): string | undefined {
  const text = value.normalize("NFKC").trim();
  const url = parseUrl(/^\w+:\/\//.test(text) ? text : `https://${text}`);
  return url === undefined || !url.hostname.includes(".") || url.username !== "" ? undefined : url.host;
}
