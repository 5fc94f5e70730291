import { invalidParameter } from "../errors.ts";
import { isSameType, readMediaType } from "../object/media-type.ts";
import type { Rules } from "../object/rule.ts";
import { UNCLEAN } from "../text.ts";
import { checkProcessing, isOperation } from "./processing.ts";
import { shown } from "./shown.ts";

/** What a request may override in GET Object's answer (https://cloud.tencent.com/document/product/436/7753). */
const RESPONSE_HEADERS = new Set([
  "response-content-type",
  "response-content-language",
  "response-expires",
  "response-cache-control",
  "response-content-disposition",
  "response-content-encoding",
]);

/**
 * May be asked for in addition to the rules' types: one that is not displayed, and those that show a text as it
 * is.
 */
const ALWAYS_HARMLESS: readonly string[] = ["application/octet-stream", "text/plain", "application/json"];

const MAX_VALUE_LENGTH = 1000;

/**
 * Reads the query parameters to sign into a URL. Any other is refused by its name: what is
 * signed here is done with the bucket owner's right to read.
 *
 * @throws ServiceError 400 `ParameterNotAllowed` or `InvalidParameter`
 */
export function readOverrides(
  given: ReadonlyMap<string, readonly unknown[]>,
  rules: Rules,
): Record<string, string> {
  const query = new Map<string, string>();
  for (const [written, values] of given) {
    const [first = ""] = values;
    const [name, value] = wholeName(written, first);
    if (!RESPONSE_HEADERS.has(name)) checkProcessing(name, value, given);
    if (values.length > 1 || !isPlainText(value)) {
      throw invalidParameter(`The parameter ${shown(name)} must be given once, as plain text.`);
    }
    if (name === "response-content-type" && !isHarmlessType(value, rules)) {
      throw invalidParameter(
        "response-content-type must be a MIME type of the rules, text/plain, application/json or application/octet-stream, and not one that a browser would run.",
      );
    }
    query.set(name, value);
  }
  if ([...query.keys()].filter(isOperation).length > 1) {
    throw invalidParameter("Ask for only one operation per URL.");
  }
  return Object.fromEntries(query);
}

/** Base64 is written with its `=`, and in a URL a name ends there: `watermark/2/text/5pWw5o2u5LiH==/fontsize/30`. */
function wholeName(name: string, value: unknown): readonly [name: string, value: unknown] {
  const isCut = typeof value === "string" && isOperation(name) && /^(?:=$|=?\/)/.test(value);
  return isCut ? [`${name}=${value}`, ""] : [name, value];
}

function isPlainText(value: unknown): value is string {
  return typeof value === "string" && value.length <= MAX_VALUE_LENGTH && !UNCLEAN.test(value);
}

/**
 * A list of allowed types, not of types that browsers run: each reads types of its own as a page, such as
 * Safari everything that ends in `+xml`, or guesses, such as Firefox at `application/x-unknown-content-type`
 * (https://mimesniff.spec.whatwg.org/#xml-mime-type). The types of a rule that allows more are not among them.
 */
function isHarmlessType(value: string, { all }: Rules): boolean {
  const essence = readMediaType(value)?.essence ?? "";
  const known = all
    .filter((rule) => !rule.allowExecutable)
    .flatMap(({ types }) => Object.values(types).flat());
  return [...ALWAYS_HARMLESS, ...known].some((harmless) => isSameType(harmless, essence));
}
