import { invalidParameter, parameterNotAllowed, type ServiceError } from "../errors.ts";
import { shown } from "./shown.ts";

/**
 * An image in another size or format, or with a text on it; the name says what to do: `imageMogr2/thumbnail/200x`.
 * Colours and texts are base64. `/image/` names another picture.
 */
const IMAGE =
  /^(?!.*\/image\/)(?:imageSlim|image(?:Mogr2|View2)(?:\/[\w!<>@.=-]+)+\/?|watermark\/2(?:\/[\w=-]+)+)$/;

/** One after another (https://cloud.tencent.com/document/api/1246/109224): what each makes, the next one takes. */
const PIPE = "|";
const MAX_STEPS = 10;

/** Facts about an image, as JSON: basic information, EXIF data, average hue. */
const DATA: ReadonlySet<string> = new Set(["imageInfo", "exif", "imageAve"]);

/** The parameters of a frame of a video, and their forms (https://cloud.tencent.com/document/product/436/121040). */
const SNAPSHOT: ReadonlyMap<string, RegExp> = new Map([
  ["ci-process", /^snapshot$/],
  ["time", /^\d{1,6}(?:\.\d{1,6})?$/],
  ["width", /^\d{1,4}$/],
  ["height", /^\d{1,4}$/],
  ["format", /^(?:jpg|png)$/],
  ["rotate", /^(?:auto|off)$/],
  ["mode", /^(?:keyframe|exactframe)$/],
]);

/** In characters; no valid processing is written longer. */
const MAX_NAME_LENGTH = 500;

/** Checks one parameter that asks for processing, against all names that were given. */
export function checkProcessing(name: string, value: unknown, given: ReadonlyMap<string, unknown>): void {
  const form = given.has("ci-process") ? SNAPSHOT.get(name) : undefined;
  if (form === undefined) {
    checkName(name);
    if (value !== "") throw malformed(name, "must have no value");
  } else if (typeof value !== "string" || !form.test(value)) {
    if (name !== "ci-process") throw malformed(name, "must be valid for a snapshot");
    throw refusal(`ci-process=${typeof value === "string" ? shown(value) : "?"}`, "only snapshot can");
  }
}

/**
 * Allows what Cloud Infinite documents as reading one image
 * (https://cloud.tencent.com/document/product/460/36540).
 *
 * @throws ServiceError 400 `ParameterNotAllowed`, which says what else it is
 */
function checkName(name: string): void {
  if (name.length > MAX_NAME_LENGTH) throw refusal(shown(name), "it is too long");
  const steps = name.split(PIPE);
  const isImage = (step: string) => IMAGE.test(step) && !/.watermark/i.test(step);
  if (DATA.has(name) || (steps.length <= MAX_STEPS && steps.every(isImage))) return;
  if (/watermark/i.test(name))
    throw refusal("This watermark", "only watermark/2, a text in URL-safe base64, can");
  if (/\||%(?:25)*7c/i.test(name)) throw refusal('This pipeline ("|")', "each step must process an image");
  throw refusal(`The parameter ${shown(name)}`);
}

function refusal(what: string, why?: string): ServiceError {
  const reason = why === undefined ? "" : `: ${why}`;
  return parameterNotAllowed(`${what} cannot be signed into a URL${reason}.`);
}

function malformed(name: string, must: string): ServiceError {
  return invalidParameter(`The parameter ${shown(name)} ${must}.`);
}

/** Whether a parameter says what to do, not how. */
export function isOperation(name: string): boolean {
  return name === "ci-process" || /^(?:image|watermark)/.test(name) || name === "exif";
}

/** The MIME type of an image in the format that `format/…` names; undefined for one that is not known. */
function typeOfFormat(format: string): string | undefined {
  if (/^(?:jpg|y?jpeg)$/.test(format)) return "image/jpeg";
  return /^(?:png|gif|bmp|webp|avif|heif|heic|tpg)$/.test(format) ? `image/${format}` : undefined;
}

/**
 * The MIME type of the processing's result; undefined when it keeps the object's own or there is no processing. Never
 * one that a browser runs: in a bucket without Cloud Infinite, and after `ignore-error/1`, COS answers the object as
 * it is.
 */
export function processedType(query: Readonly<Record<string, string>>): string | undefined {
  for (const name of Object.keys(query)) {
    if (DATA.has(name)) return "application/json";
    if (name === "ci-process") return typeOfFormat(query["format"] ?? "jpg");
    const images = name.split(PIPE).filter((step) => IMAGE.test(step));
    const format = images.flatMap((step) => /\/format\/(\w+)/.exec(step)?.[1] ?? []).at(-1);
    if (format !== undefined) return typeOfFormat(format) ?? "application/octet-stream";
  }
  return undefined;
}
