import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { performance } from "node:perf_hooks";
import { fallback, object, optional, parse, parseJson, pipe, string } from "valibot";
import type { OtherRequest } from "../packages/cos-emulator/src/index.ts";

/**
 * A relay between the functions and the receiver of their webhook, so that the list of requests includes the webhook's.
 */
export interface WebhookRelay {
  /** Replaces UPLOADED_WEBHOOK. */
  readonly url: string;
  close(): Promise<void>;
}

/** The parts of an announcement that are read: its type and its key. */
const Announcement = fallback(
  pipe(
    string(),
    parseJson(),
    object({ type: string(), data: optional(object({ key: optional(string(), "") }), {}) }),
  ),
  { type: "", data: { key: "" } },
);

/**
 * Whether the functions would accept this as UPLOADED_WEBHOOK. What they refuse must not work here either.
 */
export function canBeRelayed(target: string): boolean {
  const url = URL.canParse(target) ? new URL(target) : undefined;
  return url?.protocol === "https:" || (url?.protocol === "http:" && LOOPBACK.has(url.hostname));
}

const LOOPBACK: ReadonlySet<string> = new Set(["127.0.0.1", "localhost", "[::1]"]);

/** Far more than any announcement, whose longest parts are a key, a name and ten short texts. */
const MAX_ANNOUNCEMENT_BYTES = 256 * 1024;

/** Forwards each request to `target` unchanged, and answers with the receiver's status, or by closing the connection. */
export async function startWebhookRelay(
  target: string,
  record: (request: OtherRequest) => void,
): Promise<WebhookRelay> {
  const server = createServer((message, response) => {
    relay(target, message, response, record).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function relay(
  target: string,
  message: IncomingMessage,
  response: ServerResponse,
  record: (request: OtherRequest) => void,
): Promise<void> {
  // Only functions may use the relay, so requests from web pages are refused, before what they send takes up memory.
  if (message.method !== "POST" || message.headers.origin !== undefined) {
    message.resume();
    response.writeHead(403).end();
    return;
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of message) {
    const data = Buffer.from(chunk);
    bytes += data.length;
    if (bytes <= MAX_ANNOUNCEMENT_BYTES) chunks.push(data);
  }
  if (bytes > MAX_ANNOUNCEMENT_BYTES) {
    response.writeHead(413).end();
    return;
  }
  const body = Buffer.concat(chunks);
  const started = performance.now();
  const gone = new AbortController();
  response.on("close", () => gone.abort());
  const answer = await fetch(target, {
    method: "POST",
    redirect: "manual",
    headers: Object.fromEntries(
      Object.entries(message.headers).flatMap(([name, value]) =>
        /^(?:webhook-.*|content-type)$/.test(name) && typeof value === "string" ? [[name, value]] : [],
      ),
    ),
    body,
    signal: gone.signal,
  }).catch(() => undefined);
  await answer?.body?.cancel();
  const { type, data } = parse(Announcement, body.toString());
  const status = answer?.status ?? 0;
  record({
    service: "webhook",
    method: "POST",
    // The query is left out: it may contain a secret of the receiver.
    path: new URL(target).pathname,
    status,
    ...(answer === undefined && { reason: "The receiver did not answer in time." }),
    ...(status >= 300 && { reason: `The receiver answered ${status}; the function tries again later.` }),
    requestId: String(message.headers["webhook-id"] ?? ""),
    action: `${type} ${data.key}`.trim(),
    durationMs: Math.round(performance.now() - started),
  });
  if (answer === undefined) response.destroy();
  else response.writeHead(status).end();
}
