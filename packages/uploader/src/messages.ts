/**
 * Messages for people, in Chinese and English. The client runs in other apps than WeChat and on web pages too, so they name
 * WeChat only where nothing else is possible, or as one of several.
 */

import type { UploadError } from "./core/errors";
import { textOf } from "./core/values";

export type Language = "zh" | "en";

type Messages = Readonly<Record<Language, string>>;

const WRONG_TYPE: Messages = {
  zh: "不支持上传这种类型的文件。",
  en: "Files of this type cannot be uploaded.",
};

const TOO_LARGE: Messages = {
  zh: "文件太大，请选择小一些的文件。",
  en: "The file is too large. Choose a smaller one.",
};

const NOT_SET_UP: Messages = {
  zh: "上传服务尚未配置好，请联系开发者。",
  en: "The upload service is not set up. Please tell its developer.",
};

const TOO_SLOW: Messages = {
  zh: "网络太慢，等待超时，请重试。",
  en: "The network is too slow. Try again.",
};

/** What a person can do about it, by the error's code. */
const BY_CODE: Readonly<Record<string, Messages>> = {
  ExtensionNotAllowed: WRONG_TYPE,
  TypeNotAllowed: WRONG_TYPE,
  FileTooLarge: TOO_LARGE,
  EntityTooLarge: TOO_LARGE,
  Http413: TOO_LARGE,
  UserNetworkTooSlow: TOO_SLOW,
  RequestTimeout: TOO_SLOW,
  IncompleteBody: TOO_SLOW,
  BadDigest: {
    zh: "文件在上传途中被改动，请重新选择。",
    en: "The file changed during the upload. Choose it again.",
  },
  Rejected: {
    zh: "这个文件未通过检查，请换一个文件。",
    en: "The file did not pass the check. Choose another one.",
  },
  FileUnreadable: {
    zh: "无法读取这个文件，请重新选择。",
    en: "The file cannot be read. Choose it again.",
  },
  PlatformError: {
    zh: "系统出错，请重试。",
    en: "The system had a problem. Try again.",
  },
  TokenUnavailable: {
    zh: "登录失败，请稍后重试。",
    en: "You could not be logged in. Try again in a moment.",
  },
  LoginBlocked: {
    zh: "该微信账号暂时无法登录。",
    en: "This WeChat account cannot log in.",
  },
  LoginThrottled: {
    zh: "登录太频繁，请一分钟后再试。",
    en: "Too many logins. Try again in a minute.",
  },
  QuotaExceeded: {
    zh: "已达到上传限额，请稍后再试。",
    en: "You have reached the upload limit. Try again later.",
  },
  DigestUnavailable: {
    zh: "当前版本无法校验文件，请升级微信或正在使用的应用，再上传。",
    en: "This version cannot check the file. Update WeChat, or the app that you are using, then upload it again.",
  },
  PermissionDenied: {
    zh: "没有所需的权限，请在手机的系统设置中检查。",
    en: "A permission is missing. Check the phone's settings.",
  },
  OutOfMemory: {
    zh: "手机的内存或存储空间不足，请关闭其他应用、清理空间，或选择小一些的文件。",
    en: "The phone is out of memory or storage. Close other apps, free some space, or choose a smaller file.",
  },
  TooManyTasks: {
    zh: "同时进行的请求太多，请稍后重试。",
    en: "Too many requests at once. Try again in a moment.",
  },
  Interrupted: {
    zh: "上传被中断，请重试。",
    en: "The upload was interrupted. Try again.",
  },
  InvalidUrl: {
    zh: "上传地址有误，请联系开发者。",
    en: "The upload address is wrong. Please tell the developer.",
  },
  SecureConnectionFailed: {
    zh: "无法建立安全连接：请检查手机的日期和时间；若正确无误，请联系开发者。",
    en: "No secure connection. Check the phone's date and time. If they are right, please tell the developer.",
  },
  DomainNotAllowed: {
    zh: "小程序后台没有配置该域名，请联系开发者。",
    en: "This domain is not on the Mini Program's list. Please tell its developer.",
  },
  ConfigurationError: NOT_SET_UP,
  CredentialsDenied: NOT_SET_UP,
  AnswerInvalid: NOT_SET_UP,
  NotFound: NOT_SET_UP,
};

const BY_KIND: Readonly<Record<UploadError["kind"], Messages>> = {
  service: { zh: "上传服务拒绝了这个文件。", en: "The upload service refused this file." },
  storage: { zh: "存储服务拒绝了这个文件。", en: "Storage refused this file." },
  network: { zh: "网络不通，请检查网络后重试。", en: "No connection. Check the network and try again." },
  timeout: TOO_SLOW,
  cancelled: { zh: "已取消。", en: "Cancelled." },
  client: {
    zh: "上传失败，请联系开发者。",
    en: "The upload failed. Please tell the developer.",
  },
  configuration: {
    zh: "应用的设置有误，请联系开发者。",
    en: "This app is not set up correctly. Please tell its developer.",
  },
};

/** A login failed, and a retry cannot help. */
const NO_LOGIN: Messages = { zh: "登录失败。", en: "You could not be logged in." };

const NOT_LOGGED_IN: Messages = {
  zh: "登录已失效，请重新登录。",
  en: "You are no longer logged in. Log in again.",
};

const BUSY: Messages = { zh: "服务繁忙，请稍后重试。", en: "The service is busy. Try again in a moment." };

/**
 * What to show a person for an upload's error: a short message, with the request id if support could need it.
 *
 * @param caught whatever a `catch` received, to which TypeScript gives no type; what is no upload's error is a mistake in
 *   the app
 * @param language a tag such as WeChat's `zh_CN` counts as its language; what is not Chinese, as English
 */
export function messageFor(caught: unknown, language: Language = "zh"): string {
  const inLanguage = (messages: Messages) => messages[/^zh/i.test(language) ? "zh" : "en"];
  if (!isUploadError(caught)) return inLanguage(BY_KIND.client);
  const { kind, code, requestId, retryable } = caught;
  const known = byCode(code, retryable);
  const message = inLanguage(known || byStatus(caught) || BY_KIND[kind]);
  return known || !requestId ? message : `${message} (${code}, ${requestId})`;
}

/** By its fields, since an error that was kept as JSON, or in a page's data, is no Error any more. */
function isUploadError(caught: unknown): caught is UploadError {
  return Object.keys(BY_KIND).indexOf(textOf(caught, "kind")) >= 0;
}

function byCode(code: string, retryable: boolean): Messages | undefined {
  if (code === "TokenUnavailable" && !retryable) return NO_LOGIN;
  return Object.keys(BY_CODE).indexOf(code) < 0 ? undefined : BY_CODE[code];
}

function byStatus({ kind, code, status, retryable }: UploadError): Messages | undefined {
  if (status === 401) return NOT_LOGGED_IN;
  if (status !== 0 && retryable) return BUSY;
  if (kind !== "service") return undefined;
  // Without a code of a function's own, SCF or a gateway refused the request before a function saw the file.
  if (/^Http/.test(code)) return NOT_SET_UP;
  // The request itself was wrong, such as its rule. What is wrong with the file has a code above.
  return /^4(00|05|15)$/.test(String(status)) ? BY_KIND.configuration : undefined;
}

/** WeChat's language; English if it is neither. Not every version of WeChat has both of these functions. */
export function systemLanguage(): Language {
  const told =
    typeof wx.getAppBaseInfo === "function"
      ? wx.getAppBaseInfo()
      : typeof wx.getSystemInfoSync === "function"
        ? wx.getSystemInfoSync()
        : { language: "" };
  return /^zh/i.test(told.language) ? "zh" : "en";
}
