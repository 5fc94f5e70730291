/** One file of `<cos-uploader>`, as its property `files` contains them. */
export interface UploaderFile {
  /** Identifies the file; the component gives an id to a file that has none. */
  readonly id: string;
  readonly kind: "image" | "video" | "file";
  readonly name: string;
  /** In bytes; 0 when it is not known. */
  readonly size: number;
  /** Its path on the phone; empty for a file that the page passed in as already stored. */
  readonly filePath: string;
  /** The path or URL of the thumbnail; empty for none. */
  readonly thumb: string;
  /** The URL at which to view the file; if it is empty, the file on the phone is shown. */
  readonly url: string;
  /** The object key in COS; empty until it is stored. */
  readonly key: string;
  readonly status: "waiting" | "uploading" | "done" | "failed";
  /** 0 to 100. */
  readonly percent: number;
  /** When it failed, a sentence for people. */
  readonly message: string;
  /** Whether a retry may succeed. */
  readonly retryable: boolean;
}

/** A file as a page may pass it in. Missing fields get the values of a file that is already stored. */
export type GivenFile = Partial<UploaderFile>;

/** Fills in the missing fields of files that a page passed in. */
export function complete(files: readonly GivenFile[], newId: () => string): UploaderFile[] {
  return files.map((file) => {
    const kind = file.kind || "image";
    const filePath = file.filePath || "";
    const url = file.url || "";
    return {
      id: file.id || newId(),
      kind,
      name: file.name || "",
      size: file.size || 0,
      filePath,
      thumb: file.thumb || (kind === "image" ? url || filePath : ""),
      url,
      key: file.key || "",
      status: file.status || "done",
      percent: file.percent === undefined ? 100 : file.percent,
      message: file.message || "",
      retryable: file.retryable === true,
    };
  });
}

/** A new file that was chosen with wx.chooseMedia. */
export function fromMedia(file: WechatMiniprogram.MediaFile, id: string): UploaderFile {
  const isVideo = file.fileType === "video";
  return {
    ...chosen(id, file.tempFilePath, file.size),
    kind: isVideo ? "video" : "image",
    thumb: isVideo ? file.thumbTempFilePath || "" : file.tempFilePath,
  };
}

/** A new picture that was chosen with wx.chooseImage. */
export function fromImage({ path, size }: WechatMiniprogram.ImageFile, id: string): UploaderFile {
  return { ...chosen(id, path, size), kind: "image", thumb: path };
}

/** A new video that was chosen with wx.chooseVideo. */
export function fromVideo(
  { tempFilePath, size }: WechatMiniprogram.ChooseVideoSuccessCallbackResult,
  id: string,
): UploaderFile {
  return { ...chosen(id, tempFilePath, size), kind: "video" };
}

/** A new file that was chosen in a chat, with wx.chooseMessageFile. */
export function fromMessage(file: WechatMiniprogram.ChooseFile, id: string): UploaderFile {
  const kind = file.type === "image" || file.type === "video" ? file.type : "file";
  return {
    ...chosen(id, file.path, file.size),
    kind,
    name: file.name || "",
    thumb: kind === "image" ? file.path : "",
  };
}

function chosen(id: string, filePath: string, size: number): UploaderFile {
  return {
    id,
    kind: "file",
    name: "",
    // Some Android phones give a text: https://github.com/tencentyun/vod-wx-sdk-v2/issues/7
    size: Number(size) || 0,
    filePath,
    thumb: "",
    url: "",
    key: "",
    status: "waiting",
    percent: 0,
    message: "",
    retryable: false,
  };
}

/**
 * A file's extension, in lower case and without the dot; empty when neither its name nor its path has one. The end of
 * `Scan 2024.05.12` is none.
 */
export function extensionOf(file: Pick<UploaderFile, "name" | "filePath">): string {
  const extension = /\.(\d*[a-z][0-9a-z]*)$/i;
  const match = extension.exec(file.name) || extension.exec(file.filePath);
  return match?.[1] ? match[1].toLowerCase() : "";
}

/** Extensions as a page may write them, such as `.PDF` or `*.pdf`, in lower case and without dots. */
export function plainExtensions(extensions: readonly string[]): string[] {
  return extensions.map((extension) => extension.replace(/^.*\./, "").toLowerCase());
}

export function isUnderWay({ status }: Pick<UploaderFile, "status">): boolean {
  return status === "waiting" || status === "uploading";
}

/** The list with one element moved to another place. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const rest = list.slice();
  const [file] = rest.splice(from, 1);
  if (file !== undefined) rest.splice(Math.max(0, to), 0, file);
  return rest;
}
