import { isDeepStrictEqual } from "node:util";
import Builder from "fast-xml-builder";
import { XMLParser, XMLValidator } from "fast-xml-parser";
import { array, type InferOutput, record, safeParse, string, unknown } from "valibot";
import type { Origins } from "../../../shared/http/cors.ts";

const Nodes = array(record(string(), unknown()));

/** As fast-xml-parser has them with `preserveOrder`: the element's name leads to its content, `:@` to its attributes. */
type Node = InferOutput<typeof Nodes>[number];

/**
 * A bucket's CORS configuration (https://cloud.tencent.com/document/product/436/8279), so far understood that one rule
 * can be put in. Everything else in it goes back as it came.
 */
export interface CorsDocument {
  readonly attributes: unknown;
  /** The rules, and what else stands beside them, in their order. */
  readonly content: readonly Node[];
}

/** A bucket without a CORS configuration. */
export const NO_CORS: CorsDocument = { attributes: {}, content: [] };

/** The configuration is not one that can be changed without the risk of losing something. */
export class CorsFormError extends Error {
  override readonly name = "CorsFormError";
}

/** By this a rule is found again when CORS_ORIGINS has changed. */
const RULE_ID = "cos-direct-upload";

/** What a page asks leave for: to upload, by PUT or by a form, and to read. */
const METHODS = ["PUT", "POST", "GET", "HEAD"] as const;

/** What a page reads of an answer: whether the file arrived whole, and what to name to Tencent's support. */
const EXPOSED = ["ETag", "x-cos-request-id"] as const;

const MAX_AGE_SECONDS = 600;

const ROOT = "CORSConfiguration";
const RULE = "CORSRule";
const ATTRIBUTES = ":@";
const TEXT = "#text";

/** What COS takes a configuration to say that says nothing of it. */
const NO_VARY: Node = { ResponseVary: [{ [TEXT]: "false" }] };

/** Text stays as it is written, references and all, so that it is written again as it was. */
const FORM = {
  preserveOrder: true,
  ignoreAttributes: false,
  processEntities: false,
  textNodeName: TEXT,
  cdataPropName: "#cdata",
  commentPropName: "#comment",
};

/** @throws CorsFormError */
export function readCorsDocument(text: string): CorsDocument {
  const [root, ...others] = parse(text).filter((node) => ROOT in node);
  if (root === undefined || others.length > 0) {
    throw new CorsFormError(`The CORS configuration is not a ${ROOT}.`);
  }
  return { attributes: root[ATTRIBUTES] ?? {}, content: nodes(root[ROOT]) };
}

/** @throws CorsFormError for what is not well-formed, or has a name that fast-xml-parser does not take */
function parse(text: string): Node[] {
  const parser = new XMLParser({
    ...FORM,
    parseTagValue: false,
    parseAttributeValue: false,
    ignoreDeclaration: true,
  });
  try {
    if (!text.includes("<!DOCTYPE") && XMLValidator.validate(text) === true) return nodes(parser.parse(text));
  } catch {
    // Told below.
  }
  throw new CorsFormError("The CORS configuration is not well-formed XML.");
}

/** XML, on lines of its own; the empty text for a configuration without rules, of which COS has none. */
export function corsText({ attributes, content }: CorsDocument): string {
  if (!content.some(isRule)) return "";
  const builder = new Builder({ ...FORM, format: true, indentBy: "  ", suppressEmptyNode: true });
  return builder.build([{ [ROOT]: content, [ATTRIBUTES]: attributes }]).trim();
}

/**
 * The configuration with one rule that lets pages of exactly these origins upload and read. It takes the place of the
 * one for the origins of before, or comes first, so that no rule above it speaks for these origins. A rule that says
 * the same under another ID will do.
 */
export function withRuleFor(origins: Origins, { attributes, content }: CorsDocument): CorsDocument {
  const rule = ruleFor(origins);
  const others = content.filter((node) => !isOwn(node));
  if (others.some((node) => isDeepStrictEqual(meaning(node), meaning(rule)))) {
    return { attributes, content: others };
  }
  const place = content.findIndex(isOwn);
  const above = place < 0 ? [] : content.slice(0, place);
  return { attributes, content: [...above, rule, ...others.slice(above.length)] };
}

/** Whether two configurations say the same, in whatever order each rule's elements stand. */
export function isSame(one: CorsDocument, other: CorsDocument): boolean {
  const said = ({ content }: CorsDocument) =>
    content
      .filter((node) => !isDeepStrictEqual(node, NO_VARY))
      .map((node) => (isRule(node) ? { id: textOf(node, "ID"), ...meaning(node) } : node));
  return isDeepStrictEqual(said(one), said(other));
}

function ruleFor(origins: Origins): Node {
  const element = (name: string, text: string): Node => ({ [name]: [{ [TEXT]: text }] });
  return {
    [RULE]: [
      element("ID", RULE_ID),
      // A browser's origin may hold &, and nothing else that XML writes in another way.
      ...[...origins].map((origin) => element("AllowedOrigin", origin.replaceAll("&", "&amp;"))),
      ...METHODS.map((method) => element("AllowedMethod", method)),
      // Authorization, x-cos-security-token, Content-Type, Content-MD5, and any x-cos-* that was signed.
      element("AllowedHeader", "*"),
      ...EXPOSED.map((header) => element("ExposeHeader", header)),
      element("MaxAgeSeconds", String(MAX_AGE_SECONDS)),
    ],
  };
}

/** What a rule says, without its ID. */
function meaning(rule: Node) {
  const set = (name: string, text = (value: string) => value) =>
    [...new Set(textsOf(rule, name).map(text))].sort();
  const lowerCase = (value: string) => value.toLowerCase();
  return {
    origins: set("AllowedOrigin"),
    methods: set("AllowedMethod"),
    headers: set("AllowedHeader", lowerCase),
    exposed: set("ExposeHeader", lowerCase),
    maxAge: textOf(rule, "MaxAgeSeconds"),
  };
}

function isRule(node: Node): boolean {
  return RULE in node;
}

function isOwn(node: Node): boolean {
  return textOf(node, "ID") === RULE_ID;
}

function textOf(rule: Node, name: string): string | undefined {
  return textsOf(rule, name)[0];
}

/** The texts of a rule's elements of one name; the empty ones, which say nothing, left out. */
function textsOf(rule: Node, name: string): string[] {
  return nodes(rule[RULE])
    .flatMap((element) => (name in element ? [nodes(element[name])] : []))
    .map((parts) => parts.map((part) => String(part[TEXT] ?? "")).join(""))
    .filter((text) => text !== "");
}

function nodes(value: unknown): Node[] {
  const { success, output } = safeParse(Nodes, value);
  return success ? output : [];
}
