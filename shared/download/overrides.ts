import { ServiceError } from "../errors.ts";
import { readMediaType } from "../object/media-type.ts";
import { EXECUTABLE_TYPES } from "../object/rule.ts";
import { checkProcessing, isOperation } from "./processing.ts";
import { shown } from "./shown.ts";

/** What GET Object lets a request override of its answer (https://cloud.tencent.com/document/product/436/7753). */
const RESPONSE_HEADERS = new Set([
  "response-content-type",
  "response-content-language",
  "response-expires",
  "response-cache-control",
  "response-content-disposition",
  "response-content-encoding",
]);

/**
 * What browsers do not guess about: what they cannot read, or is said to be unknown, they take for what the file looks
 * like, which may be a page (https://mimesniff.spec.whatwg.org/#interpreting-the-resource-metadata).
 */
const KNOWN_TYPE = /^(?:application|audio|font|image|text|video)\/(?!unknown\b)/;

const MAX_VALUE_LENGTH = 1000;

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
    if (!RESPONSE_HEADERS.has(name)) checkProcessing(name, value, given);
    if (values.length > 1 || !isPlainText(value)) {
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
  if ([...query.keys()].filter(isOperation).length > 1) {
    throw new ServiceError("InvalidParameter", "Ask for one operation on the object in each URL.");
  }
  return Object.fromEntries(query);
}

function isPlainText(value: unknown): value is string {
  return typeof value === "string" && value.length <= MAX_VALUE_LENGTH && !/[\p{Cc}\p{Cs}]/u.test(value);
}

/** Whether no browser runs what is said to be of this type. */
function isHarmlessType(value: string): boolean {
  const essence = readMediaType(value)?.essence ?? "";
  return KNOWN_TYPE.test(essence) && !EXECUTABLE_TYPES.test(essence);
}
