import { SAME_TYPES } from "./same-types.ts";

/** A media type as somebody wrote it, in `type=` or for an answer. */
export interface MediaType {
  /** `type/subtype` in lower case: what it is, without parameters. */
  readonly essence: string;
  /** The whole, as it is signed and must be sent: the essence, and the parameters as they were written. */
  readonly text: string;
}

/** In characters. The longest names in use have 73; RFC 6838, section 4.2, allows twice 127. */
const MAX_LENGTH = 255;

const NAME = "[a-z0-9][a-z0-9!#$&^_.+-]*";
const TOKEN = "[\\w!#$%&'*+.^`|~-]+";
const QUOTED = '"[ !#-.0-[\\]-~]*"';
const MEDIA_TYPE = `^(${NAME}/${NAME})((?: *; *${TOKEN}=(?:${TOKEN}(?:,${TOKEN})*|${QUOTED}))*)$`;

/**
 * Reads a media type, `type/subtype` and parameters (https://www.rfc-editor.org/rfc/rfc9110#section-8.3.1), more
 * strictly than it is written there: what a header carries must be the same text on both ends, so that there is no
 * escape, no tab and nothing beyond ASCII. And a comma makes a list, of which browsers take the last type
 * (https://mimesniff.spec.whatwg.org/#interpreting-the-resource-metadata): no parameter has a slash, so that after a
 * comma, which MediaRecorder writes (`video/webm;codecs=vp8,opus`), there is no other type.
 *
 * @returns undefined for what is not one
 */
export function readMediaType(value: unknown): MediaType | undefined {
  if (typeof value !== "string" || value.length > MAX_LENGTH) return undefined;
  const [, name, parameters = ""] = new RegExp(MEDIA_TYPE, "i").exec(value) ?? [];
  if (name === undefined) return undefined;
  const essence = name.toLowerCase();
  return { essence, text: essence + parameters };
}

let lines: readonly (readonly string[])[] | undefined;

/** Read when they are first needed: a cold start need not. */
function readLines(): readonly (readonly string[])[] {
  lines ??= SAME_TYPES.split("\n").map((line) => {
    const names = line.split(" ");
    const top = line.slice(0, line.indexOf("/") + 1);
    return names.map((name) => (name.includes("/") ? name : top + name));
  });
  return lines;
}

/** Every essence that names the same kind of file, this one among them. */
export function namesOf(essence: string): readonly string[] {
  return readLines().find((names) => names.includes(essence)) ?? [essence];
}

/** Whether two essences name the same kind of file. */
export function isSameType(a: string, b: string): boolean {
  return namesOf(a).includes(b);
}

/**
 * Whether a type leaves it to the extension what a file is: what browsers say when their system knows no type
 * (`application/octet-stream`), what a program calls all that it opens (`application/kswps`, `application/zip`), what
 * only some system calls audio, video or a picture (`audio/x-hx-aac-adts`), and what names the sound alone of a video's
 * format (`audio/mp4`). Nothing that a browser runs, although nothing is stored by such a name.
 *
 * @param like the type that the extension stands for
 * @param known the types of every extension: whoever names another one means another file, unless that is Zip, and files
 *   of the extension are Zip archives
 */
export function isVague(essence: string, like: string, known: readonly string[]): boolean {
  const [kind = "none"] =
    /^(?:audio|video|image(?!\/svg)|application(?!.*(?:xml|script)))\//.exec(essence) ?? [];
  return (
    essence.replace("audio", "video") === like ||
    ((kind === "application/" || like.startsWith(kind)) &&
      ((/openxml|opendoc|\+zip/.test(like) && isSameType("application/zip", essence)) ||
        !known.some((type) => isSameType(type, essence))))
  );
}
