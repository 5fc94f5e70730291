/** What to say to people who read English. */

import type { Messages } from "./core/messages";

export type { Messages } from "./core/messages";

/** For `messageFor(error, english)`. */
export const english: Messages = {
  codes: {
    "NetworkError Timeout Interrupted PlatformError TooManyTasks":
      "No connection, or the upload was interrupted. Check the network and try again.",
    Cancelled: "Cancelled.",
    "ExtensionNotAllowed TypeNotAllowed": "Files of this type cannot be uploaded.",
    "FileTooLarge EntityTooLarge OutOfMemory": "The file is too large. Choose a smaller one.",
    "FileUnreadable BadDigest": "The file cannot be read, or has changed. Choose it again.",
    Rejected: "The file did not pass its check. Choose another one.",
    "TokenUnavailable LoginBlocked": "You could not be logged in.",
    PermissionDenied: "Check in the phone's settings what WeChat may use.",
    SecureConnectionFailed: "No secure connection. Check the phone's date and time.",
  },
  notLoggedIn: "You are no longer logged in. Log in again.",
  busy: "The service is busy, or your quota is used up. Try again later.",
  refused: "The file was refused.",
  failed: "The upload failed. Please tell the developer.",
};

/** The language that WeChat is set to; English where it is neither. Not every version has each of these. */
export function systemLanguage(): "zh" | "en" {
  const told =
    typeof wx.getAppBaseInfo === "function"
      ? wx.getAppBaseInfo()
      : typeof wx.getSystemInfoSync === "function"
        ? wx.getSystemInfoSync()
        : { language: "" };
  return /^zh/i.test(told.language) ? "zh" : "en";
}
