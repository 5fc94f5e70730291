import { closest, distance } from "fastest-levenshtein";

/** A name that is probably a misspelt one. */
export interface Typo {
  readonly name: string;
  readonly meant: string;
}

/** The most letters that may be wrong, missing or extra. Two swapped letters count as two. */
const MAX_DISTANCE = 2;

/**
 * What other tools and examples call the same: Serverless Framework, Tencent's API SDKs, S3's clients and COS's demos.
 * Letters only, in upper case.
 */
const OF_OTHERS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    COS_SECRET_ID: "SECRETID TENCENTSECRETID TENCENTCLOUDSECRETID QCLOUDSECRETID COSACCESSKEYID COSACCESSKEY",
    COS_SECRET_KEY: "SECRETKEY TENCENTSECRETKEY TENCENTCLOUDSECRETKEY QCLOUDSECRETKEY COSSECRETACCESSKEY",
    COS_BUCKET: "BUCKET BUCKETNAME COSBUCKETNAME TENCENTBUCKET TENCENTCOSBUCKET",
    COS_REGION: "REGION COSREGIONNAME TENCENTREGION TENCENTCLOUDREGION TENCENTCOSREGION",
    WX_APPID: "WECHATAPPID WEIXINAPPID",
    WX_SECRET: "APPSECRET WXAPPSECRET WECHATSECRET WECHATAPPSECRET",
  }).flatMap(([meant, names]) => names.split(" ").map((name) => [name, meant] as const)),
);

/** The unknown names that look like a known one, or are what others call it while that one is missing. */
export function findTypos(names: readonly string[], known: readonly string[]): Typo[] {
  return names.flatMap((name) => {
    if (known.includes(name)) return [];
    const other = OF_OTHERS.get(name.toUpperCase().replaceAll(/[^A-Z]/g, ""));
    if (other !== undefined && !names.includes(other)) return [{ name, meant: other }];
    const meant = similar(name.toUpperCase().replaceAll(/[-.]/g, "_"), known);
    return meant === undefined || isOfAnotherFamily(name, meant) ? [] : [{ name, meant }];
  });
}

/** The known name that is closest to this one, if it is close enough. Short names must be closer. */
export function similar(name: string, known: readonly string[]): string | undefined {
  const nearest = closest(name, [...known]);
  const letters = distance(name, nearest);
  return letters <= Math.min(MAX_DISTANCE, Math.floor(nearest.length / 4)) ? nearest : undefined;
}

/** AWS_REGION is not a misspelt COS_REGION, though CSO_REGION is. */
function isOfAnotherFamily(name: string, meant: string): boolean {
  const [family, rest] = split(name.toUpperCase());
  const [meantFamily, meantRest] = split(meant);
  const isAnagram = [...family].sort().join() === [...meantFamily].sort().join();
  return rest === meantRest && !isAnagram && distance(family, meantFamily) >= MAX_DISTANCE;
}

function split(name: string): [family: string, rest: string] {
  const mark = name.indexOf("_");
  return [name.slice(0, Math.max(mark, 0)), name.slice(mark)];
}
