/** A service that answers for other people's names, and where the certificate of such a name is installed. */
export interface Server {
  readonly who: string;
  /** Tencent Cloud's own, for which the caller may have a command. */
  readonly place?: Place;
  readonly install: string;
}

/** Where Tencent Cloud keeps certificates. */
export type Place = "cdn" | "bucket";

/** By the names that the server's own certificate covers, or that a CNAME leads to. */
const SERVERS: readonly (readonly [RegExp, Server])[] = [
  [
    // Before COS: a bucket's default CDN name ends in file.myqcloud.com.
    /(^|\.)(cdn|dsa)\.dnsv1\.com(\.cn)?$|(^|\.)tdnsv\d*\.com$|\.file\.myqcloud\.com$|(^|\.)cdn\.(myqcloud|qcloud)\.com$/,
    {
      who: "Tencent Cloud's CDN",
      place: "cdn",
      install:
        "A certificate on the bucket's custom domain has no effect for a name that points to the CDN: put it on the " +
        "domain in the CDN console, or point the name to the bucket.",
    },
  ],
  [
    /(^|\.)(eo\.dns\w*\.com|edgeone\.\w+)$/,
    {
      who: "Tencent EdgeOne",
      install: "Put the certificate on the domain in the EdgeOne console, or point the name elsewhere.",
    },
  ],
  [
    /(^|\.)cos(-website|-internal)?\.[a-z0-9-]+\.(myqcloud\.com|tencentcos\.cn)$|(^|\.)cos\.accelerate\.myqcloud\.com$/,
    {
      who: "COS itself",
      place: "bucket",
      install:
        "The name points to the bucket, so the certificate belongs on the bucket's custom domain: add the domain to " +
        "the bucket, with its certificate.",
    },
  ],
  [
    /(^|\.)tencentscf\.com$/,
    {
      who: "SCF",
      install: "Bind the name to the function as a custom domain with its certificate (SCF console, HTTPS).",
    },
  ],
  [
    /\.oss-[a-z0-9-]+\.aliyuncs\.com$/,
    { who: "Alibaba OSS", install: "Put the certificate on the bucket's domain in the OSS console." },
  ],
  [
    /\.(alikunlun|kunlun\w*|alicdn)\.com$/,
    {
      who: "Alibaba's CDN",
      install: "Put the certificate on the domain in that CDN's console, not on the bucket.",
    },
  ],
];

/** Whose server these names belong to: names from its certificate, or from DNS. */
export function whoseServer(names: readonly string[]): Server | undefined {
  for (const [form, server] of SERVERS) {
    if (names.some((name) => form.test(name.toLowerCase().replace(/\.$/, "")))) return server;
  }
  return undefined;
}
