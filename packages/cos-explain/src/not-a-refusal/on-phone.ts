import { has, meaningOf } from "../text/words.ts";
import { noRefusal, type Recognizer } from "./recognizer.ts";
import { withNumbersOfIos } from "./words-of-ios.ts";

const OF_PHONE = [
  // A method of WeChat's that failed, such as uploadFile:fail
  /\b\w+:fail\b|\b\w+File: ?fail\b/,
  // The same of Taro on React Native, which gives an answer's status so too
  /\b\w+File fail: (?![45]\d\d)/,
  // Alipay
  /["']error["']\s*:\s*\d{1,5}\s*,\s*["']errorMessage["']/,
  // WeChat's numbers
  /\berr(?:no|Code)["']?\s?[:=]\s?["']?60\d{4}\b|^\s*60\d{4}\s*$/,
  // DevTools, and the pages of a Mini Program
  /合法域名列表|小程序要求的 TLS|\bnot in domain list\b|不支持打开非业务域名|Failed to load local image resource/,
];

/** Whether a phone's app says that one of its own methods failed. */
export function isOfPhone(text: string): boolean {
  return has(text, OF_PHONE);
}

/**
 * The names of cronet's numbers (https://chromium.googlesource.com/chromium/src/+/main/net/base/net_error_list.h), on
 * which WeChat's network is built.
 */
const CRONET: ReadonlyMap<string, string> = new Map([
  ["-7", "TIMED_OUT"],
  ["-15", "SOCKET_NOT_CONNECTED"],
  ["-21", "NETWORK_CHANGED"],
  ["-100", "CONNECTION_CLOSED"],
  ["-101", "CONNECTION_RESET"],
  ["-102", "CONNECTION_REFUSED"],
  ["-103", "CONNECTION_ABORTED"],
  ["-104", "CONNECTION_FAILED"],
  ["-105", "NAME_NOT_RESOLVED"],
  ["-106", "INTERNET_DISCONNECTED"],
  ["-107", "SSL_PROTOCOL_ERROR"],
  ["-109", "ADDRESS_UNREACHABLE"],
  ["-111", "TUNNEL_CONNECTION_FAILED"],
  ["-113", "SSL_VERSION_OR_CIPHER_MISMATCH"],
  ["-118", "CONNECTION_TIMED_OUT"],
  ["-130", "PROXY_CONNECTION_FAILED"],
  ["-137", "NAME_RESOLUTION_FAILED"],
  ["-200", "CERT_COMMON_NAME_INVALID"],
  ["-201", "CERT_DATE_INVALID"],
  ["-202", "CERT_AUTHORITY_INVALID"],
  ["-207", "CERT_INVALID"],
  ["-310", "TOO_MANY_REDIRECTS"],
  ["-324", "EMPTY_RESPONSE"],
]);

/**
 * Writes iOS's numbers after its words, curl's after HarmonyOS's, which end like them
 * (https://developer.huawei.com/consumer/cn/doc/harmonyos-references/errorcode-net-http), and the names of cronet's or iOS's
 * numbers after a `fail` that has only the number.
 */
export function withNamesOfNumbers(text: string): string {
  const named = withNumbersOfIos(text).replace(
    /(\b(?:code|BusinessError)\b["']?\s?[:=]?\s?["']?23000)(\d\d)\b/gi,
    withNumberOfCurl,
  );
  return named.replace(
    /(:fail\b[^\n"'}-]{0,40}?)(-\d{1,4})(?![\d-])(?![^\n]{0,60}ERR_)/g,
    (whole, before: string, number: string) => {
      const name = CRONET.get(number);
      if (name !== undefined) return `${before}${number} net::ERR_${name}`;
      return Number(number) <= -995 ? `${before}NSURLErrorDomain Code=${number}` : whole;
    },
  );
}

function withNumberOfCurl(_: string, before: string, digits: string): string {
  return `${before}${digits} curl: (${Number(digits)})`;
}

const number = (digits: string) => `(?:^\\s*|\\berr(?:no|Code)["']?\\s?[:=]\\s?["']?)(?:${digits})\\b`;

/** Its rules for requests, and its numbers. */
const PAGES = [
  "https://developers.weixin.qq.com/miniprogram/dev/framework/ability/network.html",
  "https://developers.weixin.qq.com/miniprogram/dev/framework/usability/PublicErrno.html",
] as const;

/** Why WeChat does not run a method, whichever it is (https://developers.weixin.qq.com/miniprogram/dev/framework/user-privacy). */
const NOT_RUN: readonly (readonly [words: RegExp, sentence: string])[] = [
  [
    /api scope is not declared in the privacy agreement|\bapi not declared in privacypolicy\b/i,
    "Nothing was sent: the Mini Program's privacy statement does not declare what this method takes, such as photos or files. Add it in WeChat's console (设置, 服务内容声明, 用户隐私保护指引); it holds once WeChat has accepted it.",
  ],
  [
    /\bprivacy permission is not authorized\b/i,
    "Nothing was sent: the user has not agreed to the Mini Program's privacy statement. Ask with wx.requirePrivacyAuthorize, or wx.onNeedPrivacyAuthorization, before the method.",
  ],
  [
    /\bjsapi has no permission\b/i,
    "Nothing was sent: WeChat does not let the Mini Program use this method, or not while it is in the background. Call it when the Mini Program is in front; some methods are open only to companies' Mini Programs.",
  ],
  [
    /\bexceed max file size\b/i,
    "wx.downloadFile takes files of up to 200 MB: give the user the address of a larger one instead, to open in a browser.",
  ],
  [
    /\bmaximum size of the file storage limit is exceeded\b|\bexceed max size in usr\b/i,
    "The files that the Mini Program keeps on the phone have reached WeChat's limit of 200 MB. Remove some, with FileSystemManager's unlink or removeSavedFile.",
  ],
];

/** What WeChat, DevTools and apps like WeChat say, and what it means. The surest come first. */
const FAILURES: readonly (readonly [words: RegExp, sentence: string])[] = [
  [
    new RegExp(
      `合法域名列表|(?:url|domain) (?:is )?not in domain list|\\bno valid domains?\\b|无权跨域|${number("600002")}`,
      "i",
    ),
    "Nothing was sent: the Mini Program's list lacks the domain. request, uploadFile and downloadFile each have their own list, and a port must be the same in both; npm run deploy -- info prints what to enter.",
  ],
  [
    new RegExp(
      `\\b(?:in|il)valid url\\b|\\bill?egal url\\b|\\bprotocol must be\\b|\\burl is not valid\\b|NSURLErrorDomain Code=-100[02]\\b|${number("600009|600011")}`,
      "i",
    ),
    "Nothing was sent: the URL is not valid. Print it: it must begin with https://, undefined or null in it is a setting that is missing, and one that was copied from a page may have characters that cannot be seen.",
  ],
  [
    /Failed to load local image resource/,
    "Nothing was sent: the image's address is read as a file of the Mini Program, and there is none. If it ends in undefined, null or [object Object], the page was drawn without its data; otherwise it lacks https:// and the host.",
  ],
  [
    /不支持打开非业务域名/,
    "A web-view opens only hosts in the Mini Program's list of business domains (业务域名), which is another list than those for requests. A picture needs no web-view, and a document none with wx.downloadFile and wx.openDocument.",
  ],
  [
    /小程序要求的 TLS 版本/,
    "Nothing was sent: DevTools says that the host speaks no TLS 1.2. npm run doctor -- --host <host> shows what it speaks; if that is enough, a proxy on this machine stands in between.",
  ],
  [
    /\bssl hand ?shake\b|\bERR_SSL_PROTOCOL_ERROR\b|NSURLErrorDomain[^\n]{0,20}-1200\b/i,
    "Nothing was sent: the phone and the host came to no secure connection. Usually the host's certificate has expired or is sent without its intermediate certificates, which browsers forgive; npm run doctor -- --host <host> checks that. If it is right, the phone's clock is wrong, or a proxy stands in between.",
  ],
  [
    new RegExp(`\\bexceed max \\w+ connection count\\b|${number("600007")}`, "i"),
    "Nothing was sent: WeChat runs at most ten of these at once. Wait for one to end before the next.",
  ],
  [
    /\b\w+File:fail[^\n]{0,60}\b(?:file not found|no such file|file (?:doesn't|not) exist|file error)\b|["']error["']\s*:\s*11\s*,\s*["']errorMessage/i,
    "Nothing was sent: there is no file under this path. A temporary path is lost when the app is closed: upload soon after the file was chosen, or save it first.",
  ],
  [
    /\b\w+File:fail[^\n]{0,60}\bpermission denied\b/i,
    "Nothing was sent: WeChat may not read the file under this path. Take the path that wx.chooseMedia, wx.chooseMessageFile or another of its methods gave, not one of the phone's own file system.",
  ],
  [
    new RegExp(`:fail interrupted\\b|${number("600003")}`),
    "The request was interrupted, as WeChat does with those that still run five seconds after the Mini Program went to the background. Send it again when the Mini Program is in front.",
  ],
  [
    /\bfail\b[^\n]{0,60}(?:timeout|time[- ]?out|timed out|超时)|NSURLErrorDomain[^\n]{0,20}-1001\b|\bERR_(?:CONNECTION_)?TIMED_OUT\b/i,
    "COS never answered in time: the request may take 60 seconds unless timeout, in the call or in app.json's networkTimeout, says less. The network was too slow for the file, or lost the connection.",
  ],
  [
    /\bERR_CONNECTION_REFUSED\b/,
    "COS never answered: nothing listens at this host and port. On a phone, localhost and 127.0.0.1 are the phone itself.",
  ],
  [
    new RegExp(`\\bargv error\\b|\\bparameter error\\b|${number("600005|600010")}`, "i"),
    "Nothing was sent: a parameter of the call is not what the method takes; the error's own message says which.",
  ],
  [
    /(?::fail|\bFile fail):?(?: error)?\s*(?:undefined|null|\{\}|\[object \w+\]|httpStatus=0)?\s*(?:"|'|$|[},])|\bERR_FAILED\b|:fail abort statusCode:|\bunknown network error\b/im,
    "COS never answered, and the phone does not say why. Try another network, then a browser on the phone with the same host; npm run doctor -- --host <host> checks the host from outside.",
  ],
  [/:fail[: ](?:user )?(?:abort|cancel)/i, "The program itself, or the user, ended the request."],
];

/** The methods that ask a server, and how WeChat names their beginnings. */
const OF_NETWORK = /^(?:request|(?:up|down)loadFile|connectSocket|getImageInfo|create\w+Task)$/;

/** What happened to an upload on a phone, or to what came before it, if its app says so. */
export const onPhone: Recognizer = (text) => {
  if (!isOfPhone(text)) return undefined;
  const sentence = meaningOf(text, NOT_RUN) ?? aboutOtherMethod(text) ?? meaningOf(text, FAILURES);
  return sentence === undefined ? undefined : noRefusal(sentence, ...PAGES);
};

/** Of a method that asks no server; undefined if another one does, or none is named. */
function aboutOtherMethod(text: string): string | undefined {
  const methods = [...text.matchAll(/\b(\w{3,40}):fail\b/g)].map(([, method = ""]) => method);
  const [method] = methods;
  if (method === undefined || methods.some((name) => OF_NETWORK.test(name))) return undefined;
  return /:fail (?:user )?cancel/.test(text)
    ? `The user cancelled ${method}: there is nothing to mend.`
    : `This is about ${method}, which sends nothing to COS: the error's own message says what is wrong.`;
}
