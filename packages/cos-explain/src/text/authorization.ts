import { percentDecode } from "./text.ts";

/** The parts of Authorization or of a form's signature fields (https://cloud.tencent.com/document/product/436/7778). */
export interface Authorization {
  /** q-ak */
  readonly secretId: string;
  /** q-sign-time, or q-key-time for a form: `start;end` in Unix seconds. */
  readonly time: string;
  /** q-header-list; undefined for a form. */
  readonly headerList: readonly string[] | undefined;
  /** q-url-param-list; undefined for a form. */
  readonly paramList: readonly string[] | undefined;
  /** Compared, never shown. */
  readonly signature: string;
}

/** Reads `q-sign-algorithm=sha1&q-ak=…`; undefined for anything else. */
export function parseAuthorization(text: string): Authorization | undefined {
  const parts = new Map(
    text
      .trim()
      .split("&")
      .map((part): [string, string] => {
        const equals = part.indexOf("=");
        return equals < 0 ? [part, ""] : [part.slice(0, equals), part.slice(equals + 1)];
      }),
  );
  return parts.has("q-ak") ? fromParts(parts) : undefined;
}

/** Like {@link parseAuthorization}, from a query's parameters or a form's fields. */
export function fromParts(parts: ReadonlyMap<string, string>): Authorization | undefined {
  const secretId = parts.get("q-ak");
  if (secretId === undefined) return undefined;
  const list = (name: string) =>
    parts
      .get(name)
      ?.split(";")
      .filter((item) => item !== "")
      .map(percentDecode);
  return {
    secretId,
    time: parts.get("q-sign-time") ?? parts.get("q-key-time") ?? "",
    headerList: list("q-header-list"),
    paramList: list("q-url-param-list"),
    signature: parts.get("q-signature") ?? "",
  };
}

/** The start and end of a key time, in Unix seconds. */
export function parseTime(text: string): { readonly start: number; readonly end: number } | undefined {
  const match = /^(\d{1,12});(\d{1,12})$/.exec(text);
  return match === null ? undefined : { start: Number(match[1]), end: Number(match[2]) };
}
