/** An HTTP request to a function, read whole, before it takes a platform event's shape. */
export interface EntryRequest {
  readonly method: string;
  /** As sent, percent-encoding and all, without the query. */
  readonly path: string;
  /** What follows the question mark, as sent. */
  readonly query: string;
  /** By lower-case name; a repeated header's values are joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The client's IP address. */
  readonly remoteAddress: string;
}

/**
 * The decoded query parameters; a repeated one is an array of its values.
 *
 * How the platform renders a repeated parameter is not documented. An array loses nothing, so a function that can
 * handle it can handle any other rendering.
 */
export function queryParameters(query: string): Readonly<Record<string, string | string[]>> {
  const parameters = new URLSearchParams(query);
  return Object.fromEntries(
    [...new Set(parameters.keys())].map((name) => {
      const values = parameters.getAll(name);
      const [first = ""] = values;
      return [name, values.length > 1 ? values : first];
    }),
  );
}
