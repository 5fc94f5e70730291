import type { Meaning, PlatformCode } from "../core/platform";
import { fieldOf } from "../core/values";

/**
 * What a `fail` means, by what it says: `#600003#` is WeChat's `errno` or `errCode`, everything else its text. The first
 * that fits counts, so what says more stands before what says less.
 *
 * - WeChat's numbers, those that say enough by themselves. 600000 (unknown), 600001 (cronet: see the text), 600004 and
 *   600006 do not. https://developers.weixin.qq.com/miniprogram/dev/framework/usability/PublicErrno.html
 * - Numbers of the network below WeChat: cronet's down to -999
 *   (https://chromium.googlesource.com/chromium/src/+/main/net/base/net_error_list.h), iOS's from there on
 *   (https://developer.apple.com/documentation/foundation/nsurlerror)
 * - Texts in WeChat's own words and in those of iOS, Android, cronet and DevTools, Chinese and English
 *   (https://developers.weixin.qq.com/miniprogram/dev/framework/performance/network.html has a few)
 */
const SIGNS: readonly (readonly [PlatformCode, RegExp])[] = [
  ["DomainNotAllowed", /#600002#|domain list|合法域名/i],
  [
    "InvalidUrl",
    /#(60000[89]|600011|-29|-30[0-3]|-31[0-2]|-10(00|0[27]|22))#|(invalid|supported|bad|expected)[_ ]url|dURL|(效|支持|错误|錯誤)的? ?(URL|网址)|redirect|重定向|Transport Security|要求使用安全|cleartext/i,
  ],
  ["InvalidRequest", /#(101|100[12]|6000(05|10))#|parameter|参数|illegalarg/i],
  ["Timeout", /#(5|-7|-118|-803|-1001)#|time[ds]?[ _]?out|after \d+ ?ms|[超逾][时時]/i],
  [
    "SecureConnectionFailed",
    /#(-107|-113|-2[01]\d|-501|-120[0-6])#|\b(ssl|tls)\b|_ssl|secure connection|安全连接|cert(?!ain)|LEAF_|证书|憑證/i,
  ],
  ["TooManyTasks", /#(1003|600007)#|max connection|too many/i],
  ["OutOfMemory", /#(111|-13)#|out ?of ?memory/i],
  ["FileTooLarge", /#(602300|1300202|-8|-1103)#|max.size|too (big|large)|过大/i],
  [
    "FileUnreadable",
    /#(-6|-1[04]|-110[0-2]|13(?!0020[12])\d{5})#|URL was not|no such|\bfile\b|_file_|denied, open|文件|檔案/i,
  ],
  ["NotSupported", /#10[02]#|not support|has no permission/i],
  ["Interrupted", /#(1|600003|-3|-999)#|interrupted|abort\b|cancel|取消/i],
  ["PermissionDenied", /#(3|10[34])#|denied|deny/i],
  ["PlatformError", /#(1000|1300201)#/],
];

/**
 * What a `fail` means: by its numbers, then by its text. A text that fits nothing means `otherwise`: of a request, the
 * network, for whatever the network's layers say in words of their own.
 */
export function meaningOf(fail: unknown, otherwise: PlatformCode): Meaning {
  const said = fieldOf(fail, "errMsg");
  const [errno, errCode] = [Number(fieldOf(fail, "errno")), Number(fieldOf(fail, "errCode"))];
  const message = typeof said === "string" ? said : fail instanceof Error ? fail.message : String(fail);
  // A host, a path or a file's name may hold any word.
  const text = message.replace(/"[^"]*"|“[^”]*”|(^|\W)'[^']*'|[a-z]+:\/\/\S+/gi, " ");
  const quoted = /(?:^|\W|fail)(-\d{1,4})(?!\w)/.exec(text);
  const code = sign(`#${errno}#`) || sign(`#${errCode}#`) || sign(text) || (quoted && sign(`#${quoted[1]}#`));
  // 4: the Mini Program's framework failed, of which the network is not to be blamed.
  const rest = (errno || errCode) === 4 ? "PlatformError" : otherwise;
  return { code: code || rest, message, errno: errno || errCode || 0 };
}

function sign(said: string): PlatformCode | undefined {
  return (SIGNS.filter(([, pattern]) => pattern.test(said))[0] || [])[0];
}
