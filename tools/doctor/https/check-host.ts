import {
  type CertificateReport,
  type Claim,
  checkCertificate,
  type Endpoint,
  type Finding,
  judge,
  label,
  pass,
  refusesModernTls,
  skip,
  warn,
} from "../../../packages/tls-check/src/index.ts";
import { CERTIFICATE_COMMANDS } from "../../lib/certificate-commands.ts";
import { cnamesOf, type Network } from "../../lib/network.ts";
import { hstsFinding } from "./hsts.ts";
import { plainHttpFinding, plainPort } from "./plain-http.ts";
import { modernTlsFinding, oldHandshake, oldTlsFinding } from "./tls-versions.ts";

export interface HostOptions {
  /** The port on which to look for plain HTTP, instead of 80. */
  readonly httpPort?: number | undefined;
  /** Unix time in milliseconds. */
  readonly now: number;
}

/** Checks everything about one host's HTTPS from outside. The host cannot make it throw. */
export async function checkHost(
  endpoint: Endpoint,
  network: Network,
  options: HostOptions,
): Promise<Finding[]> {
  const at = label(endpoint);
  const claim = (id: string, title: string): Claim => ({ id: `${id}@${at}`, title: `${at}: ${title}` });
  const modern = claim("tls.modern", "TLS 1.2 or later works");
  const old = claim("tls.old", "TLS 1.0 and 1.1 are refused");
  const plain = claim("http.redirect", "plain HTTP redirects to HTTPS or is closed");
  const hsts = claim("http.hsts", "HSTS keeps clients on HTTPS");
  const http2 = claim("http.h2", "HTTP/2 is on");

  const { timeoutMs } = network;
  const checkOptions = {
    anchors: network.anchors,
    timeoutMs,
    now: options.now,
    cnamesOf: (host: string) => cnamesOf(host, network),
    commands: CERTIFICATE_COMMANDS,
  };
  const httpPort = options.httpPort ?? plainPort(endpoint);
  const report = await checkCertificate(endpoint, checkOptions);
  const { errorCode } = report;
  const plainFinding = () => plainHttpFinding(plain, endpoint, httpPort, network);

  if (errorCode === undefined) {
    return [
      ...report.findings,
      ...(await Promise.all([
        modernTlsFinding(modern, endpoint, timeoutMs),
        oldTlsFinding(old, endpoint, timeoutMs),
        plainFinding(),
        hstsFinding(hsts, endpoint, network),
      ])),
      http2Finding(http2, report),
    ];
  }
  const unseen = "HTTPS does not answer.";
  const outdated = refusesModernTls(errorCode) ? await oldHandshake(endpoint, timeoutMs) : undefined;
  // The handshake trusted no roots, so OpenSSL's verdict means nothing: only the path to a root decides.
  const certificate =
    outdated && (await judge(endpoint, { ...outdated, verifyError: undefined }, checkOptions));
  const isElsewhere = httpPort !== endpoint.port || outdated !== undefined;
  const isFound = !["TIMEOUT", "ENOTFOUND", "EAI_AGAIN"].includes(errorCode);
  return [
    ...(certificate ?? report).findings,
    ...(outdated === undefined
      ? [skip(modern, unseen), skip(old, unseen)]
      : await Promise.all([
          modernTlsFinding(modern, endpoint, timeoutMs),
          oldTlsFinding(old, endpoint, timeoutMs),
        ])),
    isFound && isElsewhere ? await plainFinding() : skip(plain, unseen),
    skip(hsts, unseen),
    skip(http2, unseen),
  ];
}

/** HTTP/2 saves a phone one handshake for each parallel request. */
function http2Finding(claim: Claim, { handshake }: CertificateReport): Finding {
  if (handshake?.alpn === "h2") return pass(claim, "The server chooses h2.");
  return warn(
    claim,
    "The server supports only HTTP/1.1.",
    "Nothing breaks without HTTP/2. To switch it on for Tencent's CDN: npm run https -- cdn http2. For COS's own names it cannot be changed.",
  );
}
