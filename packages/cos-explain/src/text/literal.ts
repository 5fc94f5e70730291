import { type Expression, type Property, parseExpressionAt, type SpreadElement } from "acorn";

/** `[Function: x]`, `[Getter]`, `<ref *1>` and the like, which util.inspect prints for what is not data. */
const NOT_WRITTEN_OUT =
  /\[(?:Async|Function|Generator|Getter|Setter|Circular|class|Symbol|Object|Array)\b[^\]\n]{0,100}\]/g;

/**
 * The value of an object or a list that is written as in JavaScript, as `util.inspect` prints it too, from this place in
 * a text; undefined if there is none. Nothing is run: what is not written out, such as `[Object]`, is left out.
 */
export function literalAt(text: string, start: number): unknown {
  const plain = text.slice(start).replace(NOT_WRITTEN_OUT, "null");
  try {
    return written(parseExpressionAt(plain, 0, { ecmaVersion: "latest" }));
  } catch {
    return undefined;
  }
}

function written(node: Expression): unknown {
  switch (node.type) {
    case "Literal":
      return ["string", "number", "boolean"].includes(typeof node.value) ? node.value : undefined;
    case "BinaryExpression": {
      // util.inspect splits long strings.
      if (node.operator !== "+" || node.left.type === "PrivateIdentifier") return undefined;
      const [left, right] = [written(node.left), written(node.right)];
      return typeof left === "string" && typeof right === "string" ? left + right : undefined;
    }
    case "SequenceExpression":
      // What follows the value.
      return node.expressions[0] && written(node.expressions[0]);
    case "ArrayExpression":
      return node.elements.map((item) =>
        item === null || item.type === "SpreadElement" ? undefined : written(item),
      );
    case "ObjectExpression":
      return Object.fromEntries(node.properties.flatMap(memberOf));
    default:
      return undefined;
  }
}

function memberOf(property: Property | SpreadElement): [string, unknown][] {
  if (property.type === "SpreadElement" || property.computed) return [];
  const { key, value } = property;
  const name = key.type === "Identifier" ? key.name : key.type === "Literal" ? String(key.value) : undefined;
  return name === undefined ? [] : [[name, written(value)]];
}
