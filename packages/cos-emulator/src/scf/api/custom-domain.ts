/** One path of a custom domain and the function behind it. */
export interface Endpoint {
  readonly functionName: string;
  readonly qualifier: string;
  /** `/`, `/*`, `/xxx` or `/xxx/*`. */
  readonly pathMatch: string;
}

/** A domain of the user's own (https://cloud.tencent.com/document/api/583/111926). */
export interface CustomDomain {
  readonly domain: string;
  readonly addedMs: number;
  readonly modifiedMs: number;
  readonly protocol: "HTTP" | "HTTPS" | "HTTP&HTTPS";
  readonly certificateId: string | undefined;
  readonly endpoints: readonly Endpoint[];
}

/** The endpoint of the longest path that matches; a path that ends in `/*` matches everything under it. */
export function findEndpoint({ endpoints }: CustomDomain, path: string): Endpoint | undefined {
  return endpoints
    .filter(({ pathMatch }) =>
      pathMatch.endsWith("/*") ? path.startsWith(pathMatch.slice(0, -1)) : path === pathMatch,
    )
    .toSorted((a, b) => b.pathMatch.length - a.pathMatch.length)[0];
}

/** A domain as the API returns it. */
export function domainAnswer(domain: CustomDomain): Readonly<Record<string, unknown>> {
  return {
    Domain: domain.domain,
    Protocol: domain.protocol,
    EndpointsConfig: domain.endpoints.map((endpoint) => ({
      Namespace: "default",
      FunctionName: endpoint.functionName,
      Qualifier: endpoint.qualifier,
      PathMatch: endpoint.pathMatch,
      PathRewrite: [],
    })),
    ...(domain.certificateId !== undefined && { CertConfig: { CertificateId: domain.certificateId } }),
    WafConfig: { WafOpen: "CLOSE", WafInstanceId: "" },
  };
}
