import type { Meaning, PlatformCode } from "../core/platform";

/** What the platform calls `fail` with. None of it is there on every phone and in every version. */
export interface PlatformFail {
  readonly errMsg?: unknown;
  readonly errno?: unknown;
  readonly errCode?: unknown;
}

/**
 * WeChat's `errno`, those that say enough by themselves. 600000 (unknown), 600001 (cronet: see the text), 600004
 * and 600006 do not.
 * https://developers.weixin.qq.com/miniprogram/dev/framework/usability/PublicErrno.html
 */
const BY_ERRNO: Readonly<Record<number, PlatformCode>> = {
  1: "Interrupted",
  3: "PermissionDenied",
  5: "Timeout",
  100: "NotSupported",
  101: "InvalidRequest",
  102: "NotSupported",
  103: "PermissionDenied",
  104: "PermissionDenied",
  108: "NetworkError",
  109: "NetworkError",
  111: "OutOfMemory",
  1000: "PlatformError",
  1001: "InvalidRequest",
  1002: "InvalidRequest",
  1003: "TooManyTasks",
  600002: "DomainNotAllowed",
  600003: "Interrupted",
  600005: "InvalidRequest",
  600007: "TooManyTasks",
  600008: "InvalidUrl",
  600009: "InvalidUrl",
  600010: "InvalidRequest",
  600011: "InvalidUrl",
  602300: "FileTooLarge",
  1300201: "PlatformError",
  1300202: "FileTooLarge",
};

/**
 * The numbers of the network below WeChat, without their minus: cronet's below 999
 * (https://chromium.googlesource.com/chromium/src/+/main/net/base/net_error_list.h), iOS's from there on
 * (https://developer.apple.com/documentation/foundation/nsurlerror). The first and the last of each range.
 */
const BY_NET_ERROR: readonly (readonly [from: number, to: number, code: PlatformCode])[] = [
  [3, 3, "Interrupted"],
  [6, 6, "FileUnreadable"],
  [7, 7, "Timeout"],
  [8, 8, "FileTooLarge"],
  [10, 10, "FileUnreadable"],
  [13, 13, "OutOfMemory"],
  [14, 14, "FileUnreadable"],
  [29, 29, "InvalidUrl"],
  [107, 107, "SecureConnectionFailed"],
  [113, 113, "SecureConnectionFailed"],
  [118, 118, "Timeout"],
  [200, 219, "SecureConnectionFailed"],
  [300, 303, "InvalidUrl"],
  [310, 312, "InvalidUrl"],
  [501, 501, "SecureConnectionFailed"],
  [803, 803, "Timeout"],
  [999, 999, "Interrupted"],
  [1000, 1000, "InvalidUrl"],
  [1001, 1001, "Timeout"],
  [1002, 1002, "InvalidUrl"],
  [1007, 1007, "InvalidUrl"],
  [1022, 1022, "InvalidUrl"],
  [1100, 1102, "FileUnreadable"],
  [1103, 1103, "FileTooLarge"],
  [1200, 1206, "SecureConnectionFailed"],
];

/**
 * What texts say, in WeChat's own words and in those of iOS, Android, cronet and DevTools, Chinese and English
 * (https://developers.weixin.qq.com/miniprogram/dev/framework/performance/network.html has a few). The first
 * that fits counts, so what says more stands before what says less.
 */
const BY_TEXT: readonly (readonly [RegExp, PlatformCode])[] = [
  [/domain list|in domain|valid domain|合法域名|域名列表|白名单/i, "DomainNotAllowed"],
  [/requested URL was not found|找不到所请求的 ?URL/i, "FileUnreadable"],
  [
    /(invalid|unsupported|malformed|illegal|bad|unexpected) ?url|expected url scheme|no protocol/i,
    "InvalidUrl",
  ],
  [
    /url (is )?(invalid|not valid|validate)|redirect|重定向|ERR_(INVALID_URL|UNSAFE_PORT)|URL_SCHEME/i,
    "InvalidUrl",
  ],
  [
    /(无效|無效|不支持|不支援|不合法|错误|錯誤)的? ?(URL|网址)|(URL|网址) ?(无效|無效|格式|不合法|错误)/i,
    "InvalidUrl",
  ],
  [/App Transport Security|策略要求使用安全|cleartext/i, "InvalidUrl"],
  [
    /parameter|参数|invalid (request )?(data|header|method)|should be |(illegal|invalid)argument\w|INVALID_ARGUMENT|argv/i,
    "InvalidRequest",
  ],
  [
    /no such file|ENOENT|ERR_UPLOAD_FILE|ERR_FILE_(NOT|PATH|VIRUS)|(read|open|invalid|empty) ?file/i,
    "FileUnreadable",
  ],
  [
    /\b(file|filePath|directory)\b.{0,40}(not? |n.t )(be )?(found|exist|read)|\bfile( data)? is empty/i,
    "FileUnreadable",
  ],
  [/permission.{0,30}\b(file|path|open)\b|\bfile\b.{0,80}permission/i, "FileUnreadable"],
  [
    /(找不到|无法读取|读取|沒有).{0,4}(文件|檔案)|(文件|檔案).{0,12}(不存在|找不到|无法|失败|失效|权限|權限)/,
    "FileUnreadable",
  ],
  [/time[ds]?[ _-]?out|timer expired|after \d+ ?ms|超时|超時|逾时|逾時/i, "Timeout"],
  [
    /\b(ssl|tls)\b|SSL(Handshake|Exception|Peer)|ERR_(BAD_)?SSL|secure connection|安全连接|安全連線/i,
    "SecureConnectionFailed",
  ],
  [/certificate|CERT(_|\b)|CertPath|trust anchor|LEAF_SIGNATURE|证书|憑證/i, "SecureConnectionFailed"],
  [/exceed max(?!.{0,12}size)|max (connection|task)|too many|超过最大/i, "TooManyTasks"],
  [/out ?of ?memory|\boom\b|OUT_OF_MEMORY/i, "OutOfMemory"],
  [/exceed.{0,20}(size|limit)|size limit|too ?_?(big|large)|过大|超出.{0,6}(大小|限制)/i, "FileTooLarge"],
  [/not support|has no permission/i, "NotSupported"],
  [/\binterrupted\b|\babort(ed)?\b|\bcancel(l?ed)?\b|ERR_ABORTED|(已|用户)取消/i, "Interrupted"],
  [/permission denied|auth(orize)? deny|denied/i, "PermissionDenied"],
];

/**
 * What a `fail` means: by its number, then by its text. A text that fits nothing means `otherwise`: of a request, the
 * network, for whatever the network's layers say in words of their own.
 */
export function meaningOf(fail: unknown, otherwise: PlatformCode): Meaning {
  const { errMsg, errno, errCode }: PlatformFail = typeof fail === "object" && fail !== null ? fail : {};
  const message = typeof errMsg === "string" ? errMsg : fail instanceof Error ? fail.message : String(fail);
  const number = Number(errno) || Number(errCode) || 0;
  const code =
    byNumber(Number(errno)) || byNumber(Number(errCode)) || byText(message) || rest(number, otherwise);
  return { code, message, errno: number };
}

function byNumber(number: number): PlatformCode | undefined {
  if (number < 0) return byNetError(-number);
  return BY_ERRNO[number] || (number >= 1300000 && number < 1400000 ? "FileUnreadable" : undefined);
}

function byNetError(number: number): PlatformCode | undefined {
  const range = BY_NET_ERROR.filter(([from, to]) => number >= from && number <= to)[0];
  return range === undefined ? undefined : range[2];
}

function byText(message: string): PlatformCode | undefined {
  // A host, a path or a file's name may hold any word.
  const text = message.replace(/"[^"]*"|“[^”]*”|(^|\W)'[^']*'|[a-z]+:\/\/\S+/gi, " ");
  const said = BY_TEXT.filter(([pattern]) => pattern.test(text))[0];
  if (said) return said[1];
  const number = /(?:^|\W|fail)-(\d{1,4})(?!\w)/.exec(text);
  return number ? byNetError(Number(number[1])) : undefined;
}

/** 4: the Mini Program's framework failed, of which the network is not to be blamed. */
function rest(number: number, otherwise: PlatformCode): PlatformCode {
  return number === 4 ? "PlatformError" : otherwise;
}
