import { XMLParser } from "fast-xml-parser";

/** COS's error, https://cloud.tencent.com/document/product/436/7730. Empty strings stand for what is missing. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  /** What COS computed: `sha1`, the key time, the SHA-1 of the HttpString. */
  readonly stringToSign: string;
  /** HttpString of the request as it arrived; for a POST form the policy's text. */
  readonly formatString: string;
  /** Unix seconds by COS's clock. */
  readonly serverTime: number | undefined;
  /** Host and path. */
  readonly resource: string;
  readonly requestId: string;
  /** The emulator's header x-emulator-reason; COS has none. */
  readonly reason: string;
}

const parser = new XMLParser({ parseTagValue: false, trimValues: false, ignoreAttributes: true });

/**
 * Finds the error in what was given: the XML alone, a whole HTTP answer as `curl -i` prints it, a line of a log, or
 * the `error` object of COS's JavaScript SDKs as JSON. Undefined when there is none.
 *
 * @param reason x-emulator-reason, when the header is not part of `text`
 */
export function readRefusal(text: string, reason = ""): Refusal | undefined {
  const elements = fromXml(text) ?? fromJson(text);
  const code = elements?.get("Code");
  if (elements === undefined || code === undefined || code === "") return undefined;
  const of = (name: string) => elements.get(name) ?? "";
  const serverTime = Date.parse(of("ServerTime"));
  return {
    code,
    message: of("Message"),
    stringToSign: of("StringToSign").replaceAll("\r\n", "\n"),
    formatString: of("FormatString").replaceAll("\r\n", "\n"),
    serverTime: Number.isNaN(serverTime) ? undefined : Math.floor(serverTime / 1000),
    resource: of("Resource"),
    requestId: of("RequestId"),
    reason: reason || (/^x-emulator-reason:[ \t]*(.*)$/im.exec(text)?.[1]?.trim() ?? ""),
  };
}

function fromXml(text: string): Map<string, string> | undefined {
  const xml = /<Error\b[^>]*>[\s\S]*?<\/Error>/.exec(text)?.[0];
  if (xml === undefined) return undefined;
  try {
    const root: unknown = parser.parse(xml);
    return textsOf(member(root, "Error"));
  } catch {
    return undefined;
  }
}

/** The SDKs' errors: `{"error":{"Code":…}}`, `{"Code":…}`, or `code` and `message` in lower case beside the XML's names. */
function fromJson(text: string): Map<string, string> | undefined {
  const start = text.indexOf("{");
  if (start < 0) return undefined;
  try {
    const root: unknown = JSON.parse(text.slice(start, text.lastIndexOf("}") + 1));
    return [root, member(root, "error"), member(root, "Error"), member(member(root, "error"), "error")]
      .map(textsOf)
      .find((texts) => texts?.has("Code"));
  } catch {
    return undefined;
  }
}

function member(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
  return new Map<string, unknown>(Object.entries(value)).get(name);
}

function textsOf(value: unknown): Map<string, string> | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  return new Map(
    Object.entries(value).flatMap(([name, text]) =>
      typeof text === "string" ? [[name, text] as const] : [],
    ),
  );
}
