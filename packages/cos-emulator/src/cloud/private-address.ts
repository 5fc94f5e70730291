import { BlockList, isIPv4 } from "node:net";
import { networkInterfaces } from "node:os";

/**
 * The networks that cannot be reached from the internet (RFC 1918, RFC 3927, RFC 6598, and RFC 2544 and RFC 5737, which
 * virtual machines and containers use), and this machine's own.
 */
const PRIVATE = new BlockList();
for (const [network, prefix] of [
  ["10.0.0.0", 8],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
  ["169.254.0.0", 16],
  ["100.64.0.0", 10],
  ["198.18.0.0", 15],
  ["192.0.2.0", 24],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["127.0.0.0", 8],
] as const) {
  PRIVATE.addSubnet(network, prefix);
}

/** Whether it is an IPv4 address that cannot be reached from the internet. */
export function isPrivateAddress(address: string): boolean {
  return isIPv4(address) && PRIVATE.check(address);
}

/** The addresses at which other machines in a private network reach this one. */
export function ownPrivateAddresses(): readonly string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, address }) => !internal && isPrivateAddress(address))
    .map(({ address }) => address);
}

/** Whether it is one of this machine's addresses that cannot be reached from the internet. */
export function isOwnPrivateAddress(address: string): boolean {
  const isLoopback = isPrivateAddress(address) && address.startsWith("127.");
  return isLoopback || ownPrivateAddresses().includes(address);
}
