import type { Text } from "./text";

/** One chosen file, as the page shows it. */
export interface Item {
  readonly id: number;
  readonly filePath: string;
  readonly isVideo: boolean;
  /** What the thumbnail shows: the phone's own picture, and after the upload the one in storage. */
  readonly thumb: string;
  readonly localThumb: string;
  /** Such as `照片 · 1.2 MB`. */
  readonly title: string;
  readonly state: "waiting" | "uploading" | "done" | "failed" | "cancelled";
  /** 0 to 100. */
  readonly percent: number;
  /** The state in words. */
  readonly note: string;
  readonly key: string;
  /** A signed URL of the object; empty until there is one. */
  readonly url: string;
}

export function newItem(id: number, file: WechatMiniprogram.MediaFile, text: Text): Item {
  const isVideo = file.fileType === "video";
  const localThumb = isVideo ? file.thumbTempFilePath : file.tempFilePath;
  return {
    id,
    filePath: file.tempFilePath,
    isVideo,
    thumb: localThumb,
    localThumb,
    title: `${isVideo ? text.video : text.photo} · ${sizeText(file.size)}`,
    state: "waiting",
    percent: 0,
    note: text.waiting,
    key: "",
    url: "",
  };
}

export function isUnderWay({ state }: Item): boolean {
  return state === "waiting" || state === "uploading";
}

function sizeText(bytes: number): string {
  return bytes < 1024 * 1024
    ? `${Math.max(1, Math.round(bytes / 1024))} KB`
    : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
