/** One file of `<cos-uploader>`: what `files` holds, in and out. All but `id` may be absent in what a page hands in. */
export interface UploaderFile {
  /** Tells the files of one component apart; the component gives one to a file that has none. */
  readonly id: string;
  readonly kind: "image" | "video" | "file";
  readonly name: string;
  /** In bytes; 0 when it is not known. */
  readonly size: number;
  /** On the phone; empty for a file that was handed in as stored already. */
  readonly filePath: string;
  /** What the thumbnail shows: a path or a URL; empty for none. */
  readonly thumb: string;
  /** Where it can be viewed, once the page has set it; the phone's own file otherwise. */
  readonly url: string;
  /** The object key in COS; empty until it is stored. */
  readonly key: string;
  readonly status: "waiting" | "uploading" | "done" | "failed";
  /** 0 to 100. */
  readonly percent: number;
  /** A sentence for people, when it failed. */
  readonly message: string;
  /** Whether another try may succeed. */
  readonly retryable: boolean;
}

/** A file as a page may hand it in: what it does not say is as for a file that is stored. */
export type GivenFile = Partial<UploaderFile>;

/** Completes files that a page has handed in. */
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

/** A new file that was chosen in a chat, with wx.chooseMessageFile. */
export function fromMessage(file: WechatMiniprogram.ChooseFile, id: string): UploaderFile {
  const kind = file.type === "image" || file.type === "video" ? file.type : "file";
  return {
    ...chosen(id, file.path, file.size),
    kind,
    name: file.name,
    thumb: kind === "image" ? file.path : "",
  };
}

function chosen(id: string, filePath: string, size: number): UploaderFile {
  return {
    id,
    kind: "file",
    name: "",
    size,
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

/** In lower case and without the dot; empty when the file has none. */
export function extensionOf(file: Pick<UploaderFile, "name" | "filePath">): string {
  const match = /\.([0-9a-z]+)$/i.exec(file.name || file.filePath);
  return match?.[1] ? match[1].toLowerCase() : "";
}

export function isUnderWay({ status }: Pick<UploaderFile, "status">): boolean {
  return status === "waiting" || status === "uploading";
}

/** The list with the file at one place moved to another. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const rest = list.slice();
  const [file] = rest.splice(from, 1);
  if (file !== undefined) rest.splice(Math.max(0, to), 0, file);
  return rest;
}
