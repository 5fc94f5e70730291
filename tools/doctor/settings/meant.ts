import { parseUrl } from "../../../shared/config.ts";
import { meantRegion } from "./region.ts";

/** What the value of a variable that is written otherwise means; undefined if it is not clear. */
export function meantValue(name: string, value: string): string | undefined {
  return MEANT.get(name)?.(value);
}

const MEANT: ReadonlyMap<string, (value: string) => string | undefined> = new Map([
  ["COS_REGION", meantRegion],
  ["COS_BUCKET", meantBucket],
  ["CORS_ORIGINS", meantOrigins],
  ["COS_DOMAIN", meantHost],
  ["DOWNLOAD_DOMAIN", meantHost],
  ["STS_ENDPOINT", meantHost],
]);

/** The bucket's name in its host, in an address or in other letters; an APPID has ten digits, and old ones nine or eight. */
function meantBucket(value: string): string | undefined {
  const text = value.normalize("NFKC").toLowerCase();
  return /(?<![\w.-])[a-z\d][a-z\d-]{0,61}-\d{8,10}(?![\w-])/.exec(text)?.[0];
}

/** Origins with a path or a slash, or between other commas. One without http or https may be either. */
function meantOrigins(value: string): string | undefined {
  const urls = value
    .normalize("NFKC")
    .split(/[,;\s]+/)
    .filter((part) => part !== "")
    .map(parseUrl);
  const origins = urls.map((url) =>
    url?.username === "" && /^https?:$/.test(url.protocol) ? url.origin : "",
  );
  return origins.includes("") ? undefined : origins.join(",");
}

function meantHost(value: string): string | undefined {
  const text = value.normalize("NFKC").trim();
  const url = parseUrl(/^\w+:\/\//.test(text) ? text : `https://${text}`);
  return url === undefined || !url.hostname.includes(".") || url.username !== "" ? undefined : url.host;
}
