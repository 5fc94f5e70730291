import { type Claim, type Finding, fail, pass, skip, warn } from "../../../packages/tls-check/src/index.ts";
import type { BucketConfig } from "../../../shared/config.ts";

const OF_TENCENT = /\.(?:myqcloud\.com|tencentcos\.cn)(?::\d+)?$/;

/** Whether a host is one of COS's own. */
export function isHostOfCos(host: string): boolean {
  return OF_TENCENT.test(host);
}

/**
 * Whether an upload host can belong to this bucket. COS's own names contain the bucket and the region
 * (https://cloud.tencent.com/document/product/436/6224). Any other name is a custom domain, which tells nothing.
 */
export function cosHostFinding(claim: Claim, host: string, { bucket, region }: BucketConfig): Finding {
  const fix = "Correct COS_DOMAIN; without it, uploads go to the bucket's default host.";
  if (/\.cos-website\./.test(host)) {
    return fail(claim, `${host} is the name of a static website, which accepts no uploads.`, fix);
  }
  if (/\.cos-internal\./.test(host)) {
    return fail(claim, `${host} answers only inside Tencent's network; a phone cannot reach it.`, fix);
  }
  if (/\.file\.myqcloud\.com$/.test(host)) {
    return warn(claim, `${host} is the CDN's name for the bucket; use the CDN only for reading.`, fix);
  }
  const own = /^([a-z0-9-]+)\.cos\.([a-z0-9-]+)\.(?:myqcloud\.com|tencentcos\.cn)$/.exec(host);
  if (/^cos\./.test(host) && isHostOfCos(host)) {
    return fail(claim, `${host} is the region's name and belongs to no bucket.`, fix);
  }
  if (own === null && isHostOfCos(host)) {
    return fail(
      claim,
      `${host} is not COS's name for a bucket; it is an old one, or another service's.`,
      fix,
    );
  }
  if (own === null) {
    return skip(
      claim,
      `${host} is a domain of your own, whose name does not say which bucket it serves; it must be bound to ${bucket}. An upload tries it.`,
    );
  }
  const [, hostBucket, hostRegion] = own;
  if (hostBucket !== bucket) {
    return fail(claim, `COS_DOMAIN names the bucket ${hostBucket}, but COS_BUCKET is ${bucket}.`, fix);
  }
  if (hostRegion !== region && hostRegion !== "accelerate") {
    return fail(claim, `COS_DOMAIN names the region ${hostRegion}, but COS_REGION is ${region}.`, fix);
  }
  return pass(claim, `${host}.`);
}
