import { type CdnDomain, describeDomain } from "../../../packages/https-account/src/index.ts";
import { type Server, whoseServer } from "../../../packages/tls-check/src/index.ts";
import type { BucketAccess } from "../../lib/bucket-api.ts";
import { cnamesOf, isInDns } from "../../lib/network.ts";
import { certificateStatus, listDomains } from "../cert/domains.ts";
import type { Account } from "../lib/account.ts";
import { isForced } from "../status.ts";

/** What the account and DNS say about a host. */
export interface HostFacts {
  readonly host: string;
  /** Whether DNS knows the name; undefined when that is not known. */
  readonly isInDns: boolean | undefined;
  readonly cnames: readonly string[];
  /** Whose server the name leads to, as far as its CNAMEs tell. */
  readonly server: Server | undefined;
  /** Undefined when the account does not have the name on the CDN. */
  readonly domain: CdnDomain | undefined;
  readonly bucket: BucketFacts | undefined;
  /** Whether the name is one of Tencent's own, whose certificates Tencent manages. */
  readonly isManaged: boolean;
}

/** What the bucket in the settings says about the host. */
export interface BucketFacts {
  readonly name: string;
  /** `ENABLED` or `DISABLED`; undefined when the host is not one of its custom domains. */
  readonly domainStatus: string | undefined;
  /** Whether COS has a certificate for it. */
  readonly hasCertificate: boolean;
  readonly isForced: boolean;
}

/** @param access undefined when the settings name no bucket @throws CloudError, BucketError, PolicyFormError */
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

/** Where a name leads, as far as this tool distinguishes that. */
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
      // A name at the top of its zone has no CNAME, so only the account can tell.
      if (domain !== undefined) return "cdn";
      return bucket?.domainStatus !== undefined ? "bucket" : "elsewhere";
    default:
      return "elsewhere";
  }
}
