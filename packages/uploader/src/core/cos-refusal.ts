import type { Sent } from "./secrets";
import { withoutSecrets } from "./secrets";

/**
 * COS's answer to a request that it refused, by the names of its XML's elements
 * (https://cloud.tencent.com/document/product/436/7730): `Code`, `Message`, `Resource`, `RequestId`, `TraceId`,
 * with SignatureDoesNotMatch also `StringToSign` and `FormatString`, and whatever else COS says. Signatures
 * and tokens are replaced by `***`.
 */
export type CosRefusal = Readonly<Record<string, string>>;

const ENTITIES = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };
/** Longer texts are cut. COS's own stay far below it; a proxy's page may not. */
const MAX_LENGTH = 8192;

/**
 * Undefined when the text is no refusal of COS's.
 *
 * @param sent the headers and form fields of the request; what is secret among them is taken out of the answer
 */
export function readRefusal(text: string, sent: readonly Sent[]): CosRefusal | undefined {
  if (text.indexOf("<Code>") < 0) return undefined;
  const refusal: Record<string, string> = {};
  text.replace(/<(\w+)>([^<]*)<\/\1>/g, (all, name: string, value: string) => {
    refusal[name] = withoutSecrets(unescaped(value), sent).slice(0, MAX_LENGTH);
    return all;
  });
  return refusal;
}

function unescaped(text: string): string {
  return text.replace(
    /&(?:#(x?)([\da-f]+)|(lt|gt|quot|apos|amp));/gi,
    (_, hex, code, name: keyof typeof ENTITIES) =>
      code ? String.fromCharCode(parseInt(code, hex ? 16 : 10)) : ENTITIES[name],
  );
}
