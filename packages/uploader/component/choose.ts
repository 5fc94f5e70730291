import { fromMedia, fromMessage, type UploaderFile } from "./file";
import type { Text } from "./text";

/** Where files come from. */
export type Source = "album" | "camera" | "message";

/** What a person may choose. */
export interface Choice {
  readonly source: Source;
  /** The most files to choose. */
  readonly count: number;
  readonly mediaType: readonly ("image" | "video" | "file")[];
  readonly sizeType: readonly ("original" | "compressed")[];
  readonly camera: "back" | "front";
  /** The longest video that the camera records, 3 to 60 seconds. */
  readonly maxDuration: number;
  /** The allowed extensions, in lower case and without dots; empty for all. They limit only files from chats. */
  readonly extensions: readonly string[];
}

/** The text that tells the person why nothing was chosen; undefined when they only closed the dialog. */
export type Trouble = keyof Text | undefined;

/** wx.chooseMessageFile allows 100 at once (https://developers.weixin.qq.com/miniprogram/dev/api/media/image/wx.chooseMessageFile.html). */
const MAX_MESSAGE_FILES = 100;

/** wx.chooseMedia allows 20 at once (https://developers.weixin.qq.com/miniprogram/dev/api/media/video/wx.chooseMedia.html). */
const MAX_MEDIA = 20;

/** Lets the person choose files. */
export function choose(
  choice: Choice,
  newId: () => string,
  done: (files: UploaderFile[]) => void,
  failed: (trouble: Trouble) => void,
): void {
  const fail = ({ errMsg }: { readonly errMsg: string }) => failed(troubleOf(errMsg));
  // Some devtools succeed without any files.
  const chosen = <T>(files: readonly T[] | undefined, read: (file: T) => UploaderFile) => {
    if (files) done(files.map(read));
    else failed("chooseFailed");
  };
  const method = choice.source === "message" ? wx.chooseMessageFile : wx.chooseMedia;
  if (typeof method !== "function") {
    failed("unsupported");
    return;
  }
  if (choice.source === "message") {
    const [only] = choice.mediaType.length === 1 ? choice.mediaType : [];
    wx.chooseMessageFile({
      count: Math.min(choice.count, MAX_MESSAGE_FILES),
      type: only === undefined ? "all" : only,
      // WeChat refuses `extension` unless the type is `file`.
      ...(only === "file" && choice.extensions.length > 0 ? { extension: choice.extensions.slice() } : {}),
      success: ({ tempFiles }) => chosen(tempFiles, (file) => fromMessage(file, newId())),
      fail,
    });
    return;
  }
  const media = choice.mediaType.filter((type): type is "image" | "video" => type !== "file");
  wx.chooseMedia({
    count: Math.min(choice.count, MAX_MEDIA),
    mediaType: media.length === 0 ? ["image"] : media,
    sourceType: [choice.source],
    sizeType: choice.sizeType.slice(),
    // WeChat on a computer, which has no camera, opens nothing if it gets a longer duration than 10 seconds.
    ...(choice.source === "camera" ? { camera: choice.camera, maxDuration: choice.maxDuration } : {}),
    success: ({ tempFiles }) => chosen(tempFiles, (file) => fromMedia(file, newId())),
    fail,
  });
}

/** The codes of https://developers.weixin.qq.com/miniprogram/dev/framework/user-privacy/PrivacyAuthorize.html */
export function troubleOf(errMsg: string): Trouble {
  if (/cancel|取消/i.test(errMsg)) return undefined;
  if (/privacy agreement|api scope is not declared|banned/i.test(errMsg)) return "privacyUndeclared";
  if (/privacy permission/i.test(errMsg)) return "privacyRefused";
  if (/not (support|implement)|no such api|cannot run|不支持/i.test(errMsg)) return "unsupported";
  if (/\bden(y|ied)|authorize:fail|permission|权限/i.test(errMsg)) return "noPermission";
  return "chooseFailed";
}

/** The name of a source, for the person. */
export function nameOf(source: Source, text: Text): string {
  if (source === "camera") return text.camera;
  return source === "message" ? text.message : text.choose;
}
