import type { Sent } from "./secrets";
import { withoutSecrets } from "./secrets";

/**
 * COS's answer to a request that it refused: the text of each XML element by its name
 * (https://cloud.tencent.com/document/product/436/7730). It has `Code`, `Message`, `Resource`, `RequestId` and `TraceId`,
 * for SignatureDoesNotMatch also `StringToSign` and `FormatString`, and whatever else COS says. Signatures and tokens are
 * replaced by `***`.
 */
export type CosRefusal = Readonly<Record<string, string>>;

const ENTITIES = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };
/** Longer texts are cut off. COS's own are far shorter, but a proxy's page may not be. */
const MAX_LENGTH = 8192;

/**
 * Reads COS's refusal; undefined when the text is something else.
 *
 * @param sent the headers and form fields of the request; the secrets among them are removed from the answer
 */
export function readRefusal(text: string, sent: readonly Sent[]): CosRefusal | undefined {
  if (!/<Code>/.test(text)) return undefined;
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
