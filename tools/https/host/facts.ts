import { type CdnDomain, describeDomain } from "../../../packages/https-account/src/index.ts";
import { type Server, whoseServer } from "../../../packages/tls-check/src/index.ts";
import type { BucketAccess } from "../../lib/bucket-api.ts";
import { cnamesOf, isInDns } from "../../lib/network.ts";
import { certificateStatus, listDomains } from "../cert/domains.ts";
import type { Account } from "../lib/account.ts";
import { isForced } from "../status.ts";

/** What the account and the DNS say of a host. */
export interface HostFacts {
  readonly host: string;
  /** Whether DNS knows the name; undefined when that could not be found out. */
  readonly isInDns: boolean | undefined;
  readonly cnames: readonly string[];
  /** Whose server the name leads to, as far as its CNAME tells. */
  readonly server: Server | undefined;
  /** Undefined when the account does not have the name on the CDN. */
  readonly domain: CdnDomain | undefined;
  readonly bucket: BucketFacts | undefined;
  /** Whether the name is Tencent's own, whose certificate is Tencent's to look after. */
  readonly isManaged: boolean;
}

/** What the bucket of the settings says; undefined parts were not asked, or are not there. */
export interface BucketFacts {
  readonly name: string;
  /** `ENABLED` or `DISABLED`; undefined when the host is none of its custom domains. */
  readonly domainStatus: string | undefined;
  /** Whether COS has a certificate for it. */
  readonly hasCertificate: boolean;
  readonly isForced: boolean;
}

/** @param access undefined without a bucket in the settings @throws CloudError, BucketError, PolicyFormError */
export async function gatherFacts(
  account: Account,
  access: BucketAccess | undefined,
  host: string,
): Promise<HostFacts> {
  const [cnames, known, domain, bucket] = await Promise.all([
    cnamesOf(host, account.network),
    isInDns(host, account.network),
    describeDomain(account.cdn, host),
    access && bucketFacts(access, host),
  ]);
  return {
    host,
    isInDns: known,
    cnames,
    server: whoseServer([host, ...cnames]),
    domain,
    bucket,
    isManaged: whoseServer([host]) !== undefined,
  };
}

async function bucketFacts(access: BucketAccess, host: string): Promise<BucketFacts> {
  const [domains, forced] = await Promise.all([listDomains(access), isForced(access)]);
  const domain = domains.find(({ name }) => name === host);
  return {
    name: access.bucket.bucket,
    domainStatus: domain?.status,
    hasCertificate: domain !== undefined && (await certificateStatus(access, host)) === "ENABLED",
    isForced: forced,
  };
}

/** Where the name leads, as this tool tells the cases apart. */
export type Place = "cdn" | "bucket" | "edgeone" | "elsewhere" | "nowhere";

export function placeOfHost({ server, isInDns: known, domain, bucket }: HostFacts): Place {
  switch (server?.who) {
    case "Tencent Cloud's CDN":
      return "cdn";
    case "COS itself":
      return "bucket";
    case "Tencent EdgeOne":
      return "edgeone";
    case undefined:
      if (known === false) return "nowhere";
      // A name at the top of its zone has no CNAME: what the account says is all there is.
      if (domain !== undefined) return "cdn";
      return bucket?.domainStatus !== undefined ? "bucket" : "elsewhere";
    default:
      return "elsewhere";
  }
}
