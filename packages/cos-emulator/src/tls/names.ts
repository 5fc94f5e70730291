import { isIP } from "node:net";
import { ACCOUNT_IDS, type Bucket, EMULATED_BUCKET } from "../cloud/account.ts";
import { LOOPBACK } from "../cloud/listen.ts";

const ADDRESSES: readonly string[] = [LOOPBACK, "::1"];
const LOCAL_NAME = "localhost";
const OWN_BUCKET = new RegExp(
  `^[a-z0-9][a-z0-9-]*-${ACCOUNT_IDS.appId}\\.cos\\.[a-z0-9-]+\\.(?:myqcloud\\.com|tencentcos\\.cn)$`,
);

/**
 * Every name that the emulator answers to and has a certificate for: this machine's, and those of the default bucket
 * and of the buckets of the start. Buckets with another APPID are left out, since they belong to other people.
 *
 * @param addresses the emulator's addresses in a private network, besides the loopback addresses
 */
export function serverNames(
  buckets: readonly Bucket[] = [],
  addresses: readonly string[] = [],
): readonly string[] {
  return withAddresses(new Set([LOCAL_NAME, ...bucketHosts([EMULATED_BUCKET, ...buckets])]), addresses);
}

/** The hosts of this account's buckets; other accounts' buckets are left out. */
export function bucketHosts(buckets: readonly Bucket[]): readonly string[] {
  const hosts = buckets.flatMap(({ name, region }) => [
    `${name}.cos.${region}.myqcloud.com`,
    `${name}.cos.${region}.tencentcos.cn`,
  ]);
  return hosts.filter(isOwnHost);
}

/** Whether the emulator may issue a certificate for this host. */
export function isOwnHost(host: string): boolean {
  return host === LOCAL_NAME || OWN_BUCKET.test(host);
}

/** The loopback addresses and the additional ones, followed by these hosts. */
export function withAddresses(
  hosts: Iterable<string>,
  additional: readonly string[] = [],
): readonly string[] {
  return [...new Set([...ADDRESSES, ...additional, ...hosts])];
}

/** The kind of a certificate's name. */
export function kindOf(name: string): "dns" | "ip" {
  return isIP(name) === 0 ? "dns" : "ip";
}
