import { labelled } from "../text/labels.ts";
import { isOfPhone } from "./on-phone.ts";
import { knownBy } from "./recognizer.ts";

/** The error of the client (packages/uploader) when the Mini Program's code or settings are at fault. */
export const clientConfiguration = knownBy(
  (text) => kindOf(text) === "configuration",
  "The upload never left the phone: the Mini Program's code or settings are at fault, and the error's own message says which.",
);

/** The client's other errors without an answer, and a phone's of which nothing else is known. */
export const unansweredOnPhone = knownBy(
  (text) =>
    ["network", "timeout", "cancelled", "client"].includes(kindOf(text)) ||
    // getImageInfo and uni-app name the status that the host answered with.
    (isOfPhone(text) && !/\bdownload image fail\. reason: [45]|:fail statusCode: ?[45]\d\d\b/.test(text)),
  "COS never answered: the upload failed on the phone or on the way, and the error's own message says how.",
);

function kindOf(text: string): string {
  return labelled(text, ["kind"])[0] ?? "";
}

/** A connection that gave no answer. */
export const noAnswer = knownBy(
  [
    // Node.js
    /\bE(?:CONNRESET|CONNREFUSED|CONNABORTED|TIMEDOUT|SOCKETTIMEDOUT|PIPE|HOSTUNREACH|NETUNREACH)\b/i,
    /socket hang up|\bUND_ERR_(?:\w+_TIMEOUT|SOCKET)\b|\btimeout of \d+ms exceeded/i,
    // Go
    /\bdial tcp\b|i\/o timeout|context deadline exceeded|Client\.Timeout exceeded/i,
    /\bhttps?:\/\/[^\s"]{1,300}": (?:unexpected )?EOF\b/i,
    // Python
    /\bIncompleteRead\b|Connection broken|Remote end closed connection|Max retries exceeded/i,
    /Failed to establish a new connection|Could not connect to the endpoint/i,
    // Java and Android
    /SSLHandshakeException|SocketTimeoutException|unexpected end of stream/i,
    // Dart
    /SocketException: |HandshakeException: |DioException \[(?:connection|send|receive)/i,
    // .NET
    /operation has timed out|基础连接已经关闭|目标计算机积极拒绝/i,
    // iOS, and React Native
    /NSURLErrorDomain|Network request failed/i,
    // curl and libcurl
    /\bcurl(?:: \(| error )(?:5|7|16|18|28|35|52|55|56|92)\b/i,
    /Couldn't connect to server|Timeout was reached/i,
    // Chrome, which says ERR_ABORTED of an answer whose status it names
    /\bnet::ERR_(?!ABORTED [45]\d\d)|\bERR_(?:CONNECTION_|NETWORK_|ADDRESS_|EMPTY_RESPONSE)/i,
    // Firefox
    /\bNS_ERROR_(?:NET_\w+|CONNECTION_REFUSED|PROXY_\w+)\b|\bPR_END_OF_FILE_ERROR\b/,
    // nginx
    /\bupstream (?:prematurely closed|timed out)|no live upstreams/i,
    // Several of them
    /connection (?:reset|refused|timed out|aborted)|broken pipe|TLS handshake/i,
    /(?:read|connect|connecting|operation|request) timed out|操作超时|请求超时/i,
  ],
  "COS never answered: the connection failed or broke on the way, and the error's own message says how. Try again; if it lasts, look for a proxy, a firewall or a wrong host.",
);
