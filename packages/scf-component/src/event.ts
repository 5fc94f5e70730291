import { readFile } from "node:fs/promises";
import {
  fallback,
  number,
  object,
  optional,
  parseJson,
  pipe,
  record,
  safeParse,
  string,
  unknown,
} from "valibot";
import type { Arguments } from "./arguments.ts";
import { DeployError } from "./errors.ts";
import { TIMER_NAME } from "./plan.ts";
import type { FunctionSpec } from "./project.ts";

/** The options of `invoke` and `local` that make up the event. */
export const EVENT_OPTIONS = ["event", "method", "path", "query", "header", "body"] as const;

/**
 * The event to call a function with: the content of a file, a request to the Function URL
 * (https://cloud.tencent.com/document/product/583/96099), or a timer's event (583/9708).
 *
 * @throws {DeployError} when the options cannot be combined, or the file is not JSON
 */
export async function readEvent(args: Arguments, spec: FunctionSpec): Promise<unknown> {
  const file = args.one("event");
  const others = EVENT_OPTIONS.filter((name) => name !== "event" && args.all(name).length > 0);
  if (file === undefined && spec.cos.length > 0) {
    throw new DeployError(`COS calls ${spec.name}: give its event as JSON with --event FILE.`);
  }
  if (file === undefined && others.length === 0 && !spec.url) return timerEvent();
  if (file === undefined) return functionUrlEvent(args, spec);
  if (others.length > 0) throw new DeployError(`--event and --${others[0]} cannot be combined.`);
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch {
    throw new DeployError(`--event ${file} is not a JSON file.`);
  }
}

function timerEvent(): Readonly<Record<string, unknown>> {
  return { Type: "Timer", TriggerName: TIMER_NAME, Time: new Date().toISOString(), Message: "" };
}

function functionUrlEvent(args: Arguments, spec: FunctionSpec): Readonly<Record<string, unknown>> {
  const body = args.one("body");
  const method = args.one("method") ?? (body === undefined ? "GET" : "POST");
  const path = args.one("path") ?? spec.path;
  if (!path.startsWith("/")) throw new DeployError("--path must start with a slash.");
  const query = new URLSearchParams(args.all("query").join("&"));
  return {
    httpMethod: method.toUpperCase(),
    path,
    queryString: Object.fromEntries(query),
    headers: { ...(body !== undefined && { "content-type": "application/json" }), ...headers(args) },
    body: body ?? "",
  };
}

function headers(args: Arguments): Record<string, string> {
  return Object.fromEntries(
    args.all("header").map((header) => {
      const [, name, value] = /^([^:\s]+):\s*(.*)$/.exec(header) ?? [];
      if (name === undefined || value === undefined) throw new DeployError("--header must be 'name: value'.");
      return [name.toLowerCase(), value];
    }),
  );
}

const HttpAnswer = pipe(
  string(),
  parseJson(),
  object({
    statusCode: number(),
    headers: optional(fallback(record(string(), unknown()), {}), {}),
    body: optional(unknown()),
  }),
);

/** What a function returned, written like an HTTP response; unchanged when it is not an HTTP answer. */
export function renderAnswer(json: string): string {
  const { success, output } = safeParse(HttpAnswer, json);
  if (!success) return json;
  const { statusCode, headers: fields, body } = output;
  return [
    `HTTP ${statusCode}`,
    ...Object.entries(fields).map(([name, value]) => `${name}: ${String(value)}`),
    "",
    String(body ?? ""),
  ].join("\n");
}
