import type { Bucket } from "../cloud/account.ts";
import { CosError, notImplemented } from "./http/errors.ts";
import type { CosRequest } from "./http/request.ts";
import type { OpenBucket } from "./store/buckets.ts";
import type { CosAccount } from "./store/service.ts";

/** What a request's host leads to. */
export type Place =
  | {
      readonly kind: "bucket";
      readonly open: OpenBucket;
      /** Whether the request came by the host of global acceleration, which has few operations. @default false */
      readonly isAccelerated?: boolean;
      /** Whether the host is one that COS gave the bucket. @default false */
      readonly isDefaultHost?: boolean;
    }
  | { readonly kind: "website"; readonly open: OpenBucket; readonly isDefaultHost?: boolean }
  | AccountPlace;

/** The service itself, or the address of a bucket that does not exist. */
export type AccountPlace =
  | { readonly kind: "service" /** Undefined for all regions. */; readonly region: string | undefined }
  | { readonly kind: "none"; readonly bucket: Bucket; readonly reason: string };

// https://cloud.tencent.com/document/product/436/6224
const BUCKET_HOST =
  /^([a-z0-9][a-z0-9-]*-\d+)\.cos\.([a-z0-9-]+)\.(?:myqcloud\.com|tencentcos\.cn)(?::\d+)?$/;
// https://cloud.tencent.com/document/product/436/32670
const WEBSITE_HOST =
  /^([a-z0-9][a-z0-9-]*-\d+)\.cos-website\.([a-z0-9-]+)\.(?:myqcloud\.com|tencentcos\.cn)(?::\d+)?$/;
// https://cloud.tencent.com/document/product/436/8291
const SERVICE_HOST = /^(?:service\.cos|cos\.([a-z0-9-]+))\.(?:myqcloud\.com|tencentcos\.cn)(?::\d+)?$/;
/** A bucket's host whatever stands where the name belongs. */
const NAMED_HOST = /^([^.]+)\.cos\.[a-z0-9-]+\.(?:myqcloud\.com|tencentcos\.cn)(?::\d+)?$/;
const TENCENTS_HOST = /\.(?:myqcloud\.com|tencentcos\.cn)(?::\d+)?$/;

/** What COS's other hosts, and those of services built on it, are for, by a part of their names. */
const OTHER_SERVICES: readonly (readonly [part: RegExp, what: string])[] = [
  [/\.accelerate\./, "global acceleration"],
  [/\.(?:ci|pic|picgz|picsh|pictj)\./, "Cloud Infinite (CI)"],
  [/\.cos-control\./, "batch operations and storage lens"],
  [/\.cos-internal\./, "the internal network's address"],
  [/\.file\./, "the CDN's address"],
];

const LOOPBACK: ReadonlySet<string> = new Set(["127.0.0.1", "localhost", "[::1]"]);

/**
 * Where a request's Host header leads: `<bucket>.cos.<region>.myqcloud.com` or `….tencentcos.cn` to that bucket; a
 * loopback address with the port it arrived on, and the custom domains of the start, to the default one; a bucket's
 * custom domain to its bucket; `<bucket>.cos-website.<region>.…`, and a domain of type WEBSITE, to its pages;
 * `<bucket>.cos.accelerate.…` to a bucket with global acceleration, wherever it is; `service.cos.myqcloud.com` and
 * `cos.<region>.myqcloud.com` to the service.
 *
 * @throws {CosError} NotImplemented for Tencent's other hosts, InvalidRequest or InvalidBucketName for a bucket's host
 * with something else in the name's place, BucketAccelerateNotEnabled, NoSuchBucket for every other host; the reason
 * names it
 */
export function locate(cos: CosAccount, request: CosRequest): Place {
  const { buckets } = cos;
  const { host } = request;
  const [, name, region] = BUCKET_HOST.exec(host) ?? [];
  if (name !== undefined && region !== undefined && region !== "accelerate") {
    const place = bucketOrNone(buckets.find(name), { name, region }, host);
    return place.kind === "bucket" ? { ...place, isDefaultHost: true } : place;
  }
  if (name !== undefined && region === "accelerate") return accelerated(buckets.find(name), host);
  const [, ownName, ownRegion] = WEBSITE_HOST.exec(host) ?? [];
  if (ownName !== undefined && ownRegion !== undefined) {
    const place = bucketOrNone(buckets.find(ownName), { name: ownName, region: ownRegion }, host);
    if (place.kind === "bucket") return { kind: "website", open: place.open, isDefaultHost: true };
    throw noSuchBucket(place.kind === "none" ? place.reason : "");
  }
  const service = SERVICE_HOST.exec(host);
  if (service !== null && service[1] !== "accelerate") return { kind: "service", region: service[1] };
  const { name: hostname, port } = splitPort(host, request.secure ? "443" : "80");
  const isDefault =
    (LOOPBACK.has(hostname) && port === String(request.localPort)) ||
    cos.customDomains.includes(host) ||
    cos.customDomains.includes(hostname);
  if (isDefault) {
    const { bucket } = buckets.default;
    return bucketOrNone(buckets.find(bucket.name), bucket, host);
  }
  const open = buckets.withDomain(hostname);
  if (open !== undefined) {
    const rule = open.settings.domains.find((domain) => domain.name === hostname);
    return { kind: rule?.type === "WEBSITE" ? "website" : "bucket", open };
  }
  if (TENCENTS_HOST.test(host)) {
    const other = OTHER_SERVICES.find(([part]) => part.test(host))?.[1];
    if (other === undefined) throw wrongName(host) ?? notImplemented(`the host ${host}`);
    throw notImplemented(`${other}, ${host}`);
  }
  throw noSuchBucket(
    host === ""
      ? "the request has no Host header"
      : `the host ${host} is neither the address of a bucket nor a custom domain of one`,
  );
}

function bucketOrNone(found: OpenBucket | undefined, asked: Bucket, host: string): Place {
  if (found?.bucket.region === asked.region) return { kind: "bucket", open: found };
  const reason =
    found === undefined
      ? `there is no bucket ${asked.name}; the request was for ${host}`
      : `the bucket ${asked.name} is in ${found.bucket.region}, but the request was for ${host}`;
  return { kind: "none", bucket: asked, reason };
}

/**
 * The code is what COS answers to a bucket without global acceleration, with 400, on the page of errors
 * (https://cloud.tencent.com/document/product/436/7730) and in people's reports, none of which show the message.
 */
function accelerated(open: OpenBucket | undefined, host: string): Place {
  if (open === undefined) throw noSuchBucket(`there is no such bucket; the request was for ${host}`);
  if (open.settings.get("accelerate")?.isEnabled !== true) {
    throw new CosError(
      "BucketAccelerateNotEnabled",
      "Global acceleration is not enabled for the specified bucket.",
      { reason: `${open.bucket.name} has no global acceleration; PUT Bucket accelerate switches it on` },
    );
  }
  return { kind: "bucket", open, isAccelerated: true, isDefaultHost: true };
}

function splitPort(host: string, defaultPort: string): { name: string; port: string } {
  const match = /^(.*):(\d+)$/.exec(host);
  return match === null
    ? { name: host, port: defaultPort }
    : { name: match[1] ?? "", port: match[2] ?? defaultPort };
}

/**
 * What COS says to a host whose first part is no bucket's name. Without an APPID:
 * https://github.com/zhangruiyu/tencent_cos/issues/3, which shows the answer but not its status. With characters that no
 * name has: testCreateInvalidBucket of cos-php-sdk-v5.
 */
function wrongName(host: string): CosError | undefined {
  const [, name] = NAMED_HOST.exec(host) ?? [];
  if (name === undefined) return undefined;
  if (!/-\d+$/.test(name)) {
    return new CosError(
      "InvalidRequest",
      "Missing required header for this request: Appid, Bucket format should be <bucketname>-<appid>",
      { reason: `the host ${host} has no APPID after the bucket's name` },
    );
  }
  return new CosError("InvalidBucketName", "The specified bucket is not valid.", {
    reason: `${name} is not made of lower-case letters, digits and hyphens`,
  });
}

export function noSuchBucket(reason: string): CosError {
  return new CosError("NoSuchBucket", "The specified bucket does not exist.", { reason });
}
