import { isIP } from "node:net";
import { ACCOUNT_IDS, type Bucket, EMULATED_BUCKET } from "../cloud/account.ts";
import { LOOPBACK } from "../cloud/listen.ts";

const ADDRESSES: readonly string[] = [LOOPBACK, "::1"];
const LOCAL_NAME = "localhost";
const OWN_BUCKET = new RegExp(
  `^[a-z0-9][a-z0-9-]*-${ACCOUNT_IDS.appId}\\.cos\\.[a-z0-9-]+\\.(?:myqcloud\\.com|tencentcos\\.cn)$`,
);

/**
 * Every name that the emulator answers as, and shows a certificate of its own for: this machine's, and those of the
 * default bucket and of the buckets of the start. No bucket of another APPID is among them: those are other people's.
 *
 * @param addresses where the emulator answers beside the loopback addresses, in a private network
 */
export function serverNames(
  buckets: readonly Bucket[] = [],
  addresses: readonly string[] = [],
): readonly string[] {
  return withAddresses(new Set([LOCAL_NAME, ...bucketHosts([EMULATED_BUCKET, ...buckets])]), addresses);
}

/** The names of buckets of this account, and none for others. */
export function bucketHosts(buckets: readonly Bucket[]): readonly string[] {
  const hosts = buckets.flatMap(({ name, region }) => [
    `${name}.cos.${region}.myqcloud.com`,
    `${name}.cos.${region}.tencentcos.cn`,
  ]);
  return hosts.filter(isOwnHost);
}

/** Whether a certificate of the emulator's may be for this host. */
export function isOwnHost(host: string): boolean {
  return host === LOCAL_NAME || OWN_BUCKET.test(host);
}

/** These hosts, behind the loopback addresses and further ones. */
export function withAddresses(hosts: Iterable<string>, further: readonly string[] = []): readonly string[] {
  return [...new Set([...ADDRESSES, ...further, ...hosts])];
}

/** A name of a certificate, by its kind. */
export function kindOf(name: string): "dns" | "ip" {
  return isIP(name) === 0 ? "dns" : "ip";
}
