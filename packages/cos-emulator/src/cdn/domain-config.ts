import { isDeepStrictEqual } from "node:util";
import { ApiError } from "../cloud-api/api-error.ts";
import { list, members, onlyMembers } from "../cloud-api/json.ts";
import type { Parameters } from "../cloud-api/parameters.ts";
import { type Certificate, type Issued, readIssued } from "../ssl/certificate.ts";

/** A domain's certificate: one of the account's, or a certificate and key that were given to the CDN itself. */
export interface DomainCertificate {
  /** Undefined for one that was given to the CDN itself. */
  readonly certId: string | undefined;
  readonly issued: Issued;
}

export interface HeaderRule {
  readonly mode: "set" | "add" | "del";
  readonly name: string;
  readonly value: string;
}

/** The settings of a domain that the emulator implements. Times are in seconds. */
export interface DomainConfig {
  readonly https: {
    readonly on: boolean;
    readonly http2: boolean;
    readonly ocspStapling: boolean;
    readonly certificate: DomainCertificate | undefined;
    readonly hsts: { readonly on: boolean; readonly maxAge: number; readonly includeSubDomains: boolean };
  };
  readonly forceRedirect: { readonly on: boolean; readonly type: "http" | "https"; readonly status: number };
  /** The rules as they were given; answers repeat them unchanged. */
  readonly compression: { readonly on: boolean; readonly rules: readonly unknown[] };
  readonly responseHeader: { readonly on: boolean; readonly rules: readonly HeaderRule[] };
  readonly originPullProtocol: "http" | "https" | "follow";
  readonly httpsBilling: boolean;
}

export const NEW_DOMAIN: DomainConfig = {
  https: {
    on: false,
    http2: false,
    ocspStapling: false,
    certificate: undefined,
    hsts: { on: false, maxAge: 0, includeSubDomains: false },
  },
  forceRedirect: { on: false, type: "http", status: 302 },
  compression: { on: false, rules: [] },
  responseHeader: { on: false, rules: [] },
  originPullProtocol: "follow",
  httpsBilling: true,
};

/** What UpdateDomainConfig can change in the emulator. */
export const CONFIG_PARAMETERS = [
  "Https",
  "ForceRedirect",
  "Compression",
  "ResponseHeader",
  "Origin",
  "HttpsBilling",
] as const;

/** What else UpdateDomainConfig can change. */
export const NOT_EMULATED: ReadonlySet<string> = new Set([
  "AccessControl",
  "AccessPort",
  "AdvancedAuthentication",
  "Area",
  "Authentication",
  "AutoGuard",
  "AwsPrivateAccess",
  "BandwidthAlert",
  "Cache",
  "CacheKey",
  "DownstreamCapping",
  "ErrorPage",
  "FollowRedirect",
  "GeoBlocker",
  "HwPrivateAccess",
  "IpFilter",
  "IpFreqLimit",
  "Ipv6Access",
  "MaxAge",
  "OfflineCache",
  "OriginAuthentication",
  "OriginCombine",
  "OriginPullOptimization",
  "OriginPullTimeout",
  "OssPrivateAccess",
  "OthersPrivateAccess",
  "ParamFilter",
  "PostMaxSize",
  "ProjectId",
  "QnPrivateAccess",
  "Quic",
  "RangeOriginPull",
  "Referer",
  "RemoteAuthentication",
  "RequestHeader",
  "ResponseHeaderCache",
  "Seo",
  "ServiceType",
  "ShareCname",
  "SpecificConfig",
  "StatusCodeCache",
  "UrlRedirect",
  "UserAgentFilter",
  "VideoSeek",
  "WebSocket",
]);

/** The versions that the edge supports. */
export const TLS_VERSIONS = ["TLSv1.2", "TLSv1.3"];

const REDIRECT_STATUSES: readonly number[] = [301, 302, 307, 308];
/** A year, the longest that the console offers. */
const MAX_AGE_SECONDS = 365 * 24 * 60 * 60;
const HEADER_NAME = /^[A-Za-z0-9-]{1,100}$/;
const HEADER_VALUE = /^[\x20-\x7e]{1,1000}$/;

/**
 * Reads what UpdateDomainConfig changes. A given part replaces the whole part: every property that is left out of an
 * object gets its default (https://cloud.tencent.com/document/api/228/41116).
 *
 * @param findCertificate finds one of the account's issued certificates
 * @throws {ApiError} InvalidParameter.CdnParamError, InvalidParameter.CdnCert…
 */
export function changedConfig(
  before: DomainConfig,
  parameters: Parameters,
  findCertificate: (id: string) => Certificate | undefined,
): DomainConfig {
  const part = <T>(name: string, read: (value: Members) => T, none: T): T => {
    const value = parameters.raw(name);
    return value === undefined ? none : read(members(value, name));
  };
  return {
    https: part("Https", (value) => readHttps(value, findCertificate), before.https),
    forceRedirect: part("ForceRedirect", readRedirect, before.forceRedirect),
    compression: part("Compression", readCompression, before.compression),
    responseHeader: part("ResponseHeader", readResponseHeader, before.responseHeader),
    originPullProtocol: part("Origin", readPullProtocol, before.originPullProtocol),
    httpsBilling: part(
      "HttpsBilling",
      (value) => readSwitch(value, "Switch", "HttpsBilling"),
      before.httpsBilling,
    ),
  };
}

type Members = ReadonlyMap<string, unknown>;

function readHttps(value: Members, findCertificate: (id: string) => Certificate | undefined) {
  onlyMembers(
    value,
    ["Switch", "Http2", "OcspStapling", "CertInfo", "Hsts", "VerifyClient", "TlsVersion"],
    "Https",
  );
  checkFixed(value);
  const on = readSwitch(value, "Switch", "Https");
  const certInfo = value.get("CertInfo") ?? undefined;
  const certificate = certInfo === undefined ? undefined : readCertificate(certInfo, findCertificate);
  if (on && certificate === undefined) {
    throw new ApiError(
      "InvalidParameter.CdnCertNoCertInfo",
      "HTTPS needs a certificate: CertInfo is missing.",
    );
  }
  const hsts = value.get("Hsts") ?? undefined;
  return {
    on,
    http2: value.has("Http2") && readSwitch(value, "Http2", "Https"),
    ocspStapling: value.has("OcspStapling") && readSwitch(value, "OcspStapling", "Https"),
    certificate,
    hsts: hsts === undefined ? NEW_DOMAIN.https.hsts : readHsts(members(hsts, "Https.Hsts"), on),
  };
}

/** Refuses other values of what is fixed in the emulator. */
function checkFixed(value: Members): void {
  const versions = value.get("TlsVersion") ?? TLS_VERSIONS;
  if (!isDeepStrictEqual(versions, TLS_VERSIONS)) {
    throw wrong(`the emulator supports only Https.TlsVersion ${TLS_VERSIONS.join(" and ")}`);
  }
  if (value.has("VerifyClient") && readSwitch(value, "VerifyClient", "Https")) {
    throw wrong("the emulator does not ask clients for certificates: Https.VerifyClient must be off");
  }
}

function readHsts(value: Members, isHttpsOn: boolean) {
  onlyMembers(value, ["Switch", "MaxAge", "IncludeSubDomains"], "Https.Hsts");
  const on = readSwitch(value, "Switch", "Https.Hsts");
  const maxAge = value.get("MaxAge") ?? 0;
  if (typeof maxAge !== "number" || !Number.isInteger(maxAge) || maxAge < 0 || maxAge > MAX_AGE_SECONDS) {
    throw wrong(`Https.Hsts.MaxAge must be a number of seconds from 0 to ${MAX_AGE_SECONDS}`);
  }
  if (on && !isHttpsOn) throw wrong("Https.Hsts needs HTTPS to be on");
  const includeSubDomains =
    value.has("IncludeSubDomains") && readSwitch(value, "IncludeSubDomains", "Https.Hsts");
  return { on, maxAge, includeSubDomains };
}

function readCertificate(
  value: unknown,
  findCertificate: (id: string) => Certificate | undefined,
): DomainCertificate {
  const info = members(value, "Https.CertInfo");
  onlyMembers(info, ["CertId", "CertName", "Certificate", "PrivateKey", "Message"], "Https.CertInfo");
  const certId = info.get("CertId") ?? undefined;
  if (certId !== undefined) {
    const issued = typeof certId === "string" ? findCertificate(certId)?.issued : undefined;
    if (typeof certId === "string" && issued !== undefined) return { certId, issued };
    throw new ApiError(
      "InvalidParameter.CdnCertInfoNotFound",
      "The certificate information is invalid or does not exist. Please check and try again.",
    );
  }
  try {
    const issued = readIssued(String(info.get("Certificate")), String(info.get("PrivateKey")));
    return { certId: undefined, issued };
  } catch {
    throw new ApiError("InvalidParameter.CdnCertNotPem", "Invalid HTTPS certificate.");
  }
}

function readRedirect(value: Members): DomainConfig["forceRedirect"] {
  onlyMembers(value, ["Switch", "RedirectType", "RedirectStatusCode", "CarryHeaders"], "ForceRedirect");
  const on = readSwitch(value, "Switch", "ForceRedirect");
  const type = value.get("RedirectType") ?? "http";
  const status = value.get("RedirectStatusCode") ?? 302;
  if (type !== "http" && type !== "https") throw wrong("ForceRedirect.RedirectType must be http or https");
  if (typeof status !== "number" || !REDIRECT_STATUSES.includes(status)) {
    throw wrong(`ForceRedirect.RedirectStatusCode must be one of ${REDIRECT_STATUSES.join(", ")}`);
  }
  return { on, type, status };
}

function readCompression(value: Members): DomainConfig["compression"] {
  onlyMembers(value, ["Switch", "CompressionRules"], "Compression");
  const on = readSwitch(value, "Switch", "Compression");
  const rules = list(value.get("CompressionRules") ?? [], "Compression.CompressionRules");
  if (on && rules.length === 0) throw wrong("Compression needs CompressionRules");
  for (const rule of rules) {
    const algorithms = members(rule, "CompressionRules[]").get("Algorithms");
    if (
      !list(algorithms, "CompressionRules[].Algorithms").every((one) => one === "gzip" || one === "brotli")
    ) {
      throw wrong("CompressionRules[].Algorithms must be gzip or brotli");
    }
  }
  return { on, rules };
}

function readResponseHeader(value: Members): DomainConfig["responseHeader"] {
  onlyMembers(value, ["Switch", "HeaderRules"], "ResponseHeader");
  const on = readSwitch(value, "Switch", "ResponseHeader");
  const rules = list(value.get("HeaderRules") ?? [], "ResponseHeader.HeaderRules").map((item): HeaderRule => {
    const rule = members(item, "HeaderRules[]");
    onlyMembers(rule, ["HeaderMode", "HeaderName", "HeaderValue", "RuleType", "RulePaths"], "HeaderRules[]");
    const mode = rule.get("HeaderMode");
    const name = String(rule.get("HeaderName"));
    const text = String(rule.get("HeaderValue") ?? "");
    if (mode !== "set" && mode !== "add" && mode !== "del") throw wrong("HeaderMode must be set, add or del");
    if (!HEADER_NAME.test(name)) throw wrong("HeaderName must consist of letters, digits and -");
    if (mode !== "del" && !HEADER_VALUE.test(text))
      throw wrong("HeaderValue must be 1 to 1000 ASCII characters");
    if (rule.get("RuleType") !== "all") throw wrong("the emulator supports only header rules of type all");
    return { mode, name, value: text };
  });
  return { on, rules };
}

function readPullProtocol(value: Members): DomainConfig["originPullProtocol"] {
  onlyMembers(
    value,
    ["Origins", "OriginType", "ServerName", "OriginPullProtocol", "CosPrivateAccess"],
    "Origin",
  );
  const protocol = value.get("OriginPullProtocol");
  if (protocol === "http" || protocol === "https" || protocol === "follow") return protocol;
  throw wrong("Origin.OriginPullProtocol must be http, https or follow");
}

function readSwitch(value: Members, member: string, name: string): boolean {
  const text = value.get(member);
  if (text === "on" || text === "off") return text === "on";
  throw wrong(`${name}.${member} must be on or off`);
}

function wrong(what: string): ApiError {
  return new ApiError("InvalidParameter.CdnParamError", `Parameter error: ${what}.`);
}
