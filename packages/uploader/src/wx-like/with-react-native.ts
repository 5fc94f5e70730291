import { noop } from "../core/job";
import type { Platform, PlatformAnswer, Told } from "../core/platform";
import { fieldOf, invoke, isRecord, tryTo } from "../core/values";
import type { WxLike } from "./wx-like";

/**
 * Adds support for Taro on React Native to a platform. There, `uploadFile` succeeds with the `Response` of `fetch`, and
 * older versions fail with the status in a text (https://github.com/NervJS/taro/issues/12907).
 */
export function withReactNative(platform: Platform<string>): Platform<string> {
  return Object.assign({}, platform, {
    request: (sending, body, { success, fail }, onSent) =>
      platform.request(
        sending,
        body,
        {
          success: (answer) =>
            success(Object.assign({}, answer, { header: headersOf(fieldOf(answer, "header")) })),
          fail,
        },
        onSent,
      ),
    upload: (sending, file, fields, told, onSent) =>
      platform.upload(sending, file, fields, answered(told), onSent),
  } satisfies Partial<Platform<string>>);
}

function answered({ success, fail }: Told<PlatformAnswer>): Told<PlatformAnswer> {
  return {
    success(answer) {
      if (fieldOf(answer, "statusCode") !== undefined || !fieldOf(answer, "text")) return success(answer);
      const statusCode = fieldOf(answer, "status");
      const header = headersOf(fieldOf(answer, "headers"));
      Promise.resolve(invoke(answer, "text", [])).then((data) => success({ statusCode, data, header }), fail);
    },
    fail(error) {
      const [, statusCode] = /^uploadFile fail: (\d{3})\b/.exec(String(fieldOf(error, "errMsg"))) || [];
      if (statusCode) success({ statusCode, data: "" });
      else fail(error);
    },
  };
}

/** The fields of what may be a `Headers` of `fetch`. */
function headersOf(header: unknown): unknown {
  if (!fieldOf(header, "forEach")) return header;
  const fields: Record<string, string> = {};
  const add = (value: string, name: string) => {
    fields[name] = value;
  };
  invoke(header, "forEach", [add]);
  return fields;
}

/**
 * Translates Taro's own methods.
 *
 * - Without `responseType`, React Native answers `dataType: "text"` with the `Response` itself.
 * - In browsers, and in Taro 1, a task has `progress` instead of `onProgressUpdate`
 *   (https://github.com/NervJS/taro/issues/1770).
 * - Besides calling `fail`, they reject (https://github.com/NervJS/taro, packages/shared/src/native-apis.ts), which an app
 *   reports if nobody handles it.
 */
export function withTaro<A extends WxLike>(api: A): A {
  const handled: Record<string, (option?: object) => unknown> = {};
  ["getFileInfo", "getImageInfo", "getFileSystemManager"].forEach((name) => {
    if (!fieldOf(api, name)) return;
    handled[name] = (option) => {
      const given = invoke(api, name, [option]);
      tryTo(given, "then", [noop, noop]);
      return given;
    };
  });
  return Object.assign(Object.create(api), handled, {
    request: (option: Parameters<WxLike["request"]>[0]) =>
      api.request(Object.assign({ responseType: "text" }, option)),
    uploadFile(option: Parameters<WxLike["uploadFile"]>[0]) {
      const task = api.uploadFile(option);
      const progress = fieldOf(task, "progress");
      if (!isRecord(task) || fieldOf(task, "onProgressUpdate") || !progress) return task;
      return Object.assign(task, { onProgressUpdate: progress });
    },
  });
}
