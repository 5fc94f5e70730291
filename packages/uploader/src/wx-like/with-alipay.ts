import type { Platform, PlatformAnswer, PlatformCode, Told } from "../core/platform";
import { fieldOf, invoke, textOf } from "../core/values";
import type { WxLike } from "./wx-like";

/** The endings that Alipay gives to files instead of their extensions (https://github.com/AlipayDocs/open-docs/pull/1530). */
const KIND = /\.(image|video|audio)$/;
/** Other paths may lead to a picture, such as Android's `content:` addresses. */
const HAS_EXTENSION = /\.(?!image$)\w{1,10}$/;
const VIDEO = /\.(video|mp4|mov|m4v|webm|3gp|mkv|avi)$/i;
const AUDIO = /\.(audio|mp3|m4a|aac|wav|amr|ogg|flac)$/i;

/**
 * What Alipay says in words of its own, about requests and about files
 * (https://github.com/AlipayDocs/open-docs, mini/api/基础API/网络 and support/支付宝小程序/常见问题).
 */
const SIGNS: readonly (readonly [PlatformCode, RegExp])[] = [
  // A file of my.saveFile, which may not be uploaded.
  ["FileUnreadable", /permission to upload/],
  ["DomainNotAllowed", /无权|没有权限|安全域名/],
  ["InvalidUrl", /不支持 ?http/i],
  ["InvalidRequest", /入参/],
  // The page was left meanwhile.
  ["Interrupted", /not implemented!$/],
  ["TooManyTasks", /限流/],
];
const SIGNS_OF_FILES: readonly (readonly [PlatformCode, RegExp])[] = [
  ["FileUnreadable", /读权限/],
  ["NotSupported", /not implement/],
];

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
      const success: typeof told.success = (info) => {
        if (info.ext || HAS_EXTENSION.test(path)) return told.success(info);
        const done = (known: unknown) => {
          const ext = textOf(known, "type").toLowerCase();
          told.success(Object.assign({}, info, ext === "unknown" ? {} : { ext }));
        };
        const api = platform.api?.();
        const option = { src: path, success: done, fail: done };
        if (fieldOf(api, "getImageInfo")) invoke(api, "getImageInfo", [option]);
        else told.success(info);
      };
      platform.info(path, { success, fail: told.fail });
    },
    meaningOf(fail, otherwise) {
      const number = fieldOf(fail, "error");
      const said = textOf(fail, "errMsg") || textOf(fail, "errorMessage");
      // The reason for a timeout may be where the body of an answer would be: that it is no JSON is reported then.
      const data = /parse data/.test(said) && textOf(fail, "data");
      const errMsg = data || said || textOf(fail, "message") || (number ? `error ${number}` : "");
      const meaning = platform.meaningOf(errMsg ? Object.assign({}, fail, { errMsg }) : fail, otherwise);
      const signs = otherwise === "FileUnreadable" ? SIGNS_OF_FILES : SIGNS;
      const [code] = signs.filter(([, pattern]) => pattern.test(errMsg))[0] || [meaning.code];
      return Object.assign({}, meaning, { code });
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
 * (https://github.com/NervJS/taro/issues/14298, https://github.com/umicro/uView/issues/1210); and the field's name also as
 * `fileName`, as DingTalk and older versions of Alipay have it (https://github.com/dcloudio/uni-app/pull/5565). Other
 * platforms ignore both.
 */
export function withFileType<A extends WxLike>(api: A): A {
  return Object.assign(Object.create(api), {
    uploadFile: (option: Parameters<WxLike["uploadFile"]>[0]) =>
      api.uploadFile(Object.assign({ fileType: fileTypeOf(option.filePath), fileName: option.name }, option)),
  });
}

/** Only these three are allowed; anything may be an image. */
function fileTypeOf(path: string): string {
  if (VIDEO.test(path)) return "video";
  return AUDIO.test(path) ? "audio" : "image";
}
