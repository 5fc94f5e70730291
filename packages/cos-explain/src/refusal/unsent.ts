import { quoted } from "../text/text.ts";

/** What a program, a browser or a phone says about a request that it did not send, and what helps. The surest come first. */
const UNSENT: readonly (readonly [says: RegExp, sentence: string])[] = [
  [
    /Mixed Content: [^\n]{0,900}has been blocked|Blocked loading mixed active content|\bCleartext (?:communication|HTTP traffic)|App Transport Security|NSURLErrorDomain[^\n]{0,20}-1022\b|HTTP request (?:was sent )?to (?:an )?HTTPS (?:port|server)/i,
    "The request was for http://, which this page, this phone or the server's port does not allow. Use https://.",
  ],
  [
    /\bERR_BLOCKED_BY_CLIENT\b/,
    "A browser extension stopped the request, as ad blockers do; a word such as ad or banner in the key is enough. Allow the host in the extension, or use another key.",
  ],
  [
    /\bERR_UPLOAD_FILE_CHANGED\b/,
    "The file changed, or was removed, after the page had got it, so the browser stopped. Choose it again; of a cloud drive's files, take one that is stored on the device.",
  ],
  [
    /\bERR_TLS_CERT_ALTNAME_INVALID\b|\bERR_CERT_COMMON_NAME_INVALID\b|\bcertificate is (?:not )?valid for\b|Hostname mismatch|doesn't match any of the subject alternative names|no alternative certificate subject name matches|\bSEC_E_WRONG_PRINCIPAL\b|\bRemoteCertificateNameMismatch\b|\bhostname ["']?[\w.-]{1,200}["']? (?:doesn't match|not verified)/i,
    "The request was not sent: the host's certificate is for other names. COS's certificate is for hosts such as <bucket>-<appid>.cos.<region>.myqcloud.com; a domain of your own needs its own certificate in the console of COS or of the CDN.",
  ],
  [
    /WRONG_VERSION_NUMBER|\bwrong version number\b|first record does not look like a TLS handshake|gave HTTP response to HTTPS client/i,
    "The request was not sent: what answers there speaks no TLS. The address begins with https:// and leads to a port of plain HTTP, or a proxy answers in the host's place.",
  ],
  [
    /\bCRYPT_E_(?:NO_REVOCATION_CHECK|REVOCATION_OFFLINE)\b/,
    "The request was not sent: Windows could not ask whether the host's certificate is revoked, since a proxy or a firewall stops that question. Allow it; curl skips it with --ssl-no-revoke.",
  ],
  [
    /\bhandshake[_ ]failure\b|\balert protocol version\b|\bprotocol_version\b|_VERSION_OR_CIPHER_MISMATCH\b|(?:create|创建) SSL\/TLS (?:secure channel|安全通道)|No appropriate protocol/i,
    "The request was not sent: the program and the host agree on no version of TLS, or on no cipher. Use a program or a system that speaks TLS 1.2 or later; nginx in front of COS needs proxy_ssl_server_name on.",
  ],
  [
    /self[- ]signed certificate|SELF_SIGNED_CERT|certificate (?:has expired|verify failed)|\bCERT_HAS_EXPIRED\b|\bUNABLE_TO_(?:GET_ISSUER_CERT|VERIFY_LEAF_SIGNATURE)|unable to get local issuer certificate|CERTIFICATE_VERIFY_FAILED|\bx509: |PKIX path|Trust anchor for certification path|CertPathValidatorException|\bERR_CERT_|NSURLErrorDomain[^\n]{0,20}-120[2-4]\b|certificate verify locations|服务器的?证书无效|\bRemoteCertificateChainErrors\b|\bUntrustedRoot\b|remote certificate is invalid|SSL peer certificate or SSH remote key was not OK|\bSEC_E_(?:UNTRUSTED_ROOT|CERT_EXPIRED)\b|(?:establish trust relationship|建立信任关系)/i,
    "The request was not sent: the machine does not trust the host's certificate. Its list of authorities is missing or old, its clock is wrong, the host does not send its intermediate certificates (npm run doctor -- --host <host> checks that), or a proxy answers in the host's place.",
  ],
  [
    /(?:Cannot|Unable to) connect to proxy|\bProxyError\b|\bERR_(?:PROXY|TUNNEL)_CONNECTION_FAILED\b|\b407 Proxy Authentication|tunneling socket could not be established|proxyconnect tcp/i,
    "The request did not get through the proxy that the machine is set to use. Correct HTTP_PROXY and HTTPS_PROXY or the system's setting, or exempt COS's host with NO_PROXY.",
  ],
  [
    /\bInvalid protocol: [\w.-]{1,60}:|\binvalid proxy address\b|\bInvalidProxyURL\b|\bProxySchemeUnknown\b/i,
    "The request was not sent: the address of the proxy that the machine or the program is set to use is incomplete. Write it with http:// in front, such as http://127.0.0.1:7890, or remove it.",
  ],
  [
    /\bERR_(?:HTTP_)?INVALID_(?:CHAR\b|HEADER_VALUE)|\binvalid (?:character in header|header field value)|\bIllegal header value\b|non ISO-8859-1 code point|not a valid ByteString|\bUnexpected char 0x[\da-f]{1,6} at \d+ in\b|\bInvalid leading whitespace, reserved character|\blatin-1' codec can't encode/i,
    "The request was not sent: a header has a character that is not allowed there, such as a line break at the end of a value that was copied, or Chinese. Remove it, or percent-encode the value, as of x-cos-meta-….",
  ],
  [
    /\bERR_UNESCAPED_CHARACTERS\b|contains unescaped characters|\bURL can't contain control characters|\bIllegal character in (?:path|query)\b/i,
    "The request was not sent: the URL has characters, such as Chinese or spaces, that must be percent-encoded. Encode the key once when you put it into the URL, or send the answer's url.",
  ],
  [
    /\bMissingSchema\b|No scheme supplied|unsupported protocol scheme ""|\bno protocol: |\bOnly absolute URLs are supported|missing an 'http:\/\/' or 'https:\/\/' protocol|\bRelativeUrlWithoutBase\b|relative URL without a base|\bERR_INVALID_URL\b|\bno colon was found|unsupported protocol \((?:https?:\/\/)?\)|Expected URL scheme 'http' or 'https'|An invalid request URI was provided|URI is not absolute|无效的请求 URI|提供了无效/i,
    "The request was not sent: the URL is incomplete. It begins with https:// and the host; if it begins with undefined, None or nothing, the setting for it is empty.",
  ],
  [
    /REQ_CONTENT_LENGTH_MISMATCH\b|\bContentLength=\d{1,20} with Body length\b|\bToo (?:little|much) data for declared Content-Length\b/i,
    "The program stopped the request: its Content-Length is not the length of the body. Leave that header to the HTTP client.",
  ],
  [
    /\bERR_INTERNET_DISCONNECTED\b|已断开与互联网的连接|Internet connection appears to be offline|NSURLErrorDomain[^\n]{0,20}-1009\b/,
    "The device has no network, so the request was not sent. Try again when it is online.",
  ],
];

const OF_POLICY =
  /violates the (?:following |document's )?Content Security Policy|Content-Security-Policy: [^\n]{0,100}blocked|内容安全策略/i;

/** The page's policy names what it lacks. */
function stoppedByPolicy(text: string): string | undefined {
  if (!OF_POLICY.test(text)) return undefined;
  const [, directive = "connect-src"] =
    /directive: ["'“]?([a-z]{3,20}(?:-[a-z]{3,10}){1,2})/i.exec(text) ?? [];
  const [origin = "the host"] = /https?:\/\/[^\s"'’”`<>/?#]+/i.exec(text) ?? [];
  const where =
    directive === "connect-src"
      ? "COS's host to connect-src, and to img-src or media-src if the page shows the file"
      : `${origin} to its ${directive}`;
  return `The page's Content-Security-Policy stopped the request before it left. Add ${where}.`;
}

const NO_ADDRESS =
  /no such host|Couldn't resolve host|getaddrinfo failed|Temporary failure in name resolution|failed to lookup address|Failed host lookup|No address associated with hostname|(?:remote|host) name could not be resolved|could not be resolved \(|无法解析主机|未能解析此远程名称|不知道这样的主机|\bENOTFOUND\b|\bEAI_AGAIN\b|Name or service not known|nodename nor servname|UnknownHostException|(?:could not|unable to) resolve host|ERR_NAME_NOT_RESOLVED|\bcurl: \(6\)|\bcurl error 6:|NSURLErrorDomain[^\n]{0,20}-100[36]\b|未能找到使用指定主机名的服务器|^com\.qcloud\.cos\.exception\.CosClientException: [\w.-]+$/im;

/** What Node.js, Go and curl say when this machine refuses a connection to itself. */
const REFUSED_HERE =
  /(?:ECONNREFUSED |dial tcp (?=[^\s]{1,60} connect: connection refused)|connect to (?=[^\n]{1,60}(?:refused|Couldn't connect)))((?:127\.0\.0\.1|\[?::1\]?|localhost)(?:(?::| port )\d{1,5})?)/i;

const CANCELLED =
  /NSURLErrorDomain[^\n]{0,20}-999\b|\bAbortError\b|aborted a request|\bcontext canceled\b|\bCanceledError\b|\bERR_CANCELED\b/;

/** Why the request was not sent, or was ended by the one who sent it; undefined if the text does not say so. */
export function whyUnsent(text: string): string | undefined {
  const stopped = stoppedByPolicy(text);
  if (stopped !== undefined) return stopped;
  const [, sentence] = UNSENT.find(([says]) => says.test(text)) ?? [];
  if (sentence !== undefined) return sentence;
  if (NO_ADDRESS.test(text)) return withoutAddress(text);
  const [, local] = REFUSED_HERE.exec(text) ?? [];
  if (local !== undefined) {
    return `The request went to ${local}, this machine itself, where nothing listens: a proxy that the system or the program is set to use (HTTP_PROXY, HTTPS_PROXY) or the emulator is not running, or the hosts file names this machine.`;
  }
  if (!CANCELLED.test(text)) return undefined;
  return "The program itself ended the request: by an abort, by a time limit of its own, or because the page or the object that sent it went away.";
}

/** The host that a resolver names. */
const NAMED_HOST =
  /(?:\bENOTFOUND|\bEAI_AGAIN|resolve host(?: address)?:?|无法解析主机地址|\blookup:?|解析此远程名称:|name could not be resolved:|UnknownHostException:?)\s+\\?["'“‘]?([\w-]+(?:\.[\w-]+)+)/i;

function withoutAddress(text: string): string {
  const [host = ""] = /\w(?:[\w.-]|\(null\)){0,200}\.(?:myqcloud\.com|tencentcos\.cn)/.exec(text) ?? [];
  if (/\bcos\.(?:\(null\)|null|undefined|none|nil|)\./i.test(host)) {
    return `COS was never asked: the host ${quoted(host)} has no region, since the setting for it is empty or is read under another name. A region looks like ap-guangzhou.`;
  }
  const [, other] = host === "" ? (NAMED_HOST.exec(text) ?? []) : [];
  if (other !== undefined) {
    return `The request was not sent: ${quoted(other)} has no address. If it is a domain of your own for COS (COS_DOMAIN), see its DNS records; otherwise the name is wrong, or the network's DNS does not answer.`;
  }
  const named = host === "" ? "the host" : quoted(host);
  return `COS was never asked: ${named} has no address. A region that does not exist has none, so check COS_REGION and COS_DOMAIN; otherwise it is the network's DNS.`;
}
