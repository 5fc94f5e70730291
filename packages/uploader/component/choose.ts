import { fromImage, fromMedia, fromMessage, fromVideo, type UploaderFile } from "./file";
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

/** wx.chooseImage allows 9 at once (https://developers.weixin.qq.com/miniprogram/dev/api/media/image/wx.chooseImage.html). */
const MAX_IMAGES = 9;

/** Lets the person choose files. */
export function choose(
  choice: Choice,
  newId: () => string,
  done: (files: UploaderFile[]) => void,
  failed: (trouble: Trouble) => void,
): void {
  const fail = ({ errMsg }: { readonly errMsg: string }) => failed(troubleOf(errMsg));
  // Some devtools succeed without any files.
  const chosen = <T>(files: readonly T[] | undefined, read: (file: T, id: string) => UploaderFile) => {
    if (files && files.length > 0) done(files.map((file) => read(file, newId())));
    else failed("chooseFailed");
  };
  if (choice.source !== "message") chooseMedia(choice, choice.source, chosen, fail);
  else if (typeof wx.chooseMessageFile !== "function") failed("unsupported");
  else {
    const [only] = choice.mediaType.length === 1 ? choice.mediaType : [];
    wx.chooseMessageFile({
      count: Math.min(choice.count, MAX_MESSAGE_FILES),
      type: only === undefined ? "all" : only,
      // WeChat refuses `extension` unless the type is `file`.
      ...(only === "file" && choice.extensions.length > 0 ? { extension: choice.extensions.slice() } : {}),
      success: ({ tempFiles }) => chosen(tempFiles, fromMessage),
      fail,
    });
  }
}

type Chosen = <T>(files: readonly T[] | undefined, read: (file: T, id: string) => UploaderFile) => void;

type Fail = (error: { readonly errMsg: string }) => void;

/**
 * WeCom lacks wx.chooseMedia, and has its predecessors: on Android https://github.com/Tencent/tdesign-miniprogram/issues/4040,
 * on iOS https://developers.weixin.qq.com/community/develop/doc/0000ca0e19058079f4dea0af95b000
 */
function chooseMedia(choice: Choice, source: "album" | "camera", chosen: Chosen, fail: Fail): void {
  const media = choice.mediaType.filter((type): type is "image" | "video" => type !== "file");
  // Of pictures and videos together, the older methods offer the pictures.
  const [only] = media.length === 1 ? media : [];
  const older = () => {
    if (only === "video") chooseVideo(choice, source, chosen, fail);
    else chooseImage(choice, source, chosen, fail);
  };
  if (typeof wx.chooseMedia !== "function") older();
  else {
    wx.chooseMedia({
      count: Math.min(choice.count, MAX_MEDIA),
      mediaType: media.length === 0 ? ["image"] : media,
      sourceType: [source],
      sizeType: choice.sizeType.slice(),
      // WeChat on a computer, which has no camera, opens nothing if it gets a longer duration than 10 seconds.
      ...(source === "camera" ? { camera: choice.camera, maxDuration: choice.maxDuration } : {}),
      success: ({ tempFiles }) => chosen(tempFiles, fromMedia),
      fail: (error) => {
        if (troubleOf(error.errMsg) === "unsupported") older();
        else fail(error);
      },
    });
  }
}

function chooseImage(
  { count, sizeType }: Choice,
  source: "album" | "camera",
  chosen: Chosen,
  fail: Fail,
): void {
  if (typeof wx.chooseImage !== "function") fail({ errMsg: "chooseImage:fail not supported" });
  else {
    wx.chooseImage({
      count: Math.min(count, MAX_IMAGES),
      sourceType: [source],
      sizeType: sizeType.slice(),
      success: ({ tempFiles }) => chosen(tempFiles, fromImage),
      fail,
    });
  }
}

function chooseVideo(
  { camera, maxDuration }: Choice,
  source: "album" | "camera",
  chosen: Chosen,
  fail: Fail,
): void {
  if (typeof wx.chooseVideo !== "function") fail({ errMsg: "chooseVideo:fail not supported" });
  else {
    wx.chooseVideo({
      sourceType: [source],
      camera,
      maxDuration,
      success: (video) => chosen([video], fromVideo),
      fail,
    });
  }
}

/** The codes of https://developers.weixin.qq.com/miniprogram/dev/framework/user-privacy/PrivacyAuthorize.html */
export function troubleOf(errMsg: string): Trouble {
  if (/cancel|取消/i.test(errMsg)) return undefined;
  if (/privacy agreement|api scope is not declared|banned/i.test(errMsg)) return "privacyUndeclared";
  if (/privacy permission/i.test(errMsg)) return "privacyRefused";
  if (/not (support|implement)|no such api|cannot run|function not exist|不支持/i.test(errMsg))
    return "unsupported";
  if (/\bden(y|ied)|authorize:fail|permission|权限/i.test(errMsg)) return "noPermission";
  return "chooseFailed";
}

/** The name of a source, for the person. */
export function nameOf(source: Source, text: Text): string {
  if (source === "camera") return text.camera;
  return source === "message" ? text.message : text.choose;
}
