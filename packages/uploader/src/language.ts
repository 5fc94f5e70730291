import type { Language } from "./core/messages";

/** The language that WeChat is set to; English where it is neither. Not every version has each of these. */
export function systemLanguage(): Language {
  const told =
    typeof wx.getAppBaseInfo === "function"
      ? wx.getAppBaseInfo()
      : typeof wx.getSystemInfoSync === "function"
        ? wx.getSystemInfoSync()
        : { language: "" };
  return /^zh/i.test(told.language) ? "zh" : "en";
}
