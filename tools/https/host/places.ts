import { type CdnDomain, describeDomain } from "../../../packages/https-account/src/index.ts";
import type { BucketAccess } from "../../lib/bucket-api.ts";
import { NotDone } from "../../lib/consent.ts";
import { certificateStatus, listDomains } from "../cert/domains.ts";
import type { Account } from "../lib/account.ts";

/** All places where the account serves a host. */
export interface HostPlaces {
  /** The domain on the CDN; undefined when the account does not have the host there. */
  readonly domain: CdnDomain | undefined;
  /** The bucket in the settings; undefined when it has nothing to do with the host. */
  readonly bucket: BucketPlace | undefined;
}

export interface BucketPlace {
  readonly access: BucketAccess;
  /** `own` if the host is the bucket's own name, `custom` for a custom domain, `origin` if the CDN fetches from it. */
  readonly as: "own" | "custom" | "origin";
  /** Whether COS has a certificate for the host. */
  readonly hasCertificate: boolean;
  /** Whether the host's plain HTTP requests reach the bucket over plain HTTP, so that its policy decides about them. */
  readonly seesPlainHttp: boolean;
}

/**
 * Finds out where the account serves a host.
 *
 * @param access undefined when the settings name no bucket
 * @throws NotDone when the account does not serve it; CloudError, BucketError
 */
export async function placesOf(
  account: Account,
  access: BucketAccess | undefined,
  host: string,
): Promise<HostPlaces> {
  const [domain, names] = await Promise.all([
    describeDomain(account.cdn, host),
    access === undefined ? [] : listDomains(access),
  ]);
  const isCustom = names.some(({ name }) => name === host);
  const hasCertificate =
    access !== undefined && isCustom && (await certificateStatus(access, host)) === "ENABLED";
  const bucket = access && bucketPlace(access, host, domain, isCustom, hasCertificate);
  if (domain !== undefined || bucket !== undefined) return { domain, bucket };
  throw new NotDone(
    access === undefined
      ? `Nothing was changed: ${host} is not on this account's CDN. If it points to a bucket, set COS_BUCKET and COS_REGION to ` +
          "that bucket."
      : `Nothing was changed: ${host} is neither on this account's CDN nor a custom domain of ${access.bucket.bucket}. ` +
          `To see where it points: npm run https -- status ${host}`,
  );
}

function bucketPlace(
  access: BucketAccess,
  host: string,
  domain: CdnDomain | undefined,
  isCustom: boolean,
  hasCertificate: boolean,
): BucketPlace | undefined {
  const { bucket, region } = access.bucket;
  const own = `${bucket}.cos.${region}.myqcloud.com`;
  const place = { access, hasCertificate };
  if (host === own) return { ...place, as: "own", seesPlainHttp: true };
  const isOrigin = domain?.Origin?.Origins.some((origin) => origin.toLowerCase() === own) ?? false;
  // With "follow", the CDN fetches with the client's protocol.
  const isFetchedPlain = isOrigin && domain?.Origin?.OriginPullProtocol !== "https";
  if (isCustom) return { ...place, as: "custom", seesPlainHttp: domain === undefined || isFetchedPlain };
  return isOrigin ? { ...place, as: "origin", seesPlainHttp: isFetchedPlain } : undefined;
}

/** The side effects of letting the bucket answer plain HTTP because of one host. */
export function openBucketNotes({ domain, bucket }: HostPlaces): string[] {
  if (bucket === undefined) return [];
  return [
    `The policy applies to the whole bucket: all its names will answer plain HTTP.${
      domain === undefined
        ? ""
        : " To keep refusing it, answer no, and first make the CDN fetch over HTTPS (in its console, origin protocol)."
    }`,
  ];
}
