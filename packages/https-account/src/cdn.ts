import {
  array,
  type InferOutput,
  looseObject,
  nullish,
  number,
  object,
  record,
  string,
  unknown,
} from "valibot";
import { type CloudApi, CloudError } from "./cloud-api.ts";

/** For switches: `on` or `off`. Later API versions may use other words, which count as neither. */
const Text = nullish(string(), "");

const HstsPart = object({
  Switch: Text,
  MaxAge: nullish(number(), 0),
  IncludeSubDomains: Text,
});

const HttpsPart = looseObject({
  Switch: Text,
  Http2: Text,
  OcspStapling: Text,
  SslStatus: Text,
  CertInfo: nullish(object({ CertId: Text, Certificate: Text, ExpireTime: Text })),
  Hsts: nullish(HstsPart),
  TlsVersion: nullish(array(string())),
});

const HeaderRule = looseObject({ HeaderMode: Text, HeaderName: Text, HeaderValue: Text });

const DetailDomain = object({
  Domain: string(),
  Cname: Text,
  Status: Text,
  /** Why it is closed or locked; `normal` otherwise. */
  Disable: Text,
  Https: nullish(HttpsPart),
  ForceRedirect: nullish(
    looseObject({ Switch: Text, RedirectType: Text, RedirectStatusCode: nullish(number(), 302) }),
  ),
  Compression: nullish(
    object({ Switch: Text, CompressionRules: nullish(array(record(string(), unknown())), []) }),
  ),
  ResponseHeader: nullish(object({ Switch: Text, HeaderRules: nullish(array(HeaderRule), []) })),
  Origin: nullish(object({ OriginPullProtocol: Text, Origins: nullish(array(string()), []) })),
  HttpsBilling: nullish(object({ Switch: Text })),
});

/** A domain on the CDN, as DescribeDomainsConfig returns it. */
export type CdnDomain = InferOutput<typeof DetailDomain>;
export type CdnHeaderRule = InferOutput<typeof HeaderRule>;

/** Whether the error says that the CDN is still applying an earlier change. */
export function isBusy(error: unknown): boolean {
  return error instanceof CloudError && error.code === "ResourceInUse.CdnOpInProgress";
}

/** @returns undefined when the account has no such domain on the CDN @throws CloudError */
export async function describeDomain(cdn: CloudApi, name: string): Promise<CdnDomain | undefined> {
  const { Domains } = await cdn.call(
    "DescribeDomainsConfig",
    { Filters: [{ Name: "domain", Value: [name] }], Limit: 5 },
    object({ Domains: nullish(array(DetailDomain), []) }),
  );
  return Domains.find(({ Domain }) => Domain.toLowerCase() === name);
}

/** What UpdateDomainConfig should change. Each part given here replaces the domain's whole part. */
export interface DomainChange {
  readonly Https?: object;
  readonly ForceRedirect?: object;
  readonly Compression?: object;
  readonly ResponseHeader?: object;
  readonly Origin?: object;
}

/** @throws CloudError */
export async function updateDomain(cdn: CloudApi, name: string, change: DomainChange): Promise<void> {
  await cdn.call("UpdateDomainConfig", { Domain: name, ...change }, object({}));
}

/** Whether a change is still on its way to the edge. */
export function isDeploying({ Status, Https }: CdnDomain): boolean {
  return Status === "processing" || Https?.SslStatus === "deploying";
}

export const isOn = (part: { readonly Switch: string } | null | undefined): boolean => part?.Switch === "on";

/** A domain's certificate was given to the CDN directly, so any change to its HTTPS settings would lose it. */
export class UnnamedCertificateError extends Error {
  override readonly name = "UnnamedCertificateError";
  constructor(domain: string) {
    super(
      `Nothing was changed: the certificate of ${domain} was given to the CDN directly and has no id in the account, so ` +
        "a change would lose it. Upload it to the account with `cert upload`, and install it on the domain with `cdn https`.",
    );
  }
}

/** Fields that the CDN returns about HTTPS and does not accept. */
const ANSWERED_ONLY: ReadonlySet<string> = new Set([
  "SslStatus",
  "CertInfo",
  "Hsts",
  "ClientCertInfo",
  "Spdy",
]);

/**
 * A domain's whole HTTPS configuration, with some of it changed. UpdateDomainConfig resets every field that is left out
 * of an object to its default (https://cloud.tencent.com/document/api/228/41116), so this sends back everything that was
 * read. It sends the certificate as its id, since the API does not return the key.
 *
 * @throws UnnamedCertificateError when HTTPS stays on and the certificate has no id
 */
export function httpsWith(
  { Domain, Https }: CdnDomain,
  change: {
    readonly certId?: string;
    readonly Switch?: string;
    readonly Http2?: string;
    readonly Hsts?: object;
  },
): object {
  const { certId = Https?.CertInfo?.CertId, ...given } = change;
  if (!certId && (change.Switch ?? Https?.Switch) === "on") throw new UnnamedCertificateError(Domain);
  const kept = Object.entries(Https ?? {}).filter(
    ([name, value]) => !ANSWERED_ONLY.has(name) && value !== null && value !== undefined && value !== "",
  );
  return {
    ...Object.fromEntries(kept),
    ...(certId && { CertInfo: { CertId: certId } }),
    ...(Https?.Hsts && { Hsts: hstsPart(Https.Hsts) }),
    ...given,
  };
}

/** HSTS in the form that UpdateDomainConfig accepts. */
export function hstsPart(hsts: {
  readonly Switch: string;
  readonly MaxAge: number;
  readonly IncludeSubDomains?: string;
}): object {
  const { Switch, MaxAge, IncludeSubDomains } = hsts;
  return { Switch, MaxAge, IncludeSubDomains: IncludeSubDomains === "on" ? "on" : "off" };
}
