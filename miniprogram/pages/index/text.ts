import type { Language } from "cos-uploader";

const ZH = {
  title: "上传到 COS",
  lead: "文件直接上传到存储，手机上没有任何密钥。",
  logIn: "登录",
  loggedIn: "已登录",
  loginFailed: "登录失败，请稍后重试。",
  choosePhotos: "选择照片",
  chooseVideo: "选择视频",
  emptyTitle: "还没有文件",
  emptyHint: "选好后立即开始上传，这里会显示每个文件的进度。",
  clear: "清除已结束的",
  photo: "照片",
  video: "视频",
  waiting: "等待上传",
  uploading: "正在上传",
  done: "已上传",
  doneShown: "已上传 · 图片来自 COS",
  cancel: "取消",
  retry: "重试",
  view: "查看",
  noViewer: "没有部署 object-url 函数，暂时显示手机上的图片。",
  viewFailed: "已上传，但暂时无法读取存储中的文件，显示的是手机上的图片。",
  privacyUndeclared: "请先在小程序后台的“用户隐私保护指引”中声明“选中的照片或视频”。",
  privacyRefused: "需要同意隐私保护指引后才能选择照片和视频。",
  chooseFailed: "无法打开相册，请检查微信的相册和相机权限。",
};

export type Text = Readonly<typeof ZH>;

const EN: Text = {
  title: "Upload to COS",
  lead: "Files go straight to storage. The phone never holds a key.",
  logIn: "Log in",
  loggedIn: "Logged in",
  loginFailed: "Could not log in. Try again in a moment.",
  choosePhotos: "Choose photos",
  chooseVideo: "Choose a video",
  emptyTitle: "No files yet",
  emptyHint: "Uploading starts as soon as you choose. Each file's progress appears here.",
  clear: "Clear finished",
  photo: "Photo",
  video: "Video",
  waiting: "Waiting",
  uploading: "Uploading",
  done: "Uploaded",
  doneShown: "Uploaded · from COS",
  cancel: "Cancel",
  retry: "Retry",
  view: "View",
  noViewer: "The function object-url is not deployed, so the pictures shown are the phone's own.",
  viewFailed: "Uploaded, but storage cannot be read just now; this is the phone's own picture.",
  privacyUndeclared:
    "Declare “chosen photos or videos” in the Mini Program's privacy guidelines first (mp.weixin.qq.com).",
  privacyRefused: "Photos and videos can be chosen once the privacy guidelines are accepted.",
  chooseFailed: "The album cannot be opened. Check WeChat's access to photos and camera.",
};

export const TEXT: Readonly<Record<Language, Text>> = { zh: ZH, en: EN };

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
