import { join } from "node:path";
import { type Cdn, startCdn } from "../cdn/start.ts";
import type { Service } from "../cloud/service.ts";
import { Running } from "../cloud/service.ts";
import { writePrivately } from "../cloud/write-privately.ts";
import type { Cloud } from "../cloud.ts";
import type { Cos } from "../cos/start.ts";
import { type Dns, startDns } from "../dns/start.ts";
import { Zone } from "../dns/zone.ts";
import { type Edge, startEdge } from "../edge/start.ts";
import { EdgeOneHost } from "../edgeone/edgeone-host.ts";
import { EdgeOneService } from "../edgeone/edgeone-service.ts";
import type { ScfApi } from "../scf/api/start.ts";
import { CertificateStore } from "../ssl/certificate-store.ts";
import { openPublicAuthority } from "../ssl/public-authority.ts";
import { type Ssl, startSsl } from "../ssl/start.ts";

export interface HttpsOptions {
  /** The account's domains on the CDN, in front of the default bucket. */
  readonly cdnDomains: readonly string[];
  /** The account's domains on EdgeOne, in front of the default bucket. */
  readonly edgeOneDomains: readonly string[];
  /** The account's zones in DNSPod. */
  readonly dnsPodZones: readonly string[];
  /** How long a CDN change, and a certificate's application or deployment, takes, by the emulator's clock. */
  readonly deploySeconds: number;
  readonly cdnPort: number;
  readonly sslPort: number;
  readonly edgePort: number;
  readonly dnsPort: number;
}

/** The services for HTTPS in front of the bucket: the APIs of the CDN and of SSL, the DNS, and the edge. */
export interface HttpsPlaces {
  /** `http://127.0.0.1:<port>`. */
  readonly cdnEndpoint: string;
  /** `http://127.0.0.1:<port>`. */
  readonly sslEndpoint: string;
  /** `127.0.0.1:<port>`, http and https: every name of the emulated DNS answers here. */
  readonly edge: string;
  /** `127.0.0.1:<port>`, UDP. */
  readonly dnsServer: string;
  /** The PEM file of the emulator's authority and of the emulated public one, which issues the free certificates. */
  readonly caFile: string;
  /** The DNS records, which may be changed at any time. */
  readonly zone: Zone;
}

export interface HttpsServices extends Service {
  readonly places: HttpsPlaces;
}

/** Starts the services for HTTPS: CDN, SSL certificates, the DNS, and the edge where the names answer. */
export async function startHttps(
  options: HttpsOptions,
  { cos, scf }: { readonly cos: Cos; readonly scf: ScfApi },
  cloud: Cloud,
): Promise<HttpsServices> {
  const { clock } = cloud;
  const { cdnDomains, edgeOneDomains, dnsPodZones } = options;
  const deployMs = options.deploySeconds * 1000;
  const zone = new Zone();
  const authority = await openPublicAuthority([...cdnDomains, ...edgeOneDomains]);
  const certificates = new CertificateStore({ clock, zone, authority, dnsPodZones, issueMs: deployMs });
  const caFile = join(cloud.dataDirectory, "tls", "all-ca.pem");
  await cloud.ownNames.watch(({ certificatePem }) =>
    writePrivately(caFile, certificatePem + authority.rootPem, 0o644),
  );

  const running = new Running();
  try {
    const cdn: Cdn = await running.add(
      startCdn({ port: options.cdnPort, domains: cdnDomains, certificates, deployMs }, cloud),
    );
    const edgeOne = new EdgeOneService(edgeOneDomains.map((name) => new EdgeOneHost(name, clock, deployMs)));
    const users = [cdn.cdn.user, edgeOne.user, cos.certificateUser, scf.certificateUser];
    const ssl: Ssl = await running.add(
      startSsl({ port: options.sslPort, certificates, users, deployMs }, cloud),
    );
    zone.from((name) => cdn.cdn.find(name)?.cname);
    zone.from((name) => edgeOne.find(name)?.cname);
    zone.from(cos.cnameOf);
    const dns: Dns = await running.add(startDns({ port: options.dnsPort }, zone));
    const edge: Edge = await running.add(
      startEdge(
        {
          port: options.edgePort,
          cdn: cdn.cdn,
          edgeOne,
          zone,
          cosHost: cos.host,
          bucketContext: cos.secureContext,
        },
        cloud,
      ),
    );
    const services = [cdn, ssl, dns, edge];
    return {
      places: {
        cdnEndpoint: cdn.endpoint,
        sslEndpoint: ssl.endpoint,
        edge: edge.host,
        dnsServer: dns.server,
        caFile,
        zone,
      },
      describe: () => [
        ...services.flatMap((service) => service.describe()),
        ...edgeOne.all().map(({ name }): [string, string] => ["", `EdgeOne domain ${name}`]),
      ],
      reset: async () => {
        for (const service of services) await service.reset();
        edgeOne.reset();
      },
      stop: () => running.stop(),
    };
  } catch (error) {
    await running.stop();
    throw error;
  }
}
