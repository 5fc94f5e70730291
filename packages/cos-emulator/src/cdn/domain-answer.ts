import type { Bucket } from "../cloud/account.ts";
import { beijingTime } from "../cloud-api/time.ts";
import type { CdnDomain } from "./cdn-domain.ts";
import { TLS_VERSIONS } from "./domain-config.ts";

/** Where the CDN fetches from. */
export interface Origin {
  readonly appId: string;
  readonly bucket: Bucket;
}

const onOff = (on: boolean) => (on ? "on" : "off");

/** A domain as DescribeDomainsConfig returns it. */
export function domainAnswer(
  domain: CdnDomain,
  { appId, bucket }: Origin,
): Readonly<Record<string, unknown>> {
  const { https, forceRedirect, compression, responseHeader, originPullProtocol, httpsBilling } =
    domain.config;
  const { certificate, hsts } = https;
  const host = `${bucket.name}.cos.${bucket.region}.myqcloud.com`;
  return {
    ResourceId: `cdn-${domain.name}`,
    AppId: Number(appId),
    Domain: domain.name,
    Cname: domain.cname,
    Status: domain.isDeploying ? "processing" : "online",
    ProjectId: 0,
    ServiceType: "web",
    Area: "mainland",
    Disable: "normal",
    Readonly: "normal",
    CreateTime: beijingTime(domain.createdAt),
    UpdateTime: beijingTime(domain.updatedAt),
    Origin: {
      Origins: [host],
      OriginType: "cos",
      ServerName: host,
      CosPrivateAccess: "off",
      OriginPullProtocol: originPullProtocol,
      BackupOrigins: [],
    },
    Https: {
      Switch: onOff(https.on),
      Http2: onOff(https.http2),
      OcspStapling: onOff(https.ocspStapling),
      VerifyClient: "off",
      Spdy: "off",
      CertInfo: certificate
        ? {
            CertId: certificate.certId ?? null,
            CertName: null,
            Certificate: certificate.issued.publicKey,
            PrivateKey: null,
            ExpireTime: beijingTime(certificate.issued.ends),
            DeployTime: beijingTime(domain.updatedAt),
            Message: "",
            From: "Tencent Cloud",
          }
        : null,
      ClientCertInfo: null,
      SslStatus: domain.sslStatus,
      Hsts: {
        Switch: onOff(hsts.on),
        MaxAge: hsts.maxAge,
        IncludeSubDomains: onOff(hsts.includeSubDomains),
      },
      TlsVersion: TLS_VERSIONS,
    },
    ForceRedirect: {
      Switch: onOff(forceRedirect.on),
      RedirectType: forceRedirect.type,
      RedirectStatusCode: forceRedirect.status,
      CarryHeaders: "off",
    },
    Compression: { Switch: onOff(compression.on), CompressionRules: compression.rules },
    ResponseHeader: {
      Switch: onOff(responseHeader.on),
      HeaderRules: responseHeader.rules.map(({ mode, name, value }) => ({
        HeaderMode: mode,
        HeaderName: name,
        HeaderValue: value,
        RuleType: "all",
        RulePaths: ["*"],
      })),
    },
    HttpsBilling: { Switch: onOff(httpsBilling) },
  };
}
