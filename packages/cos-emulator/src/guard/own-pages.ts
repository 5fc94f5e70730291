import type { IncomingMessage, ServerResponse } from "node:http";
import { note } from "../requests/note.ts";
import type { RecordedRequest, RequestLog } from "../requests/request-log.ts";
import type { Handler } from "./guard.ts";
import { isOwnPage } from "./own-page.ts";

const HEALTH = "/health";
const REQUESTS = "/_requests";

/** The handler with `GET /health`, which answers 200 as soon as the service listens. */
export function withHealth(handler: Handler): Handler {
  return (message, response) =>
    isRead(message) && pathOf(message) === HEALTH
      ? sendHealth(message, response)
      : handler(message, response);
}

/**
 * What the emulator itself does for a POST to a path; the answer is the outcome as JSON. Only programs and the
 * emulator's own page may ask for it, not other pages that may call the functions.
 */
export type Controls = ReadonlyMap<string, () => Promise<object>>;

/** The emulator's own paths at the functions' address: `/health`, `/_requests` with the last requests, and controls. */
export function ownPages(
  requests: RequestLog,
  controls: Controls = new Map(),
): { serves(path: string): boolean; readonly handler: Handler } {
  return {
    serves: (path) => path === HEALTH || path === REQUESTS || controls.has(path),
    handler: async (message, response) => {
      const control = controls.get(pathOf(message));
      if (control !== undefined) {
        message.resume();
        if (!isOwnPage(message)) {
          send(response, 403, "text/plain; charset=utf-8", "Only programs on this machine may use this.");
        } else if (message.method === "POST") {
          send(response, 200, "application/json", JSON.stringify(await control()));
        } else send(response, 405, "text/plain; charset=utf-8", "Use POST for this.", "POST");
      } else if (!isRead(message)) {
        message.resume();
        send(response, 405, "text/plain; charset=utf-8", "Use GET for this.");
      } else if (pathOf(message) === HEALTH) sendHealth(message, response);
      else sendRequests(message, response, requests.entries.toReversed());
    },
  };
}

function sendHealth(message: IncomingMessage, response: ServerResponse): void {
  message.resume();
  send(response, 200, "application/json", JSON.stringify({ status: "ok" }));
}

/** A table for a browser, and JSON for everybody else; the newest first. */
function sendRequests(
  message: IncomingMessage,
  response: ServerResponse,
  requests: readonly RecordedRequest[],
): void {
  message.resume();
  if (message.headers.accept?.includes("text/html") === true) {
    send(response, 200, "text/html; charset=utf-8", page(requests));
  } else {
    send(response, 200, "application/json", JSON.stringify({ requests }));
  }
}

function page(requests: readonly RecordedRequest[]): string {
  const rows = requests.map(({ time, service, method, path, status, code = "", reason = "" }) => {
    const cells = [new Date(time).toISOString(), service, method, path, status || "cut off", code, reason];
    return `<tr>${cells.map((cell) => `<td>${escaped(String(cell))}</td>`).join("")}</tr>`;
  });
  const heads = ["Time", "Service", "Method", "Path", "Status", "Code", "Reason"];
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>The last requests</title>
<style>:root{color-scheme:light dark}body{font:14px/1.4 system-ui,sans-serif;margin:1rem}table{border-collapse:collapse}
th,td{border:1px solid #8886;padding:.2rem .5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}</style>
<h1>The last requests, the newest first</h1>
<table><thead><tr>${heads.map((head) => `<th scope="col">${head}</th>`).join("")}</tr></thead>
<tbody>${rows.join("\n")}</tbody></table></html>
`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function send(
  response: ServerResponse,
  status: number,
  type: string,
  body: string,
  allow = "GET, HEAD",
): void {
  note(response, { unlisted: true });
  response.writeHead(status, {
    "content-type": type,
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    ...(status === 405 && { allow }),
  });
  response.end(body);
}

function isRead({ method }: IncomingMessage): boolean {
  return method === "GET" || method === "HEAD";
}

function pathOf({ url = "" }: IncomingMessage): string {
  return url.split("?", 1)[0] ?? "";
}
