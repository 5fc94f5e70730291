import { type CdnDomain, describeDomain } from "../../../packages/https-account/src/index.ts";
import type { BucketAccess } from "../../lib/bucket-api.ts";
import { NotDone } from "../../lib/consent.ts";
import { certificateStatus, listDomains } from "../cert/domains.ts";
import type { Account } from "../lib/account.ts";

/** Everywhere that the account answers for a host. */
export interface HostPlaces {
  /** On the CDN; undefined when the account does not have the host there. */
  readonly domain: CdnDomain | undefined;
  /** The bucket of the settings; undefined when it has nothing to do with the host. */
  readonly bucket: BucketPlace | undefined;
}

export interface BucketPlace {
  readonly access: BucketAccess;
  /** `own` for the name that every bucket has, `custom` for a custom domain, `origin` when the CDN fetches from it. */
  readonly as: "own" | "custom" | "origin";
  /** Whether COS has a certificate for the host. */
  readonly hasCertificate: boolean;
  /** Whether what comes to the host by plain HTTP comes to the bucket by plain HTTP, so that its policy decides. */
  readonly seesPlainHttp: boolean;
}

/**
 * Finds out where the account answers for a host.
 *
 * @param access undefined without a bucket in the settings
 * @throws NotDone when it does so nowhere; CloudError, BucketError
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
      ? `Nothing was changed: ${host} is not on this account's CDN. If it points to a bucket, name the bucket with COS_BUCKET and ` +
          "COS_REGION."
      : `Nothing was changed: ${host} is neither on this account's CDN nor a custom domain of ${access.bucket.bucket}. ` +
          `Where it points: npm run https -- status ${host}`,
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
  // "follow" fetches by whatever the client came by.
  const isFetchedPlain = isOrigin && domain?.Origin?.OriginPullProtocol !== "https";
  if (isCustom) return { ...place, as: "custom", seesPlainHttp: domain === undefined || isFetchedPlain };
  return isOrigin ? { ...place, as: "origin", seesPlainHttp: isFetchedPlain } : undefined;
}

/** What else follows when the bucket answers plain HTTP for the sake of one host. */
export function openBucketNotes({ domain, bucket }: HostPlaces): string[] {
  if (bucket === undefined) return [];
  return [
    `The policy applies to the whole bucket: all its names will answer plain HTTP.${
      domain === undefined
        ? ""
        : " To keep refusing it, answer no, and first make the CDN fetch by HTTPS: its console, origin protocol."
    }`,
  ];
}
