/** What every platform's client has in common. */

export type { Canceller } from "./canceller";
export { createCanceller } from "./canceller";
export type { CosRefusal } from "./cos-refusal";
export type { Endpoint, FunctionName } from "./endpoint";
export type { UploadError } from "./errors";
export { isUploadError } from "./errors";
export type { Language } from "./messages";
export { messageFor } from "./messages";
export type {
  CancelSignal,
  FileToUpload,
  ObjectPage,
  Removed,
  StoredObject,
  UploadAllOptions,
  Uploaded,
  Uploader,
  UploaderOptions,
  UploadMethod,
  UploadOptions,
  UploadOutcome,
  UploadProgress,
} from "./options";
export type { Pauser, PauseSignal } from "./pauser";
export { createPauser } from "./pauser";
export type { Platform } from "./platform";
export type { Extension, RuleName } from "./rules";
export { uploaderOn } from "./uploader";
