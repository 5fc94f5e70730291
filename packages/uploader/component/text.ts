export type Language = "zh" | "en";

/** {@link fill} replaces `{…}`. */
const ZH = {
  add: "添加",
  choose: "从相册选择",
  camera: "拍摄",
  message: "从聊天中选择",
  waiting: "等待中",
  retry: "重试",
  failed: "上传失败",
  done: "已上传",
  view: "查看",
  remove: "删除",
  cancel: "取消上传",
  moveFirst: "移到最前",
  moveBack: "前移",
  moveOn: "后移",
  photo: "照片",
  video: "视频",
  file: "文件",
  hint: "最多 {max} 个",
  hintSize: "最多 {max} 个，每个不超过 {size}",
  tooMany: "最多只能添加 {max} 个文件。",
  tooLarge: "“{name}”有 {size}，超过了 {limit} 的限制。",
  wrongType: "不支持“{name}”，可选：{types}。",
  privacyUndeclared: "请先在小程序后台的“用户隐私保护指引”中声明要收集的信息。",
  privacyRefused: "需要同意隐私保护指引后才能选择文件。",
  noPermission: "没有权限，请在微信的设置中允许使用相册和相机。",
  chooseFailed: "无法选择文件，请检查微信的相册和相机权限。",
  unsupported: "当前的微信不支持这样选择文件，请升级微信，或在手机上选择。",
  cannotOpen: "微信无法打开“{name}”。",
};

export type Text = Readonly<typeof ZH>;

const EN: Text = {
  add: "Add",
  choose: "Choose from album",
  camera: "Camera",
  message: "Choose from a chat",
  waiting: "Waiting",
  retry: "Retry",
  failed: "Failed",
  done: "Uploaded",
  view: "View",
  remove: "Delete",
  cancel: "Cancel upload",
  moveFirst: "Move to front",
  moveBack: "Move earlier",
  moveOn: "Move later",
  photo: "Photo",
  video: "Video",
  file: "File",
  hint: "Up to {max}",
  hintSize: "Up to {max}, {size} each",
  tooMany: "You can add up to {max} files.",
  tooLarge: "“{name}” is {size}; the limit is {limit}.",
  wrongType: "“{name}” is not supported. Allowed types: {types}.",
  privacyUndeclared:
    "First declare the information that the Mini Program collects in its privacy guidelines (mp.weixin.qq.com).",
  privacyRefused: "Accept the privacy guidelines to choose files.",
  noPermission: "No permission. Allow access to the album and the camera in WeChat's settings.",
  chooseFailed: "Files could not be chosen. Check WeChat's permissions for photos and the camera.",
  unsupported: "This WeChat cannot choose files this way. Update it, or use a phone.",
  cannotOpen: "WeChat cannot open “{name}”.",
};

export const TEXT: Readonly<Record<Language, Text>> = { zh: ZH, en: EN };

/** The text with each `{name}` replaced. */
export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    return value === undefined ? whole : String(value);
  });
}

/** A size for people, such as `1.2 MB`. */
export function sizeText(bytes: number): string {
  const kilobytes = bytes / 1024;
  if (kilobytes < 1024) return `${Math.max(1, Math.round(kilobytes))} KB`;
  const megabytes = kilobytes / 1024;
  if (megabytes < 1024) return `${Number(megabytes.toFixed(1))} MB`;
  return `${Number((megabytes / 1024).toFixed(1))} GB`;
}
