import { isDeepStrictEqual } from "node:util";
import Builder from "fast-xml-builder";
import { XMLParser, XMLValidator } from "fast-xml-parser";
import { array, type InferOutput, record, safeParse, string, unknown } from "valibot";
import type { Origins } from "../../../shared/http/cors.ts";

const Nodes = array(record(string(), unknown()));

/** An element as fast-xml-parser returns it with `preserveOrder`: its content by its name, its attributes by `:@`. */
type Node = InferOutput<typeof Nodes>[number];

/**
 * A bucket's CORS configuration (https://cloud.tencent.com/document/product/436/8279), parsed just far enough to add one
 * rule. Everything else is written back unchanged.
 */
export interface CorsDocument {
  readonly attributes: unknown;
  /** The rules and any other elements, in their order. */
  readonly content: readonly Node[];
}

/** A bucket without a CORS configuration. */
export const NO_CORS: CorsDocument = { attributes: {}, content: [] };

/** The configuration cannot be changed without the risk of losing something. */
export class CorsFormError extends Error {
  override readonly name = "CorsFormError";
}

/** The id of our rule, by which it is found again when CORS_ORIGINS has changed. */
const RULE_ID = "cos-direct-upload";

/** The methods that a page needs: to upload, by PUT or with a form, and to read. */
const METHODS = ["PUT", "POST", "GET", "HEAD"] as const;

/** The headers that a page reads: the first shows that the file is complete, the second is for Tencent's support. */
const EXPOSED = ["ETag", "x-cos-request-id"] as const;

const MAX_AGE_SECONDS = 600;

const ROOT = "CORSConfiguration";
const RULE = "CORSRule";
const ATTRIBUTES = ":@";
const TEXT = "#text";

/** COS's default, which is the same as leaving the element out. */
const NO_VARY: Node = { ResponseVary: [{ [TEXT]: "false" }] };

/** Text is kept as it is written, including references, so that it is written back unchanged. */
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

/** @throws CorsFormError when the text is not well-formed, or has a name that fast-xml-parser does not accept */
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
    // The error below reports it.
  }
  throw new CorsFormError("The CORS configuration is not well-formed XML.");
}

/** The configuration as indented XML; empty for one without rules, which COS does not have. */
export function corsText({ attributes, content }: CorsDocument): string {
  if (!content.some(isRule)) return "";
  const builder = new Builder({ ...FORM, format: true, indentBy: "  ", suppressEmptyNode: true });
  return builder.build([{ [ROOT]: content, [ATTRIBUTES]: attributes }]).trim();
}

/**
 * The configuration with one rule that lets pages from exactly these origins upload and read. The rule replaces our earlier
 * rule, or comes first, so that no other rule for these origins precedes it. If another rule says the same under a
 * different ID, none is added.
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

/** Whether two configurations say the same, whatever the order of each rule's elements. */
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
      // A browser's origin may contain &, but no other character that XML must escape.
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

/** The texts of a rule's elements with this name, without empty ones. */
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
