import type { Meaning, PlatformCode } from "../core/platform";
import { fieldOf, textOf } from "../core/values";

/**
 * What a `fail` means, by its number or its text: `#600003#` is WeChat's `errno` or `errCode`, everything else is in the
 * text. The first match counts, so more specific signs come before less specific ones.
 *
 * - WeChat's numbers that are specific enough. 600000 (unknown), 600001 (cronet: see the text), 600004 and 600006 are not.
 *   https://developers.weixin.qq.com/miniprogram/dev/framework/usability/PublicErrno.html
 * - Numbers of the network layers below WeChat: down to -999, cronet's
 *   (https://chromium.googlesource.com/chromium/src/+/main/net/base/net_error_list.h); below that, iOS's
 *   (https://developer.apple.com/documentation/foundation/nsurlerror)
 * - Texts of WeChat, iOS, Android, cronet and DevTools, in Chinese and English; of iOS, which has the
 *   phone's language, also timeouts and certificates in others
 *   (https://developers.weixin.qq.com/miniprogram/dev/framework/performance/network.html has a few)
 */
const SIGNS = {
  DomainNotAllowed: /#600002#|(domain|white) ?list|(in|valid|this) domain|合法域名|域名[不列]|白名单/i,
  InvalidUrl:
    /#(60000[89]|600011|-29|-30[0-3]|-31[0-2]|-10(00|0[27]|22))#|(valid|supported|formed|legal|bad|expected).?url|no proto|[l:] unsupported p|url (is )?(in|not )valid|url.(scheme|using)|unsafe_p|[效法援持误誤]的? ?(URL|网址)|(URL|网址) ?([无無]效|格式|不合|错)|重定向|redirect|follow-up|Transport Sec|要求使用|cleartext|unesc/i,
  InvalidRequest:
    /#(101|100[12]|6000(05|10))#|parameter|参数|invalid .{0,20}(data|header|method)|should be|(al|id)_?arg|argv/i,
  Timeout:
    /#(5|-7|-118|-803|-1001)#|time[ds]?.?out|timer exp|after \d+ ?ms|[超逾][时時]|時間切|시간이|Zeitüb|ête a e|лимит/i,
  // The TLS layer reports that the connection broke.
  NetworkError: /system call|by peer|socket disc/i,
  SecureConnectionFailed:
    /#(-107|-113|-2[01]\d|-501|-120[0-6])#|\b(ssl|tls)\b|_ssl|secure conn|安全[连連]|cert(?!ain)|chain val|LEAF_|证书|憑證|証明|zertif/i,
  TooManyTasks:
    /#(1003|600007)#|exceed max(?!.{0,20}size)|max (conn|task)|too many|concurren|queue is|并发|超过最大[^文大]/i,
  OutOfMemory: /#(111|-13)#|memory|\boom\b|allocat|内存|no.space|空间/i,
  FileTooLarge:
    /#(602300|1300202|-8|-1103)#|exceed.{0,20}(size|limit)|size (limit|exc)|limit is exc|too.?(big|large)|过大|超[出过].{0,6}(大小|限制|\dM)/i,
  NotSupported: /#1(0[02]|12)#|not support|ion not ex|不支持|has no perm|not declared|banned/i,
  FileUnreadable:
    /#(-6|-1[04]|-110[0-2]|13(?!0020[12])\d{5})#|URL was not|请求的 ?URL|no such|E(NOENT|PERM:|BUSY|ISDIR)|_file_|(read|open|valid|empty|bad|from( the)?) ?file|file (\w+ )?error|[^传]文件|文件不|檔案|\b(file(Path)?|directory)\b.{0,80}(not |n.t |empty|permission)|permission.{0,30}\b(file|path|open)\b/i,
  Interrupted: /#(1|600003|-3|-999)#|interr?upt|(\b|err_)abort|cancel|取消/i,
  PermissionDenied: /#(3|10[34])#|denied|deny|not auth|权限/i,
  PlatformError: /#(1000|1300201)#|(system|internal|jsapi|ability) error/i,
} satisfies { readonly [code in PlatformCode]?: RegExp };

/**
 * Interprets a `fail`, by its numbers and then by its text. If nothing matches, it means `otherwise`. For a request that
 * is the network, whose layers describe failures in words of their own.
 */
export function meaningOf(fail: unknown, otherwise: PlatformCode): Meaning {
  const errno = Number(fieldOf(fail, "errno"));
  const errCode = Number(fieldOf(fail, "errCode"));
  const message = textOf(fail, "errMsg") || textOf(fail, "message") || String(fail);
  // Hosts, paths and file names may contain any word, so they are removed first.
  const text = message.replace(/"[^"]*"|“[^”]*”|(^|\W)'[^']*'|[a-z]{1,9}:\/\/\S+/gi, " ");
  const quoted = /(^|\W|fail)(-\d{1,4})(?!\w)/.exec(text);
  const code = sign(errno) || sign(errCode) || sign(text) || (quoted && sign(quoted[2]));
  // 4: the Mini Program's framework failed, not the network.
  const rest = (errno || errCode) === 4 ? "PlatformError" : otherwise;
  return { code: code || rest, message, errno: errno || errCode || 0 };
}

function sign(said: unknown): PlatformCode | undefined {
  let code: keyof typeof SIGNS;
  for (code in SIGNS) if (SIGNS[code].test(`#${said}#`)) return code;
  return undefined;
}
