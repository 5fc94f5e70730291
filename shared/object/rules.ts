import { defineRules } from "./rule.ts";

const MiB = 1024 ** 2;

/**
 * What people may upload. This is the file to edit.
 *
 * Without `?rule=`, the first rule that takes the extension applies. The meaning of each field is in
 * rule.ts; a rule that cannot work fails `npm run build` with a message that names it.
 */
export const rules = defineRules({
  photo: {
    types: {
      jpg: ["image/jpeg"],
      jpeg: ["image/jpeg"],
      // What Windows calls pictures that a browser saves.
      jfif: ["image/jpeg"],
      png: ["image/png"],
      gif: ["image/gif"],
      webp: ["image/webp"],
      heic: ["image/heic"],
      heif: ["image/heif"],
      avif: ["image/avif"],
      bmp: ["image/bmp"],
      tif: ["image/tiff"],
      tiff: ["image/tiff"],
    },
    maxBytes: 20 * MiB,
    prefix: "uploads",
  },
  video: {
    types: {
      mp4: ["video/mp4"],
      m4v: ["video/mp4", "video/x-m4v"],
      // Phones name what they have converted as they named the original.
      mov: ["video/quicktime", "video/mp4"],
      // What Chrome calls a recording with H.264.
      webm: ["video/webm", "video/x-matroska"],
      "3gp": ["video/3gpp"],
      mkv: ["video/x-matroska"],
      avi: ["video/x-msvideo"],
    },
    maxBytes: 200 * MiB,
    maxBytesInParts: 2048 * MiB,
    prefix: "uploads",
  },
  audio: {
    types: {
      mp3: ["audio/mpeg", "audio/mp3"],
      // Android takes it for mp3.
      m4a: ["audio/mp4", "audio/x-m4a", "audio/aac", "video/mp4", "audio/mpeg"],
      aac: ["audio/aac"],
      wav: ["audio/wav", "audio/x-wav"],
      amr: ["audio/amr"],
      ogg: ["audio/ogg"],
      flac: ["audio/flac"],
    },
    maxBytes: 50 * MiB,
    prefix: "uploads",
  },
  document: {
    types: {
      pdf: ["application/pdf"],
      doc: ["application/msword"],
      // Systems without the newer names call the newer formats by the older.
      docx: ["application/vnd.openxmlformats-officedocument.wordprocessingml.document", "application/msword"],
      xls: ["application/vnd.ms-excel"],
      xlsx: ["application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/vnd.ms-excel"],
      ppt: ["application/vnd.ms-powerpoint"],
      pptx: [
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "application/vnd.ms-powerpoint",
      ],
      txt: ["text/plain"],
      // What browsers on Windows call it when Excel is installed.
      csv: ["text/csv", "application/vnd.ms-excel", "text/plain"],
    },
    maxBytes: 50 * MiB,
    prefix: "uploads",
  },
  avatar: {
    types: { jpg: ["image/jpeg"], jpeg: ["image/jpeg"], png: ["image/png"], webp: ["image/webp"] },
    maxBytes: 2 * MiB,
    prefix: "avatars",
    onlyByName: true,
  },
});
