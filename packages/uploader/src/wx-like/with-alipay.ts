import type { Platform, PlatformAnswer, Told } from "../core/platform";
import { fieldOf, textOf } from "../core/values";

/**
 * Adds support for Alipay and DingTalk to a platform. There, an answer whose status is not 200, such as 204, may come
 * through `fail`, as `{status, data, headers}`, and a failure has its text in `errorMessage`. Frameworks do not translate
 * these everywhere (https://github.com/NervJS/taro/pull/14366).
 */
export function withAlipay(platform: Platform<string>): Platform<string> {
  return Object.assign({}, platform, {
    request: (sending, body, told, onSent) => platform.request(sending, body, answered(told), onSent),
    upload: (sending, file, fields, told, onSent) =>
      platform.upload(sending, file, fields, answered(told), onSent),
    meaningOf(fail, otherwise) {
      const errMsg = textOf(fail, "errMsg") || textOf(fail, "errorMessage");
      return platform.meaningOf(errMsg ? Object.assign({}, fail, { errMsg }) : fail, otherwise);
    },
  } satisfies Partial<Platform<string>>);
}

function answered({ success, fail }: Told<PlatformAnswer>): Told<PlatformAnswer> {
  return {
    success,
    fail(error) {
      const statusCode = fieldOf(error, "status");
      if (Number(statusCode) >= 100)
        success({ statusCode, data: fieldOf(error, "data"), header: fieldOf(error, "headers") });
      else fail(error);
    },
  };
}
