/** What a function answers, before it is put into the platform's shape. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; absent for no body. */
  readonly body?: object;
  /** Sent as plain text, in place of `body`: what WeChat wants to read. */
  readonly text?: string;
}

/**
 * The integrated response of SCF's HTTP entries. `statusCode` must always be there: a Function URL turns
 * a value without it into a 200 (https://cloud.tencent.com/document/product/583/96099).
 */
export interface PlatformResponse {
  readonly isBase64Encoded: false;
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Puts an answer into the platform's shape.
 *
 * @param more headers that the request asks for, such as those for browsers
 * @param withBody false for HEAD: the same headers, no body
 */
export function platformResponse(
  answer: HttpAnswer,
  more: Readonly<Record<string, string>> = {},
  withBody = true,
): PlatformResponse {
  const headers: Record<string, string> = {
    // An answer holds a credential: it must not be cached, rendered as a page or fetched without encryption.
    "cache-control": "no-store",
    "strict-transport-security": "max-age=31536000",
    "x-content-type-options": "nosniff",
    ...more,
    ...answer.headers,
  };
  const { status, body, text } = answer;
  if (body !== undefined) headers["content-type"] = "application/json; charset=utf-8";
  else if (text !== undefined) headers["content-type"] = "text/plain; charset=utf-8";
  const written = body === undefined ? text : JSON.stringify(body);
  return {
    isBase64Encoded: false,
    statusCode: status,
    headers,
    body: withBody ? (written ?? "") : "",
  };
}
