import type { Socket } from "node:net";
import { createSecureContext, type SecureContext } from "node:tls";
import { createServer } from "@httptoolkit/httpolyglot";
import type { CdnDomain } from "../cdn/cdn-domain.ts";
import type { CdnService } from "../cdn/cdn-service.ts";
import { NEW_DOMAIN } from "../cdn/domain-config.ts";
import { KEEP_ALIVE_MS, LOOPBACK } from "../cloud/listen.ts";
import { claim, type Service } from "../cloud/service.ts";
import type { Cloud } from "../cloud.ts";
import type { Zone } from "../dns/zone.ts";
import type { EdgeOneHost } from "../edgeone/edgeone-host.ts";
import type { EdgeOneService } from "../edgeone/edgeone-service.ts";
import { sturdy } from "../guard/guard.ts";
import type { IssuedCertificate } from "../ssl/public-authority.ts";
import { keptContexts } from "../tls/kept-contexts.ts";
import { isOwnHost } from "../tls/names.ts";
import { createEdgeHandler } from "./edge-handler.ts";

export interface EdgeOptions {
  readonly port: number;
  readonly cdn: CdnService;
  readonly edgeOne: EdgeOneService;
  readonly zone: Zone;
  /** `host:port` of COS. */
  readonly cosHost: string;
  /** The TLS context of a bucket's custom domain; undefined if it has no certificate. */
  readonly bucketContext: (name: string) => SecureContext | undefined;
}

export interface Edge extends Service {
  /** `127.0.0.1:<port>`, http and https: where every name of the emulated DNS answers. */
  readonly host: string;
}

/**
 * Serves the names of the emulated DNS, http and https on one port. Names that point to the CDN answer like the CDN,
 * those that point to EdgeOne like a domain there with nothing set but its certificate, and those that point to a
 * bucket like COS. So checks from outside see a real TLS server.
 */
export async function startEdge(options: EdgeOptions, cloud: Cloud): Promise<Edge> {
  const { cdn, edgeOne, zone, bucketContext } = options;
  const domainOf = (name: string): CdnDomain | undefined => {
    const domain = cdn.find(name);
    return domain !== undefined && zone.cnameOf(name) === domain.cname ? domain : undefined;
  };
  const edgeOneOf = (name: string): EdgeOneHost | undefined => {
    const host = edgeOne.find(name);
    return host !== undefined && zone.cnameOf(name) === host.cname ? host : undefined;
  };
  // Buckets' own hosts always have a certificate.
  const ownContext = createSecureContext({ cert: cloud.tls.cert, key: cloud.tls.key, minVersion: "TLSv1.2" });
  const contextOf = (name: string): SecureContext | undefined => {
    const domain = domainOf(name);
    if (domain !== undefined) return contextFor(domain);
    const host = edgeOneOf(name);
    if (host !== undefined) return contextOfIssued(host.presented?.issued);
    if (isBucketHost(name)) return cloud.ownNames.secureContext(name) ?? ownContext;
    return zone.cnameOf(name) === undefined ? undefined : bucketContext(name);
  };
  const handler = createEdgeHandler(
    {
      ...options,
      configOf: (name) => domainOf(name)?.inForce ?? (edgeOneOf(name) && NEW_DOMAIN),
      isBucketHost,
    },
    cloud,
  );
  const { requests, log } = cloud;
  const server = createServer(
    {
      http: { keepAliveTimeout: KEEP_ALIVE_MS },
      tls: {
        ALPNCallback: ({ servername, protocols }) => {
          const isHttp2 = domainOf(servername.toLowerCase())?.inForce.https.http2 === true;
          return ["h2", "http/1.1"].find((one) => protocols.includes(one) && (one !== "h2" || isHttp2));
        },
        SNICallback: (servername, callback) => {
          try {
            callback(null, contextOf(servername.toLowerCase()));
          } catch (error) {
            callback(error instanceof Error ? error : new Error(String(error)));
          }
        },
      },
    },
    requests.recorded("edge", sturdy(handler, { service: "edge", log })),
  );
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  await claim(
    "edge",
    options.port,
    () =>
      new Promise<void>((resolve, reject) => {
        server.once("error", reject);
        server.listen(options.port, LOOPBACK, resolve);
      }),
  );
  // An error on one connection, in whatever protocol, must not end the server.
  server.on("error", () => undefined);
  const address = server.address();
  const host = `${LOOPBACK}:${typeof address === "object" && address !== null ? address.port : options.port}`;
  return {
    host,
    describe: () => [["edge", `http://${host} and https://${host}`]],
    reset: async () => {},
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** Whether it is a bucket's own host, for which the local authority may issue a certificate. */
function isBucketHost(name: string): boolean {
  return isOwnHost(name) && name.includes(".cos.");
}

function contextFor({ inForce: { https } }: CdnDomain): SecureContext | undefined {
  return https.on ? contextOfIssued(https.certificate?.issued) : undefined;
}

const contextOfCertificate = keptContexts(({ publicKey, privateKey }: IssuedCertificate) => ({
  cert: publicKey,
  key: privateKey,
  minVersion: "TLSv1.2",
}));

function contextOfIssued(issued: IssuedCertificate | undefined): SecureContext | undefined {
  return issued && contextOfCertificate(issued);
}
