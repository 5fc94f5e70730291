import { type Expression, type Property, parseExpressionAt, type SpreadElement } from "acorn";
import { formFields } from "../text/multipart.ts";
import { RequestUnreadable, requestOf, type SentRequest } from "./request.ts";

const CALL =
  /(?:\b(?:fetch|(?:wx|uni|Taro|my)\.(?:request|uploadFile|downloadFile)|axios(?:\.(?:get|put|post|delete|head|request))?)|(?:\$|\bjQuery)\.ajax)\s*\(/;

/** Whether a text holds a call that sends a request. */
export function isScript(text: string): boolean {
  return CALL.test(text);
}

/**
 * Reads a call of fetch ("Copy as fetch"), of a Mini Program's API, of axios or of jQuery. Nothing is run, so the value of
 * anything but a literal, such as a variable, is unknown.
 *
 * @throws {RequestUnreadable}
 */
export function fromScript(text: string): SentRequest {
  const { name, values } = callOf(text);
  const verb = /^axios\.(?!request)(\w+)$/.exec(name)?.[1];
  const hasAddressFirst = typeof values[0] === "string";
  // axios.put(url, data, config), fetch(url, options), wx.request(options)
  const options = recordOf(
    hasAddressFirst ? values[verb === undefined || isBodiless(verb) ? 1 : 2] : values[0],
  );
  const url = hasAddressFirst ? values[0] : options["url"];
  if (typeof url !== "string") {
    throw new RequestUnreadable("The call's address is not written out: replace it with its value.");
  }
  const headers = options["headers"] ?? options["header"];
  const known = textsOf(headers);
  const isForm = name.endsWith("uploadFile");
  const form = textsOf(options["formData"]);
  const body = options["body"] ?? options["data"];
  const referrer = options["referrer"];
  const method = options["method"] ?? (name.endsWith(".ajax") ? options["type"] : undefined);
  return requestOf({
    method: verb ?? (isForm ? "POST" : typeof method === "string" ? method : "GET"),
    url,
    headers: {
      ...(isForm && { "content-type": "multipart/form-data" }),
      // A stream has no length (https://fetch.spec.whatwg.org/#dom-requestinit-duplex).
      ...(options["duplex"] === "half" && { "transfer-encoding": "chunked" }),
      ...(typeof referrer === "string" && referrer !== "" && { referer: referrer }),
      ...known.texts,
    },
    fields: isForm
      ? // A field whose value is a variable would look like one that is not sent.
        form.hasUnknown
        ? undefined
        : form.texts
      : typeof body === "string"
        ? formFields(body)
        : undefined,
    hidesSignature: known.hasUnknown || (isForm && form.hasUnknown),
  });
}

/** The value of an expression that would have to be run. */
const UNKNOWN = Symbol("unknown");

interface Values {
  readonly [name: string]: Value;
}
type Value = string | number | boolean | null | typeof UNKNOWN | readonly Value[] | Values;

function callOf(text: string): { readonly name: string; readonly values: readonly Value[] } {
  const start = text.search(CALL);
  try {
    const call = parseExpressionAt(text, start, { ecmaVersion: "latest" });
    if (call.type !== "CallExpression") throw new SyntaxError("It is not a call.");
    const values = call.arguments.map((item) => (item.type === "SpreadElement" ? UNKNOWN : writtenOut(item)));
    return { name: text.slice(call.callee.start, call.callee.end), values };
  } catch {
    throw new RequestUnreadable("The call cannot be read as JavaScript: is it complete?");
  }
}

function writtenOut(node: Expression): Value {
  switch (node.type) {
    case "Literal":
      return ["string", "number", "boolean"].includes(typeof node.value) ? String(node.value) : null;
    case "TemplateLiteral": {
      const inside = node.expressions.map(writtenOut);
      if (inside.some((value) => typeof value !== "string")) return UNKNOWN;
      return node.quasis
        .map(({ value }, index) => `${value.cooked ?? ""}${String(inside[index] ?? "")}`)
        .join("");
    }
    case "BinaryExpression": {
      if (node.operator !== "+" || node.left.type === "PrivateIdentifier") return UNKNOWN;
      const [left, right] = [writtenOut(node.left), writtenOut(node.right)];
      return typeof left === "string" && typeof right === "string" ? left + right : UNKNOWN;
    }
    case "ArrayExpression":
      return node.elements.map((item) =>
        item === null || item.type === "SpreadElement" ? UNKNOWN : writtenOut(item),
      );
    case "ObjectExpression":
      return Object.fromEntries(node.properties.map(propertyOf));
    case "NewExpression": {
      const [first] = node.arguments;
      const isHeaders = node.callee.type === "Identifier" && node.callee.name === "Headers";
      return isHeaders && first !== undefined && first.type !== "SpreadElement" ? writtenOut(first) : UNKNOWN;
    }
    default:
      return UNKNOWN;
  }
}

function propertyOf(property: Property | SpreadElement): [string, Value] {
  if (property.type === "SpreadElement" || property.computed) return ["...", UNKNOWN];
  const { key, value } = property;
  const name = key.type === "Identifier" ? key.name : key.type === "Literal" ? String(key.value) : "...";
  return [name, writtenOut(value)];
}

function recordOf(value: Value | undefined): Values {
  return isValues(value) ? value : {};
}

function isValues(value: Value | undefined): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The members that are written out, and whether there may be others. Accepts a list of pairs, as fetch does. */
function textsOf(value: Value | undefined): {
  readonly texts: Readonly<Record<string, string>>;
  readonly hasUnknown: boolean;
} {
  if (value === undefined) return { texts: {}, hasUnknown: false };
  const pairs: readonly (readonly [Value | undefined, Value | undefined])[] = Array.isArray(value)
    ? value.map((pair: Value) => (Array.isArray(pair) ? [pair[0], pair[1]] : [UNKNOWN, UNKNOWN]))
    : isValues(value)
      ? Object.entries(value)
      : [[UNKNOWN, UNKNOWN]];
  const known = pairs.flatMap(([name, text]) =>
    typeof name === "string" && typeof text === "string" ? [[name, text] as const] : [],
  );
  return { texts: Object.fromEntries(known), hasUnknown: known.length < pairs.length };
}

function isBodiless(verb: string): boolean {
  return ["get", "delete", "head"].includes(verb);
}
