import type { Platform, PlatformAnswer, Told } from "../core/platform";
import { fieldOf, textOf } from "../core/values";

/**
 * The same platform where it also runs in Alipay or DingTalk. There an answer whose status is not 200, so 204 too, may
 * come through `fail`, as `{status, data, headers}`, and a failure says what it is in `errorMessage`. Frameworks
 * translate neither everywhere (https://github.com/NervJS/taro/pull/14366).
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
