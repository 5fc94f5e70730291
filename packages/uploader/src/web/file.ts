/** The extensions that are not the second half of the type. */
const EXTENSIONS: Readonly<Record<string, string>> = {
  "text/plain": "txt",
  "video/quicktime": "mov",
  "video/x-matroska": "mkv",
  "video/x-msvideo": "avi",
  "video/3gpp": "3gp",
  "audio/3gpp": "3gp",
  "audio/mpeg": "mp3",
  "audio/mp4": "m4a",
  "audio/wave": "wav",
  "audio/vnd.wave": "wav",
  "image/x-ms-bmp": "bmp",
  "application/msword": "doc",
  "application/vnd.ms-excel": "xls",
  "application/vnd.ms-powerpoint": "ppt",
  "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
  "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
  "application/x-zip-compressed": "zip",
};

/** The extension for a MIME type, such as `webm` for `video/webm;codecs=vp9`; empty if there is none. */
export function extensionOf(type: string): string {
  const [bare = ""] = type.toLowerCase().split(/[;\s]/);
  const [, second = ""] = /^\w+\/(?:x-)?(\w+)$/.exec(bare) || [];
  return EXTENSIONS[bare] || second;
}

/** How files begin, as text in which each character is a byte. */
const BEGINNINGS: readonly (readonly [string, RegExp])[] = [
  ["jpg", /^\xff\xd8\xff/],
  ["png", /^\x89PNG/],
  ["gif", /^GIF8/],
  ["webp", /^RIFF[\s\S]{4}WEBP/],
  ["heic", /^[\s\S]{4}ftyp(hei|mif1)/],
  ["mov", /^[\s\S]{4}ftypqt/],
  ["mp4", /^[\s\S]{4}ftyp(iso|mp4|avc|M4V)/],
  ["pdf", /^%PDF/],
];

/**
 * The extension of a file by its type or, if that says nothing, by its first bytes; empty if they tell nothing either.
 * Android's browsers, WeChat's among them, give some pictures neither a type nor a name
 * (https://github.com/marchFantasy/vue-file-upload/issues/20); others call a file that they do not know
 * `application/octet-stream`.
 */
export function kindOf(file: Blob): Promise<string> {
  const ext = extensionOf(file.type);
  if (ext) return Promise.resolve(ext);
  return bytesOf(file.slice(0, 12)).then(
    (bytes) => {
      const first = String.fromCharCode.apply(null, Array.prototype.slice.call(new Uint8Array(bytes)));
      return (BEGINNINGS.filter(([, beginning]) => beginning.test(first))[0] || [""])[0];
    },
    () => "",
  );
}

/** A larger file is not copied, but only looked at. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Copies of files in memory, of which a request has failed. */
const copies = new WeakMap<Blob, Blob>();

/**
 * What to send of the file: its bytes, or their copy in memory if a request with it has failed. It never is the file itself,
 * in whose place Safari sends nothing, and says nothing, if it may not read the file's path
 * (https://github.com/Stirling-Tools/Stirling-PDF/pull/7889, https://bugs.webkit.org/show_bug.cgi?id=319985). No bytes are
 * copied.
 */
export function latestOf(file: Blob): Blob {
  return copies.get(file) || new Blob([file], { type: file.type });
}

/** Forgets the file's copy, once it is sent. */
export function forget(file: Blob): void {
  copies.delete(file);
}

/**
 * Resolves if the browser can still read the file after a request with it has failed. The browser does not say why it
 * failed: it does so too if the file is a folder, was deleted, or was changed after it was chosen. Chrome on Android takes
 * files of Google Drive and of the photo picker for changed, but can read them (https://github.com/tus/tus-js-client/issues/255),
 * so the next request gets a copy in memory.
 *
 * @throws {unknown} the browser's reason, a DOMException
 */
export function checkReadable(file: Blob): Promise<void> {
  if (copies.has(file)) return Promise.resolve();
  const isSmall = file.size <= MOST_BYTES;
  return bytesOf(isSmall ? file : file.slice(0, 1)).then((bytes) => {
    if (isSmall) copies.set(file, new Blob([bytes], { type: file.type }));
  });
}

/** Reads a file into memory. */
export function bytesOf(file: Blob): Promise<ArrayBuffer> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => {
      if (reader.result instanceof ArrayBuffer) resolve(reader.result);
      else reject(new DOMException("The browser gave no bytes.", "NotReadableError"));
    };
    reader.onerror = () => reject(reader.error);
    reader.readAsArrayBuffer(file);
  });
}

/** Also of a frame or another window, where it is no instance of this window's classes. */
export function isBlob(value: unknown): value is Blob {
  return isFile(value) || classOf(value) === "Blob";
}

export function isFile(value: unknown): value is File {
  return classOf(value) === "File";
}

/** The name of a value's class, such as `FileList` or `Undefined`. */
export function classOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}
