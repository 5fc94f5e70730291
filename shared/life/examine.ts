import { fileTypeFromBuffer, supportedExtensions } from "file-type/core";
import type { CosCall } from "../cos/client.ts";
import { isSameType, readMediaType } from "../object/media-type.ts";
import type { NamedRule } from "../object/rule.ts";
import { platformsOwn } from "../upload/conditions.ts";
import { maxBytesInParts } from "../upload/file.ts";
import { checkedAs } from "../wechat/media-check.ts";
import type { Misfit } from "./misfit.ts";
import { extensionOf, type Upload } from "./upload.ts";
import { WITHHELD } from "./withheld.ts";

/** How many bytes file-type looks at. */
const SAMPLE_BYTES = 4100;

const NEWER_OFFICE = "docx xlsx pptx docm xlsm pptm dotx xltx potx ppsx";

/**
 * Extensions whose files cannot be distinguished by their first bytes, or not with certainty: one line per
 * container. Phones name videos after any brand of ISO media, and Office files are Zip or OLE files with more
 * inside; the newer ones are Zip, and OLE once they have a password (https://github.com/sindresorhus/file-type/issues/612).
 */
const ALIKE = `
jpg jpeg jfif
png apng
tif tiff
heic heif avif
mp4 m4v mov m4a m4b m4p 3gp 3g2 f4v f4p f4a f4b
webm mkv
ogg oga ogv ogm ogx opus spx
mp3 mp2 mp1
cfb doc xls ppt
zip ${NEWER_OFFICE}
cfb ${NEWER_OFFICE}
pdf ai`
  .trim()
  .split("\n")
  .map((line) => line.split(" "));

/** The object itself is checked, not what an event says about it. */
export async function examine({
  file,
  at,
  rule,
  cos,
  isWithheld,
}: Pick<Upload, "file" | "at" | "rule" | "cos" | "isWithheld">): Promise<Misfit | undefined> {
  if (isWithheld) return "Unreadable";
  const ext = extensionOf(file.key);
  if (!Object.hasOwn(rule.types, ext)) return "WrongExtension";
  // Also when COS did not say how large it is.
  if (!(file.size <= maxBytesInParts(rule))) return "TooLarge";
  if (!isAllowedType(file.type, rule)) return "WrongType";
  const isKnown = alikeOf(ext).some((one) => KNOWN.has(one));
  if (!isKnown && !isText(ext, rule)) return undefined;
  if (DECODED.test(file.encoding ?? "")) return "WrongContent";
  const sample = file.size === 0 ? Buffer.alloc(0) : await firstBytes(at, file.etag, cos);
  if (sample === undefined) return "Unreadable";
  const found = await extensionOfBytes(sample, file.size);
  if (isKnown) return found !== undefined && mayBe(found, ext, rule) ? undefined : "WrongContent";
  return found !== undefined && NO_TEXT.test(sample.toString("latin1")) ? "WrongContent" : undefined;
}

/** The extensions whose files may be taken for those of this one, itself among them. */
function alikeOf(ext: string): string[] {
  return [ext, ...ALIKE.filter((line) => line.includes(ext)).flat()];
}

/**
 * Whether a file of an extension may have the bytes that belong to `found`. A picture may also be another kind of picture
 * that the rule takes, since programs often name one after another: WeChat's screenshots are PNG called .jpg
 * (http://ppmy.cn/news/629124.html), and some of an iPhone's .HEIC are JPEG (https://github.com/strukturag/libheif/issues/111).
 * But it must be of a kind that WeChat checks, so that none becomes one by its name.
 */
function mayBe(found: string, ext: string, { types }: NamedRule): boolean {
  if (alikeOf(ext).includes(found)) return true;
  const isPicture = (one: string) => Object.hasOwn(types, one) && /^image\//.test(types[one]?.[0] ?? "");
  return isPicture(ext) && alikeOf(found).some((one) => isPicture(one) && checkedAs(one, 0) !== undefined);
}

/** Whether files of an extension are text, whose first bytes may be any characters. */
function isText(ext: string, { types }: NamedRule): boolean {
  return /^text\/|\bjson$/.test(types[ext]?.[0] ?? "");
}

/**
 * What no text begins with, or has: control characters besides space, of which UTF-16 (`\xff\xfe`) has many. Only together
 * with a format that is recognised, since a text may begin with `BM`, as a picture does. A picture that is called a text
 * would be shown all the same, and pass no check of pictures. JPEG and GIF may hold a comment that is longer than what is
 * looked at, and the bits of a WebP may be written so that they are characters.
 */
const NO_TEXT = /^(?!\xff\xfe)(?:\xff|GIF8[79]a|RIFF[\s\S]{4}WEBP|[\s -\xff]*[^\s -\xff])/;

/**
 * What clients decode a body by (https://www.iana.org/assignments/http-parameters, "HTTP Content Coding Registry"). An
 * upload's Content-Encoding need not be signed, COS answers with it, and whoever decodes then sees another file than the
 * one whose first bytes are looked at.
 */
const DECODED = /\b(?:gzip|deflate|compress|br|zstd|dcb|dcz)\b/i;

/** The extensions that file-type tells by the first bytes; text has none of its own. */
const KNOWN: ReadonlySet<string> = new Set(supportedExtensions);

/** A POST may have sent any type, and a browser that reads the object would believe it. */
function isAllowedType(type: string, rule: NamedRule): boolean {
  const essence = readMediaType(type)?.essence;
  return (
    essence !== undefined &&
    [...platformsOwn(), ...Object.values(rule.types).flat()].some((allowed) => isSameType(allowed, essence))
  );
}

/**
 * The first bytes of this very upload, not of one that replaced it an instant ago: if COS says that it was replaced
 * (412), the event comes again. Undefined when COS does not return them.
 */
async function firstBytes(key: string, etag: string, cos: CosCall): Promise<Buffer | undefined> {
  const headers = { range: `bytes=0-${SAMPLE_BYTES - 1}`, "if-match": `"${etag}"` };
  const { status, body } = await cos({ method: "GET", key, headers, acceptCode: WITHHELD });
  return status < 400 ? body : undefined;
}

/**
 * How files begin that file-type does not recognise without their ends: it looks for a part of a Zip that need not be
 * among the first ones (https://github.com/sindresorhus/file-type/pull/159), and for a TIFF's directory, which often comes
 * after the picture.
 */
const LONG: readonly (readonly [string, string])[] = [
  ["zip", "PK\x03\x04"],
  ["tif", "II*\0"],
  ["tif", "MM\0*"],
];

/** What programs write before a PDF, and readers skip (https://github.com/sindresorhus/file-type/issues/527). */
const BEFORE_PDF = /^(?:\xef\xbb\xbf)?\s{1,1000}(?=%PDF-)/;

/** The extension that a file belongs to by its first bytes; empty for one that is none. */
async function extensionOfBytes(sample: Buffer, size: number): Promise<string | undefined> {
  const text = sample.toString("latin1");
  if (BEFORE_PDF.test(text)) return "pdf";
  try {
    const found = await fileTypeFromBuffer(sample);
    // Some programs leave zeros between the tag and the sound (https://github.com/agersant/mp3-duration/pull/8).
    return found?.ext ?? (text.startsWith("ID3") ? "mp3" : undefined);
  } catch {
    // Bytes that begin like a known format, and then break it or go on after the sample.
    const long = size > sample.length ? LONG.find(([, beginning]) => text.startsWith(beginning)) : undefined;
    return long?.[0] ?? "";
  }
}
