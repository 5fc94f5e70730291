import { requestOf, type SentRequest } from "./request.ts";

/** What OkHttp's HttpLoggingInterceptor prints, behind whatever a log puts before each line. */
const START = /^(.{0,200})--> (GET|HEAD|PUT|POST|DELETE|OPTIONS|PATCH) (https?:\/\/\S+)/m;

/** Whether a text is OkHttp's log of a request: `--> PUT https://…`. */
export function isOkHttp(text: string): boolean {
  return START.test(text);
}

/** Reads the address, the method and the headers, which the log has with level HEADERS or BODY. */
export function fromOkHttp(text: string): SentRequest {
  const found = START.exec(text);
  const [start = "", margin = "", method = "", url = ""] = found ?? [];
  const rest = text.slice((found?.index ?? 0) + start.length);
  const end = rest.search(/--> END/);
  // Times differ from line to line; the name of the log does not.
  const [tag = ""] = /\S*\s*$/.exec(margin) ?? [];
  const headers = rest
    .slice(0, end < 0 ? undefined : end)
    .split(/\r?\n/)
    .flatMap((row) => {
      const own = tag === "" || !row.includes(tag) ? row : row.slice(row.indexOf(tag) + tag.length);
      const [, name, value = ""] = /^([\w-]+): (.*?)\s*$/.exec(own) ?? [];
      return name === undefined ? [] : [[name.toLowerCase(), value] as const];
    });
  return requestOf({
    method,
    url,
    headers: Object.fromEntries(headers),
    // The interceptor can be told to hide headers, and at its lowest level it prints none.
    hidesSignature: !headers.some(([name, value]) => name === "authorization" && !value.includes("██")),
  });
}
