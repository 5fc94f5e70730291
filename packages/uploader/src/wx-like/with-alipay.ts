import type { Platform, PlatformAnswer, Told } from "../core/platform";
import { fieldOf, invoke, textOf } from "../core/values";
import type { WxLike } from "./wx-like";

/** The endings that Alipay gives to files instead of their extensions (https://github.com/AlipayDocs/open-docs/pull/1530). */
const KIND = /\.(image|video|audio)$/;
const VIDEO = /\.(video|mp4|mov|m4v|webm|3gp|mkv|avi)$/i;
const AUDIO = /\.(audio|mp3|m4a|aac|wav|amr|ogg|flac)$/i;

/**
 * Adds support for Alipay and DingTalk to a platform. There, an answer whose status is not 200, such as 204, may come
 * through `fail`, as `{status, data, headers}`, and a failure has its text in `errorMessage`. Frameworks do not translate
 * these everywhere (https://github.com/NervJS/taro/pull/14366), and uni-app translates `status` and `headers` without
 * calling `success`.
 */
export function withAlipay(platform: Platform<string>): Platform<string> {
  return Object.assign({}, platform, {
    request: (sending, body, told, onSent) => platform.request(sending, body, answered(told), onSent),
    upload: (sending, file, fields, told, onSent) =>
      platform.upload(sending, file, fields, answered(told), onSent),
    nameOf: (path) => platform.nameOf(path).replace(KIND, ""),
    info(path, told) {
      if (!/\.image$/.test(path)) return platform.info(path, told);
      const success: typeof told.success = (info) => {
        const done = (known: unknown) =>
          told.success(Object.assign({}, info, { ext: textOf(known, "type").toLowerCase() }));
        const api = platform.api?.();
        const option = { src: path, success: done, fail: done };
        if (fieldOf(api, "getImageInfo")) invoke(api, "getImageInfo", [option]);
        else told.success(info);
      };
      platform.info(path, { success, fail: told.fail });
    },
    meaningOf(fail, otherwise) {
      const number = fieldOf(fail, "error");
      const errMsg =
        textOf(fail, "errMsg") || textOf(fail, "errorMessage") || (number ? `error ${number}` : "");
      const meaning = platform.meaningOf(errMsg ? Object.assign({}, fail, { errMsg }) : fail, otherwise);
      if (/无权/.test(errMsg)) return Object.assign({}, meaning, { code: "DomainNotAllowed" as const });
      if (/不支持 ?http/i.test(errMsg)) return Object.assign({}, meaning, { code: "InvalidUrl" as const });
      return meaning;
    },
  } satisfies Partial<Platform<string>>);
}

function answered({ success, fail }: Told<PlatformAnswer>): Told<PlatformAnswer> {
  return {
    success,
    fail(error) {
      const data = fieldOf(error, "data");
      const statusCode = fieldOf(error, "status") || (data !== undefined && fieldOf(error, "statusCode"));
      if (Number(statusCode) >= 100)
        success({ statusCode, data, header: fieldOf(error, "headers") || fieldOf(error, "header") });
      else fail(error);
    },
  };
}

/**
 * Gives `fileType` to each `uploadFile`, without which Alipay and DingTalk refuse it as 无效参数
 * (https://github.com/NervJS/taro/issues/14298, https://github.com/umicro/uView/issues/1210). Other platforms ignore it.
 */
export function withFileType<A extends WxLike>(api: A): A {
  return Object.assign(Object.create(api), {
    uploadFile: (option: Parameters<WxLike["uploadFile"]>[0]) =>
      api.uploadFile(Object.assign({ fileType: fileTypeOf(option.filePath) }, option)),
  });
}

/** Only these three are allowed; anything may be an image. */
function fileTypeOf(path: string): string {
  if (VIDEO.test(path)) return "video";
  return AUDIO.test(path) ? "audio" : "image";
}
