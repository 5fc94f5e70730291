import { quoted } from "../text/text.ts";
import { has, meaningOf, type Words } from "../text/words.ts";
import { noRefusal, type Recognizer } from "./recognizer.ts";
import { isOfFunction } from "./signing-function.ts";

/** A request that was not sent, or was ended by the one who sent it; what the signing function says of its own is none. */
export const unsent: Recognizer = (text) => {
  if (isOfFunction(text)) return undefined;
  const sentence =
    stoppedByPolicy(text) ??
    meaningOf(text, UNSENT) ??
    (has(text, NO_ADDRESS) ? withoutAddress(text) : undefined) ??
    refusedHere(text) ??
    (has(text, CANCELLED) ? BY_PROGRAM : undefined);
  return sentence === undefined ? undefined : noRefusal(sentence);
};

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

/** What a program, a browser or a phone says, and what helps. The surest come first. */
const UNSENT: readonly (readonly [words: Words, sentence: string])[] = [
  [
    [
      // Chrome and Firefox
      /Mixed Content: [^\n]{0,900}has been blocked|Blocked loading mixed active content/i,
      // Android and iOS
      /\bCleartext (?:communication|HTTP traffic)|App Transport Security|NSURLErrorDomain[^\n]{0,20}-1022\b/i,
      // nginx, and clients that got its words
      /HTTP request (?:was sent )?to (?:an )?HTTPS (?:port|server)/i,
    ],
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
    [
      // Node.js, Chrome and Firefox
      /\bSSL_ERROR_BAD_CERT_DOMAIN\b|\bERR_TLS_CERT_ALTNAME_INVALID\b|\bERR_CERT_COMMON_NAME_INVALID\b|\bcurl: \(51\)/i,
      // Go
      /\bcertificate is (?:not )?valid for\b/i,
      // Python
      /Hostname mismatch|doesn't match any of the subject alternative names/i,
      // curl, and Windows under it
      /no alternative certificate subject name matches|\bSEC_E_WRONG_PRINCIPAL\b/i,
      // .NET
      /\bRemoteCertificateNameMismatch\b/i,
      // Python and Java
      /\bhostname ["']?[\w.-]{1,200}["']? (?:doesn't match|not verified)/i,
    ],
    "The request was not sent: the host's certificate is for other names. COS's certificate is for hosts such as <bucket>-<appid>.cos.<region>.myqcloud.com; a domain of your own needs its own certificate in the console of COS or of the CDN.",
  ],
  [
    [
      // OpenSSL, as Node.js, Python and curl pass it on
      /WRONG_VERSION_NUMBER|\bwrong version number\b/i,
      // Firefox
      /\bSSL_ERROR_RX_RECORD_TOO_LONG\b/,
      // Go
      /first record does not look like a TLS handshake|gave HTTP response to HTTPS client/i,
    ],
    "The request was not sent: what answers there speaks no TLS. The address begins with https:// and leads to a port of plain HTTP, or a proxy answers in the host's place.",
  ],
  [
    /\bCRYPT_E_(?:NO_REVOCATION_CHECK|REVOCATION_OFFLINE)\b/,
    "The request was not sent: Windows could not ask whether the host's certificate is revoked, since a proxy or a firewall stops that question. Allow it; curl skips it with --ssl-no-revoke.",
  ],
  [
    [
      // OpenSSL, Java and Chrome
      /\bhandshake[_ ]failure\b|\balert protocol version\b|\bprotocol_version\b|_VERSION_OR_CIPHER_MISMATCH\b/i,
      // Firefox
      /\bSSL_ERROR_(?:NO_CYPHER_OVERLAP|UNSUPPORTED_VERSION)\b/,
      // .NET
      /(?:create|创建) SSL\/TLS (?:secure channel|安全通道)/i,
      // Java
      /No appropriate protocol/i,
    ],
    "The request was not sent: the program and the host agree on no version of TLS, or on no cipher. Use a program or a system that speaks TLS 1.2 or later; nginx in front of COS needs proxy_ssl_server_name on.",
  ],
  [
    [
      // OpenSSL, as Node.js, Python, PHP and curl pass it on
      /self[- ]signed certificate|SELF_SIGNED_CERT|certificate (?:has expired|verify failed)|\bCERT_HAS_EXPIRED\b/i,
      /\bUNABLE_TO_(?:GET_ISSUER_CERT|VERIFY_LEAF_SIGNATURE)|unable to get local issuer certificate/i,
      /\bcurl: \((?:60|77)\)|CERTIFICATE_VERIFY_FAILED|certificate verify locations|SSL peer certificate or SSH remote key was not OK/i,
      // Go
      /\bx509: /i,
      // Java and Android
      /PKIX path|Trust anchor for certification path|CertPathValidatorException/i,
      // Chrome and Firefox
      /\bERR_CERT_|\bSEC_ERROR_|\bMOZILLA_PKIX_ERROR_/,
      // iOS and DevTools
      /NSURLErrorDomain[^\n]{0,20}-120[2-4]\b|服务器的?证书无效/i,
      // .NET and Windows
      /\bRemoteCertificateChainErrors\b|\bUntrustedRoot\b|remote certificate is invalid/i,
      /\bSEC_E_(?:UNTRUSTED_ROOT|CERT_EXPIRED)\b|(?:establish trust relationship|建立信任关系)/i,
    ],
    "The request was not sent: the machine does not trust the host's certificate. Its list of authorities is missing or old, its clock is wrong, the host does not send its intermediate certificates (npm run doctor -- --host <host> checks that), or a proxy answers in the host's place.",
  ],
  [
    [
      // Python
      /\bcurl: \(5\)|(?:Cannot|Unable to) connect to proxy|\bProxyError\b/i,
      // Chrome
      /\bERR_(?:PROXY|TUNNEL)_CONNECTION_FAILED\b/i,
      // The proxy itself, Node.js and Go
      /\b407 Proxy Authentication|tunneling socket could not be established|proxyconnect tcp/i,
    ],
    "The request did not get through the proxy that the machine is set to use. Correct HTTP_PROXY and HTTPS_PROXY or the system's setting, or exempt COS's host with NO_PROXY.",
  ],
  [
    /\bInvalid protocol: [\w.-]{1,60}:|\binvalid proxy address\b|\bInvalidProxyURL\b|\bProxySchemeUnknown\b/i,
    "The request was not sent: the address of the proxy that the machine or the program is set to use is incomplete. Write it with http:// in front, such as http://127.0.0.1:7890, or remove it.",
  ],
  [
    [
      // Node.js
      /\bERR_(?:HTTP_)?INVALID_(?:CHAR\b|HEADER_VALUE)|\binvalid character in header/i,
      // Go
      /\binvalid header field value/i,
      // Python
      /\bIllegal header value\b|\bInvalid leading whitespace, reserved character|\blatin-1' codec can't encode/i,
      // Browsers, and fetch in Node.js
      /non ISO-8859-1 code point|not a valid ByteString/i,
      // OkHttp
      /\bUnexpected char 0x[\da-f]{1,6} at \d+ in\b/i,
    ],
    "The request was not sent: a header has a character that is not allowed there, such as a line break at the end of a value that was copied, or Chinese. Remove it, or percent-encode the value, as of x-cos-meta-….",
  ],
  [
    [
      // Node.js
      /\bERR_UNESCAPED_CHARACTERS\b|contains unescaped characters/i,
      // Python
      /\bURL can't contain control characters/i,
      // Java
      /\bIllegal character in (?:path|query)\b/i,
    ],
    "The request was not sent: the URL has characters, such as Chinese or spaces, that must be percent-encoded. Encode the key once when you put it into the URL, or send the answer's url.",
  ],
  [
    [
      // Python
      /\bMissingSchema\b|No scheme supplied|missing an 'http:\/\/' or 'https:\/\/' protocol/i,
      // Go
      /unsupported protocol scheme ""/i,
      // Java and OkHttp
      /\bno protocol: |\bno colon was found|Expected URL scheme 'http' or 'https'|URI is not absolute/i,
      // Node.js
      /\bOnly absolute URLs are supported|\bERR_INVALID_URL\b/i,
      // Rust
      /\bRelativeUrlWithoutBase\b|relative URL without a base/i,
      // .NET
      /An invalid request URI was provided|无效的请求 URI|提供了无效/i,
      // Others
      /unsupported protocol \((?:https?:\/\/)?\)|\bcurl: \([13]\)/i,
    ],
    "The request was not sent: the URL is incomplete. It begins with https:// and the host; if it begins with undefined, None or nothing, the setting for it is empty.",
  ],
  [
    /\bcurl: \(26\)|\bFailed to open\/read local data from file/,
    "Nothing was sent: the program cannot read the file that it was to send. See its path, and whether the program may read it.",
  ],
  [
    [
      // Amazon's SDKs for JavaScript and Python
      /\bregion was not a valid DNS name|\bInvalid endpoint: |\bCustom endpoint `[^`\n]{0,200}` was not a valid URI|\bInvalidRegionError\b/,
      // MinIO's client
      /\bdoes not follow ip address or domain name standards\b/,
    ],
    "Nothing was sent: the program was given a region or an endpoint that is none. A region of COS looks like ap-guangzhou, and its endpoint is https://cos.<region>.myqcloud.com; look for quotes, spaces or Chinese in the setting, or an address in place of the region.",
  ],
  [
    [
      // Node.js
      /REQ_CONTENT_LENGTH_MISMATCH\b/i,
      // Go
      /\bContentLength=\d{1,20} with Body length\b/i,
      // Python
      /\bToo (?:little|much) data for declared Content-Length\b/i,
    ],
    "The program stopped the request: its Content-Length is not the length of the body. Leave that header to the HTTP client.",
  ],
  [
    [
      // Chrome
      /\bERR_INTERNET_DISCONNECTED\b/,
      // iOS
      /已断开与互联网的连接|Internet connection appears to be offline|NSURLErrorDomain[^\n]{0,20}-10(?:09|18|19|20)\b/,
      // Firefox
      /\bNS_ERROR_OFFLINE\b/,
    ],
    "The device has no network, or the app may not use mobile data, so the request was not sent. Try again when it is online, and look at the app's right to mobile data in the phone's settings.",
  ],
];

/** A name that has no address. */
const NO_ADDRESS: Words = [
  // Node.js, browsers, and the names of the system's own errors
  /\bENOTFOUND\b|\bEAI_AGAIN\b|ERR_NAME_NOT_RESOLVED|Name or service not known|nodename nor servname/i,
  // Go and Rust
  /no such host|failed to lookup address/i,
  // Python
  /getaddrinfo failed|Temporary failure in name resolution/i,
  // Java and Android, and COS's SDK for Java, which says nothing but the host
  /UnknownHostException|No address associated with hostname/i,
  /^com\.qcloud\.cos\.exception\.CosClientException: [\w.-]+$/im,
  // Dart
  /Failed host lookup/i,
  // Firefox, and WeChat in its spelling
  /\bNS_ERROR_UNKNOWN_(?:PROXY_)?HOST\b|unknow host error/,
  // .NET and nginx
  /(?:remote|host) name could not be resolved|未能解析此远程名称|不知道这样的主机|could not be resolved \(/i,
  // iOS
  /NSURLErrorDomain[^\n]{0,20}-100[36]\b|未能找到使用指定主机名的服务器/i,
  // curl and wget
  /Couldn't resolve host|(?:could not|unable to) resolve host|\bcurl: \(6\)|\bcurl error 6:|无法解析主机/i,
];

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

/** What Node.js, Go and curl say when this machine refuses a connection to itself. */
const REFUSED_HERE =
  /(?:ECONNREFUSED |dial tcp (?=[^\s]{1,60} connect: connection refused)|connect to (?=[^\n]{1,60}(?:refused|Couldn't connect)))((?:127\.0\.0\.1|\[?::1\]?|localhost)(?:(?::| port )\d{1,5})?)/i;

function refusedHere(text: string): string | undefined {
  const [, local] = REFUSED_HERE.exec(text) ?? [];
  return local === undefined
    ? undefined
    : `The request went to ${local}, this machine itself, where nothing listens: a proxy that the system or the program is set to use (HTTP_PROXY, HTTPS_PROXY) or the emulator is not running, or the hosts file names this machine.`;
}

const CANCELLED: Words = [
  // iOS
  /NSURLErrorDomain[^\n]{0,20}-999\b/,
  // Browsers and Node.js
  /\bAbortError\b|aborted a request/,
  // Go
  /\bcontext canceled\b/,
  // axios
  /\bCanceledError\b|\bERR_CANCELED\b/,
];

const BY_PROGRAM =
  "The program itself ended the request: by an abort, by a time limit of its own, or because the page or the object that sent it went away.";
