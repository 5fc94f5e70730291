/**
 * The types of what phones record: the first of each extension in the functions' rules (`shared/object/rules.ts`; a test
 * compares them), written as `ext` or `ext:subtype`.
 */
export const TYPES =
  "image/ jpg:jpeg jpeg png gif webp heic heif avif bmp tif:tiff tiff " +
  "video/ mp4 m4v:mp4 mov:quicktime webm 3gp:3gpp mkv:x-matroska avi:x-msvideo " +
  "audio/ mp3:mpeg m4a:mp4 aac wav amr ogg flac " +
  "application/ pdf ";

export function extensionOf(filePath: string): string {
  return groups("\\.(\\w{1,10})$", filePath)[1] || "";
}

/** Empty for an extension that is not in {@link TYPES}. */
export function typeOf(ext: string): string {
  const name = ext.toLowerCase().replace(/\W/g, "");
  const [, type, subtype] = groups(`(\\w+/)[^/]* ${name}(?::(\\S+))? `, TYPES);
  return type ? type + (subtype || name) : "";
}

function groups(pattern: string, text: string): readonly (string | undefined)[] {
  return new RegExp(pattern).exec(text) || [];
}
