import type { Meaning, Platform } from "../core/platform";
import { fieldOf } from "../core/values";
import { classOf } from "../web/file";

/** Baidu's API. */
declare const swan: unknown;

/** Baidu's numbers for parameters and calls that it cannot read (https://www.w3cschool.cn/baiduapp/baiduapp-plfk39m2.html). */
const UNREAD = /^20[12]$/;

/**
 * The fields in which Alipay (https://github.com/AlipayDocs/open-docs), Douyin
 * (https://developer.open-douyin.com/docs/resource/zh-CN/mini-app/develop/framework/error-code) and Baidu have the number of
 * a failure.
 */
const NUMBERS = ["error", "errNo", "errorCode", "errCode"];

/**
 * What Android says of a `content:` address that is another app's, or of a file that changed while it was sent, and HarmonyOS
 * of a path (https://developer.huawei.com/consumer/en/doc/harmonyos-references/errorcode-request). No network is at fault.
 */
const NO_FILE = /Permission Denial|content provider|bytes but received|path not supported/i;

/**
 * How long a platform may say nothing about a file, in milliseconds: the first time, and once it has been silent. What
 * uni-app has in place of a method that a platform lacks calls nobody back (https://github.com/dcloudio/uni-app,
 * packages/uni-mp-core/src/api/wrapper.ts); others compute a large file's digest meanwhile.
 */
const LONGEST_SILENCE = 10_000;
const SHORT_SILENCE = 200;

/**
 * Adds support for Baidu, Douyin and Xiaohongshu to a platform. Baidu's numbers are not WeChat's: 1001 is any failure.
 * Xiaohongshu has methods that it does not support (https://github.com/redengineer/redmini/issues/1344); a size is not needed.
 * Unlike WeChat, few of them say that a path is none: in a browser, uni-app also gives a File, which is easily taken for it
 * (https://github.com/dcloudio/uni-app/issues/5939).
 */
export function withOthers(platform: Platform<string>): Platform<string> {
  let isSilent = false;
  return Object.assign({}, platform, {
    info(path, { success, fail }) {
      const given = classOf(path);
      if (given !== "String") return fail(new TypeError(`The file should be a path instead of ${given}.`));
      const timer = setTimeout(
        () => {
          isSilent = true;
          success({});
        },
        isSilent ? SHORT_SILENCE : LONGEST_SILENCE,
      );
      const heard = () => {
        isSilent = false;
        clearTimeout(timer);
      };
      const failed = (error: unknown) => {
        heard();
        if (platform.meaningOf(error, "FileUnreadable").code === "NotSupported") success({});
        else fail(error);
      };
      const known: typeof success = (info) => {
        heard();
        // Android has -1 for a size that it does not know.
        success(Number(info.size) > 0 ? info : Object.assign({}, info, { size: undefined }));
      };
      platform.info(path, { success: known, fail: failed });
    },
    // iOS's own addresses go on after the extension: assets-library://asset/asset.JPG?id=1&ext=JPG
    nameOf: (path) => platform.nameOf(path).replace(/\?.*$/, ""),
    meaningOf(fail, otherwise) {
      const isBaidu = typeof swan !== "undefined";
      const number = NUMBERS.map((name) => Number(fieldOf(fail, name))).filter((given) => given)[0] || 0;
      const meaning = isBaidu
        ? platform.meaningOf(
            Object.assign({}, fail, { errCode: 0 }),
            UNREAD.test(String(number)) ? "InvalidRequest" : otherwise,
          )
        : platform.meaningOf(fail, otherwise);
      return Object.assign({}, meaning, NO_FILE.test(meaning.message) ? { code: "FileUnreadable" } : {}, {
        errno: meaning.errno || number,
        message: messageOf(meaning, fail),
      });
    },
  } satisfies Partial<Platform<string>>);
}

/**
 * Some platforms say nothing in words (https://github.com/lei-mu/luch-request/issues/147), and of Baidu's failures uni-app
 * says `uploadFile:ok` (packages/uni-mp-baidu/src/api/protocols.ts).
 */
function messageOf({ message }: Meaning, fail: unknown): string {
  try {
    return message === String({}) || /^\w+:ok$/.test(message) ? JSON.stringify(fail) : message;
  } catch {
    return message;
  }
}
