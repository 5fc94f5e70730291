import type { UploadError } from "./errors";

/** What to say to a person, in one language. */
export interface Messages {
  /** By the error's code, or by several of them with blanks between. */
  readonly codes: Readonly<Record<string, string>>;
  /** For the status 401. */
  readonly notLoggedIn: string;
  /** For an answer that may be another one later. */
  readonly busy: string;
  /** For whatever else a function or storage refuses. */
  readonly refused: string;
  /** For what only a developer can mend. */
  readonly failed: string;
}

const CHINESE: Messages = {
  codes: {
    "NetworkError Timeout Interrupted PlatformError TooManyTasks": "网络不通或上传被中断，请检查网络后重试。",
    Cancelled: "已取消。",
    "ExtensionNotAllowed TypeNotAllowed": "不支持上传这种类型的文件。",
    "FileTooLarge EntityTooLarge OutOfMemory": "文件太大，请选择小一些的文件。",
    "FileUnreadable BadDigest": "文件无法读取或已被改动，请重新选择。",
    Rejected: "文件未通过检查，请换一个。",
    "TokenUnavailable LoginBlocked": "登录失败。",
    PermissionDenied: "请在手机设置中检查微信的权限。",
    SecureConnectionFailed: "无法安全连接，请检查手机的日期和时间。",
  },
  notLoggedIn: "登录已失效，请重新登录。",
  busy: "服务繁忙或已达到限额，请稍后重试。",
  refused: "文件被拒绝。",
  failed: "上传失败，请联系开发者。",
};

/**
 * What to show a person for an upload's error: one sentence, with the code and the request id where support could need
 * them.
 *
 * @param messages Chinese by itself; `cos-uploader/english` has English ones
 */
export function messageFor(
  { code, status, requestId, retryable }: UploadError,
  messages: Messages = CHINESE,
): string {
  const { codes } = messages;
  const known = Object.keys(codes).filter((names) => names.split(" ").indexOf(code) >= 0)[0];
  if (known) return codes[known] || "";
  const isBusy = status === 429 || (status && retryable);
  const isRefused = status >= 400 && status < 500 && status !== 404;
  const message = isBusy ? messages.busy : isRefused ? messages.refused : messages.failed;
  return `${status === 401 ? messages.notLoggedIn : message} (${code}${requestId && `, ${requestId}`})`;
}
