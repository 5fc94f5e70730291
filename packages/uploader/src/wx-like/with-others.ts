import type { Platform } from "../core/platform";
import { fieldOf } from "../core/values";

/** Baidu's API. */
declare const swan: unknown;

/** Baidu's numbers for parameters and calls that it cannot read (https://www.w3cschool.cn/baiduapp/baiduapp-plfk39m2.html). */
const UNREAD = /^20[12]$/;

/**
 * Adds support for Baidu and Xiaohongshu to a platform. Baidu's numbers are not WeChat's: 1001 is any failure. Xiaohongshu
 * has methods that it does not support (https://github.com/redengineer/redmini/issues/1344); a size is not needed.
 */
export function withOthers(platform: Platform<string>): Platform<string> {
  return Object.assign({}, platform, {
    info(path, { success, fail }) {
      const failed = (error: unknown) => {
        if (platform.meaningOf(error, "FileUnreadable").code === "NotSupported") success({});
        else fail(error);
      };
      platform.info(path, { success, fail: failed });
    },
    meaningOf(fail, otherwise) {
      if (typeof swan === "undefined") return platform.meaningOf(fail, otherwise);
      const errno = Number(fieldOf(fail, "errCode")) || 0;
      const unlessSaid = UNREAD.test(String(errno)) ? "InvalidRequest" : otherwise;
      const meaning = platform.meaningOf(Object.assign({}, fail, { errCode: 0 }), unlessSaid);
      return Object.assign({}, meaning, { errno });
    },
  } satisfies Partial<Platform<string>>);
}
