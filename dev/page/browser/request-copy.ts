/** What is recorded of a request; it has no headers and no body. */
export interface CopiedRequest {
  readonly service: string;
  readonly method: string;
  readonly path: string;
  readonly query?: string | undefined;
  readonly status: number;
  readonly code?: string | undefined;
}

/**
 * Writes a request to a function as a curl command. Undefined for other services: their requests need a signature, which
 * is not recorded.
 *
 * @param address the functions' address, such as `http://127.0.0.1:3000`
 */
export function asCurl({ service, method, path, query }: CopiedRequest, address: string): string | undefined {
  if (service !== "functions") return undefined;
  const url = `${address}${path}${query === undefined ? "" : `?${query}`}`;
  // With -X HEAD, curl would wait for a body that never comes.
  const how = method === "GET" ? [] : method === "HEAD" ? ["--head"] : ["-X", method];
  // Without -g, curl sends one request for each of [1-9999999] or {a,b}.
  const words = ["curl", ...(/[[\]{}]/.test(url) ? ["-g"] : []), ...how, quoted(url)];
  // The body is not recorded; an empty object takes its place.
  if (method === "POST") words.push("-H", quoted("content-type: application/json"), "-d", quoted("{}"));
  return words.join(" ");
}

/**
 * Writes a test file that expects the same outcome. For a function, the test sends the request; for another service, it
 * says where to add what the app did.
 */
export function asTest(request: CopiedRequest): string {
  const { service, method, path, status, code } = request;
  const isCall = service === "functions";
  const outcome = `${status}${code === undefined ? "" : ` ${code}`}`;
  const name = `${service}: ${method} ${path} is answered with ${outcome}`;
  const seen = { service, method, status, ...(code !== undefined && { code }) };
  return [
    'import { afterAll, beforeAll, expect, test } from "vitest";',
    'import { type Dev, startDev } from "../dev/emulator.ts";',
    "",
    "let emulator: Dev;",
    "beforeAll(async () => {",
    "  emulator = await startDev({ port: 0, cosPort: 0, dataDirectory: undefined, log: () => {} });",
    "});",
    "afterAll(() => emulator.close());",
    "",
    `test(${JSON.stringify(name)}, async () => {`,
    ...(isCall ? callLines(request) : ["  // Do here what your app did."]),
    ...(isCall
      ? []
      : [`  expect(emulator.requests).toContainEqual(expect.objectContaining(${literal(seen)}));`]),
    "});",
    "",
  ].join("\n");
}

function callLines({ method, path, query, status, code }: CopiedRequest): string[] {
  const target = JSON.stringify(`${path}${query === undefined ? "" : `?${query}`}`);
  const init =
    method === "GET"
      ? ""
      : `, { method: ${JSON.stringify(method)}${method === "POST" ? ', headers: { "content-type": "application/json" }, body: "{}"' : ""} }`;
  return [
    ...(method === "POST" ? ["  // The body was not recorded: put your own here."] : []),
    `  const response = await fetch(emulator.url + ${target}${init});`,
    `  expect(response.status).toBe(${status});`,
    ...(code === undefined
      ? []
      : [
          "  const { error } = JSON.parse(await response.text());",
          `  expect(error.code).toBe(${JSON.stringify(code)});`,
        ]),
  ];
}

function literal(value: Readonly<Record<string, string | number>>): string {
  const fields = Object.entries(value).map(([name, field]) => `${name}: ${JSON.stringify(field)}`);
  return `{ ${fields.join(", ")} }`;
}

/** Quotes a word for bash and zsh. Between single quotes, only the quote itself is special. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
