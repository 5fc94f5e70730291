import { randomUUID } from "node:crypto";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { guard, type Handler } from "../../guard/guard.ts";
import { type Controls, ownPages } from "../../guard/own-pages.ts";
import type { Access } from "../../guard/sender.ts";
import { note } from "../../requests/note.ts";
import { RequestLog } from "../../requests/request-log.ts";
import { type Invocation, MAX_EVENT_BYTES } from "../runtime/function-runtime.ts";
import { requestTooLarge } from "../runtime/platform-failure.ts";
import { apiGatewayEvent } from "./api-gateway-event.ts";
import type { EntryRequest } from "./entry-request.ts";
import { functionUrlEvent } from "./function-url-event.ts";
import { type EventShape, type HttpAnswer, httpAnswer, REQUEST_ID } from "./http-answer.ts";
import { refusalOf } from "./refusal-of.ts";

/** A function that the entry can call. */
export interface Invocable {
  readonly name: string;
  invoke(event: unknown): Promise<Invocation>;
}

/** Something that answers under its own paths, such as a page for people. */
export interface Mount {
  /** Whether a path, without its query, is its own. */
  serves(path: string): boolean;
  readonly handler: Handler;
}

export interface EntryOptions {
  readonly functions: readonly Invocable[];
  readonly eventShape: EventShape;
  /** Answers requests that are for no function. */
  readonly mount?: Mount | undefined;
  /** What `/_requests` shows. @default nothing */
  readonly requests?: RequestLog;
  /** What the emulator itself does for a POST to one of these paths. @default nothing */
  readonly controls?: Controls;
  /** CORS_ORIGINS: the origins that the functions allow besides this machine's own. @default none */
  readonly corsOrigins?: ReadonlySet<string>;
  /** This machine's address in a private network, which is also accepted as Host. @default none */
  readonly host?: string | undefined;
  readonly log: (line: string) => void;
}

export interface InvokeOptions {
  /** The function that a request is for: its path, and its Host header in lower case. */
  readonly route: (path: string, host: string) => Invocable | undefined;
  /** Answers a request that is for no function; the host is as above. */
  readonly elsewhere: (path: string, host: string) => HttpAnswer;
  readonly eventShape: EventShape;
  readonly log: (line: string) => void;
}

/**
 * The HTTP entry: `/<function>` and everything under it go to that function, as one custom domain routes several
 * functions by path, with the whole path in the event.
 */
export function createEntryListener(options: EntryOptions): RequestListener {
  const functions = new Map(options.functions.map((item) => [item.name, item]));
  const invoke = createInvokeHandler({
    route: (path) => functions.get(path.split("/")[1] ?? ""),
    elsewhere: () => errorAnswer(404, "NotFound", notFound(functions)),
    eventShape: options.eventShape,
    log: options.log,
  });
  const { mount, corsOrigins, log } = options;
  const own = ownPages(options.requests ?? new RequestLog(Date.now), options.controls);
  const handler: Handler = (message, response) => {
    const { path, query } = target(message.url ?? "");
    // A function may have the name `health`.
    if (own.serves(path) && !functions.has(path.slice(1))) return own.handler(message, response);
    if (mount?.serves(path)) {
      note(response, { unlisted: true });
      return mount.handler(message, response);
    }
    note(response, { query: shownQuery(query) || undefined });
    return invoke(message, response);
  };
  const access: Access = {
    isOwnHost: (name) => name === options.host,
    isOwnOrigin: (origin) => corsOrigins?.has(origin) ?? false,
  };
  return guardFunctions(handler, access, log);
}

/** Accepts everybody who may call functions, including pages that CORS allows, and links. */
export function guardFunctions(
  handler: Handler,
  access: Access,
  log: (line: string) => void,
): RequestListener {
  return guard(handler, {
    service: "entry",
    log,
    access: { ...access, takesLinks: true },
    refuse: (response, { code, message }) => send(response, errorAnswer(403, code, message)),
  });
}

/** Calls the function that `route` names with each request as its event. */
export function createInvokeHandler(options: InvokeOptions): Handler {
  return (message, response) =>
    serve(message, options).then(
      (answer) => send(response, answer),
      (error: unknown) => {
        // A client that went away while sending its body gets no answer.
        if (!message.destroyed) {
          options.log(`entry failed: ${String(error)}`);
          send(response, errorAnswer(500, "InternalError", "The emulator failed; its log says why."));
        }
      },
    );
}

async function serve(message: IncomingMessage, options: InvokeOptions): Promise<HttpAnswer> {
  const { path, query } = target(message.url ?? "");
  const host = (message.headers.host ?? "").toLowerCase();
  const invocable = options.route(path, host);
  if (invocable === undefined) {
    message.resume();
    return options.elsewhere(path, host);
  }
  const body = await readBody(message);
  const method = message.method ?? "GET";
  const invocation =
    body === undefined
      ? tooLarge()
      : await invocable.invoke(
          eventOf(options.eventShape, { method, path, query, body, ...sender(message) }),
        );
  const answer = httpAnswer(invocation, options.eventShape);
  options.log(invocationLine(invocable.name, method, answer.status, invocation));
  return { ...answer, headers: { ...answer.headers, [REQUEST_ID]: invocation.requestId } };
}

function eventOf(shape: EventShape, request: EntryRequest): unknown {
  return shape === "apigw" ? apiGatewayEvent(request) : functionUrlEvent(request);
}

/** Split by hand: a URL parser would take `//put-sign` for a host, and would resolve `..`. */
function target(url: string): { path: string; query: string } {
  const absolute = /^https?:\/\/[^/?]*(.*)$/i.exec(url);
  const relative = absolute?.[1] ?? url;
  const mark = relative.indexOf("?");
  if (mark === -1) return { path: relative || "/", query: "" };
  return { path: relative.slice(0, mark) || "/", query: relative.slice(mark + 1) };
}

/** Parts of the names of secrets: signatures, tokens and anything else that gives its holder access. */
const SECRET_NAME =
  /auth|code|credential|jwt|passw|pwd|renewal|secret|session|sign|ticket|token|api[-_]?key|^(?:otp|pin|sid)$/i;

/** A signed text, whatever its name: base64url, a dot, and more base64url, like a JWT. */
const SIGNED_TEXT = /[\w-]{16,}\.[\w-]{16,}/;

/** A function's query, without values that may be secret. */
function shownQuery(query: string): string {
  return query
    .split("&")
    .map((parameter) => {
      const equals = parameter.indexOf("=");
      if (equals === -1 || equals === parameter.length - 1) return parameter;
      const name = parameter.slice(0, equals);
      const isSecret = SECRET_NAME.test(decoded(name)) || SIGNED_TEXT.test(decoded(parameter));
      return isSecret ? `${name}=…` : parameter;
    })
    .join("&");
}

/** Decodes a text as a function does; malformed percent-encoding stays as it is. */
function decoded(text: string): string {
  return new URLSearchParams(`text=${text}`).get("text") ?? "";
}

function sender(message: IncomingMessage): Pick<EntryRequest, "headers" | "remoteAddress"> {
  const headers = Object.entries(message.headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, Array.isArray(value) ? value.join(", ") : value]],
  );
  const remoteAddress = (message.socket.remoteAddress ?? "").replace(/^::ffff:/, "");
  return { headers: Object.fromEntries(headers), remoteAddress };
}

/** Undefined when it is too large. It is then still read to its end, so that the client can read the answer. */
async function readBody(message: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of message) {
    const data = Buffer.from(chunk);
    bytes += data.length;
    if (bytes <= MAX_EVENT_BYTES) chunks.push(data);
  }
  return bytes <= MAX_EVENT_BYTES ? Buffer.concat(chunks) : undefined;
}

function tooLarge(): Invocation {
  return {
    requestId: randomUUID(),
    outcome: { ok: false, failure: requestTooLarge(MAX_EVENT_BYTES) },
    durationMs: 0,
    memoryBytes: undefined,
    cold: false,
  };
}

/** One line for each call, with the content of the platform's own report; most fit into a terminal. */
function invocationLine(name: string, method: string, status: number, invocation: Invocation): string {
  const { durationMs, memoryBytes, cold, requestId } = invocation;
  const memory = memoryBytes === undefined ? "" : ` ${Math.round(memoryBytes / 1024 / 1024)} MB`;
  return `${name} ${method} ${status} ${Math.round(durationMs)} ms${memory}${cold ? " cold" : ""} ${requestId}`;
}

function notFound(functions: ReadonlyMap<string, Invocable>): string {
  return `No function has this path. The functions are: ${[...functions.keys()].map((name) => `/${name}`).join(", ")}.`;
}

/** An answer of the entry itself, in the functions' own form. */
export function errorAnswer(status: number, code: string, message: string): HttpAnswer {
  return {
    status,
    headers: { "content-type": "application/json", "cache-control": "no-store" },
    body: Buffer.from(JSON.stringify({ error: { code, message } })),
  };
}

function send(response: ServerResponse, answer: HttpAnswer): void {
  const { status, headers, body } = answer;
  note(response, refusalOf(answer));
  // Node.js itself leaves out the body of a 204, a 304 and an answer to HEAD.
  const lengthless = status === 204 || status === 304;
  response.writeHead(status, lengthless ? headers : { ...headers, "content-length": String(body.length) });
  response.end(body);
}
