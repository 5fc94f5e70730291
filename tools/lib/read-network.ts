import { isIP } from "node:net";
import { type Endpoint, isLoopback, parseEndpoint } from "../../packages/tls-check/src/index.ts";
import { UsageError } from "./command-line.ts";
import { readAnchors } from "./named-files.ts";
import type { Network } from "./network.ts";
import type { Settings } from "./settings.ts";
import type { World } from "./world.ts";

/** A command line's options for the network. */
export interface NetworkFlags {
  readonly ca?: string;
  readonly resolve?: ReadonlyMap<string, string>;
  /** Seconds for each step. */
  readonly timeout: number;
}

/**
 * Reads how to reach servers from the command line and the settings. The emulator's `deploy.env` has HTTPS_EDGE and
 * DNS_SERVER.
 *
 * @throws UsageError
 */
export async function readNetwork(
  flags: NetworkFlags,
  { env, fileAuthority }: Settings,
  world: World,
): Promise<Network> {
  return {
    anchors: await readAnchors(flags.ca ?? fileAuthority, world.env),
    timeoutMs: flags.timeout * 1000,
    addresses: flags.resolve ?? new Map(),
    edge: readEdge(env["HTTPS_EDGE"]),
    dnsServer: readDnsServer(env["DNS_SERVER"]),
  };
}

function readEdge(text: string | undefined): Endpoint | undefined {
  if (!text) return undefined;
  const edge = parseEndpoint(text);
  if (edge === undefined || !isLoopback(edge.host)) {
    throw new UsageError("HTTPS_EDGE must be a HOST:PORT on this machine: it is for an emulator.");
  }
  return edge;
}

function readDnsServer(text: string | undefined): string | undefined {
  if (!text) return undefined;
  const server = parseEndpoint(text, 53);
  if (server === undefined || isIP(server.host) === 0) {
    throw new UsageError("DNS_SERVER must be an address, or address:port.");
  }
  return isIP(server.host) === 6 ? `[${server.host}]:${server.port}` : `${server.host}:${server.port}`;
}
