/** The extensions that are not the second half of the type. */
const EXTENSIONS: Readonly<Record<string, string>> = {
  "text/plain": "txt",
  "video/quicktime": "mov",
  "video/x-matroska": "mkv",
  "video/x-msvideo": "avi",
  "audio/mpeg": "mp3",
  "audio/mp4": "m4a",
  "application/msword": "doc",
  "application/vnd.ms-excel": "xls",
};

/** The extension for a MIME type, such as `webm` for `video/webm;codecs=vp9`; empty if there is none. */
export function extensionOf(type: string): string {
  const [bare = ""] = type.toLowerCase().split(/[;\s]/);
  const [, second = ""] = /^\w+\/(?:x-)?(\w+)$/.exec(bare) || [];
  return EXTENSIONS[bare] || second;
}

/**
 * Resolves if the browser can still read the file. It cannot if the file was changed or deleted after it was chosen, or is a
 * folder; a request then fails without saying why.
 *
 * @throws {unknown} the browser's reason, a DOMException
 */
export function checkReadable(file: Blob): Promise<void> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve();
    reader.onerror = () => reject(reader.error);
    reader.readAsArrayBuffer(file.slice(0, 1));
  });
}
