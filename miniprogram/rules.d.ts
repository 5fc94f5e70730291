/** `npm run build` writes this from shared/object/rules.ts. cos-uploader's types use it to check what may be uploaded. */
interface CosUploaderRules {
  readonly photo: {
    readonly jpg: "image/jpeg";
    readonly jpeg: "image/jpeg";
    readonly jfif: "image/jpeg";
    readonly png: "image/png";
    readonly gif: "image/gif";
    readonly webp: "image/webp";
    readonly heic: "image/heic";
    readonly heif: "image/heif";
    readonly avif: "image/avif";
    readonly bmp: "image/bmp";
    readonly tif: "image/tiff";
    readonly tiff: "image/tiff";
  };
  readonly video: {
    readonly mp4: "video/mp4";
    readonly m4v: "video/mp4" | "video/x-m4v";
    readonly mov: "video/quicktime" | "video/mp4";
    readonly webm: "video/webm" | "video/x-matroska";
    readonly "3gp": "video/3gpp";
    readonly mkv: "video/x-matroska";
    readonly avi: "video/x-msvideo";
  };
  readonly audio: {
    readonly mp3: "audio/mpeg" | "audio/mp3";
    readonly m4a: "audio/mp4" | "audio/x-m4a" | "audio/aac" | "video/mp4" | "audio/mpeg";
    readonly aac: "audio/aac";
    readonly wav: "audio/wav" | "audio/x-wav";
    readonly amr: "audio/amr";
    readonly ogg: "audio/ogg";
    readonly flac: "audio/flac";
  };
  readonly document: {
    readonly pdf: "application/pdf";
    readonly doc: "application/msword";
    readonly docx:
      | "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
      | "application/msword";
    readonly xls: "application/vnd.ms-excel";
    readonly xlsx:
      | "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
      | "application/vnd.ms-excel";
    readonly ppt: "application/vnd.ms-powerpoint";
    readonly pptx:
      | "application/vnd.openxmlformats-officedocument.presentationml.presentation"
      | "application/vnd.ms-powerpoint";
    readonly txt: "text/plain";
    readonly csv: "text/csv" | "application/vnd.ms-excel" | "text/plain";
  };
  readonly avatar: {
    readonly jpg: "image/jpeg";
    readonly jpeg: "image/jpeg";
    readonly png: "image/png";
    readonly webp: "image/webp";
  };
}
