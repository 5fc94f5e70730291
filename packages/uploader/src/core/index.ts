/** The exports that the clients of all platforms share. */

export type { Canceller } from "./canceller";
export { createCanceller } from "./canceller";
export type { CosRefusal } from "./cos-refusal";
export type { Endpoint, FunctionName } from "./endpoint";
export type { UploadError } from "./errors";
export { isUploadError } from "./errors";
export type {
  Acceptance,
  CancelSignal,
  Method,
  Parts,
  PauseSignal,
  Uploaded,
  Uploader,
  UploaderOptions,
  UploadOptions,
  UploadProgress,
} from "./options";
export type {
  FileInfo,
  Local,
  Meaning,
  OnSent,
  Platform,
  PlatformAnswer,
  PlatformCode,
  Range,
  Sending,
  Told,
} from "./platform";
export type { Extension, RuleName } from "./rules";
export { uploaderOn } from "./uploader";
