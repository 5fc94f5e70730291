import { createServer } from "node:http";
import { LOOPBACK, listen, stop } from "../cloud/listen.ts";
import { claim, type Service } from "../cloud/service.ts";
import type { Cloud } from "../cloud.ts";
import { createApiHandler, guardApi } from "../cloud-api/listener.ts";
import type { CertificateStore } from "../ssl/certificate-store.ts";
import { keysOf } from "../sts/sts-listener.ts";
import { describeCertDomains } from "./actions/describe-cert-domains.ts";
import { describeDomainsConfig } from "./actions/describe-domains-config.ts";
import { updateDomainConfig } from "./actions/update-domain-config.ts";
import { CdnDomain } from "./cdn-domain.ts";
import { CdnService } from "./cdn-service.ts";

export interface CdnServiceOptions {
  readonly port: number;
  /** The account's domains on the CDN, in front of the default bucket. */
  readonly domains: readonly string[];
  readonly certificates: CertificateStore;
  /** How long a change takes to reach the edge. */
  readonly deployMs: number;
}

export interface Cdn extends Service {
  /** CDN_ENDPOINT: `http://127.0.0.1:<port>`. */
  readonly endpoint: string;
  readonly cdn: CdnService;
}

/** The CDN's API, 2018-06-06. */
export async function startCdn(options: CdnServiceOptions, cloud: Cloud): Promise<Cdn> {
  const { account, bucket, credentials, clock, log, requests } = cloud;
  const cdn = new CdnService({
    origin: { appId: account.appId, bucket },
    ownerUin: account.ownerUin,
    domains: options.domains.map((name) => new CdnDomain(name, clock, options.deployMs)),
    certificates: options.certificates,
  });
  const service = "cdn";
  const api = createApiHandler({
    service,
    unauthorizedCode: "UnauthorizedOperation.CdnCamUnauthorized",
    version: "2018-06-06",
    actions: new Map([
      ["DescribeDomainsConfig", describeDomainsConfig(cdn)],
      ["UpdateDomainConfig", updateDomainConfig(cdn)],
      ["DescribeCertDomains", describeCertDomains(cdn)],
    ]),
    findKey: keysOf({ account, store: credentials }),
    clock,
    log,
  });
  const server = createServer(requests.recorded("CDN", guardApi(api, { service, log })));
  const opened = await claim("CDN", options.port, () => listen(server, options.port));
  const endpoint = `http://${LOOPBACK}:${opened}`;
  return {
    endpoint,
    cdn,
    describe: () => [
      ["CDN", endpoint],
      ...cdn.all().map(({ name }): [string, string] => ["", `domain ${name}`]),
    ],
    reset: async () => {
      for (const domain of cdn.all()) domain.reset();
    },
    stop: () => stop(server),
  };
}
