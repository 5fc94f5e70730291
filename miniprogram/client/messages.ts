import type { UploadError } from "./uploader";

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

/** What a person can do about it, by the error's code. */
const BY_CODE: Readonly<Record<string, Messages>> = {
  ExtensionNotAllowed: WRONG_TYPE,
  TypeNotAllowed: WRONG_TYPE,
  FileTooLarge: TOO_LARGE,
  EntityTooLarge: TOO_LARGE,
  BadDigest: {
    zh: "文件在上传途中被改动，请重新选择。",
    en: "The file changed on its way. Choose it again.",
  },
  FileUnreadable: {
    zh: "无法读取这个文件，请重新选择。",
    en: "The file cannot be read. Choose it again.",
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
  DomainNotAllowed: {
    zh: "小程序后台没有配置该域名，请联系开发者。",
    en: "This domain is not on the Mini Program's list. Please tell its developer.",
  },
  ConfigurationError: {
    zh: "上传服务尚未配置好，请联系开发者。",
    en: "The upload service is not set up. Please tell its developer.",
  },
};

const BY_KIND: Readonly<Record<UploadError["kind"], Messages>> = {
  service: { zh: "上传服务拒绝了这个文件。", en: "The upload service refused this file." },
  storage: { zh: "存储服务拒绝了这个文件。", en: "Storage refused this file." },
  network: { zh: "网络不通，请检查网络后重试。", en: "No connection. Check the network and try again." },
  timeout: { zh: "网络太慢，等待超时，请重试。", en: "The network is too slow. Try again." },
  cancelled: { zh: "已取消。", en: "Cancelled." },
  client: { zh: "上传失败，请重试。", en: "The upload failed. Try again." },
};

const NOT_LOGGED_IN: Messages = {
  zh: "登录已失效，请重新登录。",
  en: "You are not logged in any more. Log in again.",
};

const BUSY: Messages = { zh: "服务繁忙，请稍后重试。", en: "The service is busy. Try again in a moment." };

/** What to show a person for an upload's error: one sentence, with the request id where support could need it. */
export function messageFor(error: UploadError, language: Language): string {
  const { kind, code, status, requestId } = error;
  const known = Object.keys(BY_CODE).indexOf(code) < 0 ? undefined : BY_CODE[code];
  const message = (known || byStatus(status, error.retryable) || BY_KIND[kind])[language];
  return known || !requestId ? message : `${message} (${code}, ${requestId})`;
}

function byStatus(status: number, retryable: boolean): Messages | undefined {
  if (status === 401) return NOT_LOGGED_IN;
  return status !== 0 && retryable ? BUSY : undefined;
}
