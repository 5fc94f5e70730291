import { ServiceError } from "../../shared/errors.ts";
import { EXECUTABLE_TYPES } from "../../shared/upload/rule.ts";

/** What GET Object lets a request override of its answer (https://cloud.tencent.com/document/product/436/7753). */
const RESPONSE_HEADERS = new Set([
  "response-content-type",
  "response-content-language",
  "response-expires",
  "response-cache-control",
  "response-content-disposition",
  "response-content-encoding",
]);

/** Image processing as the parameter's name: `imageMogr2/thumbnail/200x`, with an empty value. */
const IMAGE_PROCESSING = /^image(?:Mogr2|View2)\/[\x21-\x7e]{1,500}$/;

/**
 * A MIME type, written strictly: of a list browsers take the last, and what they cannot read, or is said to be unknown,
 * they guess from the file, which may be a page
 * (https://mimesniff.spec.whatwg.org/#interpreting-the-resource-metadata).
 */
const ONE_TYPE =
  /^(?:application|audio|font|image|text|video)\/(?!unknown\b)[a-z0-9.+-]+(?:; ?charset=[a-z0-9-]+)?$/;

/** `ci-process` and what its snapshots of a video take. */
const CI_PARAMETERS = new Set(["ci-process", "time", "width", "height", "format"]);

/**
 * Reads the query parameters that are to be signed into a URL. Any other is refused by its name: what is
 * signed here is done with the bucket owner's right to read.
 *
 * @throws ServiceError 400 `ParameterNotAllowed` or `InvalidParameter`
 */
export function readOverrides(given: ReadonlyMap<string, readonly unknown[]>): Record<string, string> {
  const query = new Map<string, string>();
  for (const [name, values] of given) {
    const [value = ""] = values;
    const isImage = IMAGE_PROCESSING.test(name);
    const isKnown =
      isImage || RESPONSE_HEADERS.has(name) || (CI_PARAMETERS.has(name) && given.has("ci-process"));
    if (!isKnown) {
      throw new ServiceError(
        "ParameterNotAllowed",
        `The parameter ${shown(name)} cannot be signed into a URL.`,
      );
    }
    const isText = typeof value === "string" && value.length <= 1000 && !/[\p{Cc}\p{Cs}]/u.test(value);
    if (values.length > 1 || !isText || (isImage && value !== "")) {
      throw new ServiceError(
        "InvalidParameter",
        `The parameter ${shown(name)} must be given once, as plain text.`,
      );
    }
    if (name === "response-content-type" && !isHarmlessType(value)) {
      throw new ServiceError(
        "InvalidParameter",
        "response-content-type must be one MIME type, and none that a browser would run.",
      );
    }
    query.set(name, value);
  }
  return Object.fromEntries(query);
}

/** Whether no browser runs what is said to be of this type. */
function isHarmlessType(value: string): boolean {
  const type = value.toLowerCase();
  return ONE_TYPE.test(type) && !EXECUTABLE_TYPES.test(type);
}

/** A name from outside, fit for a message. */
function shown(name: string): string {
  return JSON.stringify(name.slice(0, 40).replace(/[^\x20-\x7e]/g, "?"));
}
