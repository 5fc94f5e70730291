/** What is known of a request; no header, no body. */
export interface CopiedRequest {
  readonly service: string;
  readonly method: string;
  readonly path: string;
  readonly query?: string | undefined;
  readonly status: number;
  readonly code?: string | undefined;
}

/**
 * A request of a function as a curl command, which asks the same; undefined for every other service, whose requests
 * hold a signature that is not kept.
 *
 * @param address where the functions answer, such as `http://127.0.0.1:3000`
 */
export function asCurl({ service, method, path, query }: CopiedRequest, address: string): string | undefined {
  if (service !== "functions") return undefined;
  const url = `${address}${path}${query === undefined ? "" : `?${query}`}`;
  // With -X HEAD, curl waits for a body that does not come.
  const how = method === "GET" ? [] : method === "HEAD" ? ["--head"] : ["-X", method];
  const words = ["curl", ...how, quoted(url)];
  // The body is not kept: an empty object stands where the caller's own goes.
  if (method === "POST") words.push("-H", quoted("content-type: application/json"), "-d", quoted("{}"));
  return words.join(" ");
}

/** A test file that asks for the same outcome: for a function it sends the request, for others it says where to. */
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
    ...(method === "POST" ? ["  // The body is not kept: put your own in its place."] : []),
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

/** For bash and zsh: between single quotes nothing has a meaning but the quote itself. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
