import { type Answer, signedHeaders, type TestCos, type ToSign, urlPath } from "./support.ts";

export interface Asked {
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly credential?: ToSign["credential"];
  /** Whether to send the request unsigned. */
  readonly isAnonymous?: boolean;
}

/** Sends a request to the bucket (an empty key) or to an object, signed with the account's key by default. */
export function ask(
  cos: TestCos,
  method: ToSign["method"],
  key: string,
  { query = {}, headers = {}, body, credential, isAnonymous = false }: Asked = {},
): Promise<Answer> {
  const pairs = Object.entries(query).map((pair) => pair.map(encodeURIComponent).join("="));
  return cos.send({
    method,
    path: `${urlPath(key)}${pairs.length === 0 ? "" : `?${pairs.join("&")}`}`,
    headers: isAnonymous
      ? headers
      : signedHeaders({ method, key, query, headers, ...(credential !== undefined && { credential }) }),
    ...(body !== undefined && { body }),
  });
}

/** The text of every element of this name, in order. */
export function textsOf({ body }: Answer, name: string): string[] {
  return [...body.toString().matchAll(new RegExp(`<${name}>(.*?)</${name}>`, "gs"))].map(([, text = ""]) =>
    text.replaceAll("&quot;", '"'),
  );
}
