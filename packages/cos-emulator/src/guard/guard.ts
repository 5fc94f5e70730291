import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { reasonOf } from "../cloud/reason-of.ts";
import { note } from "../requests/note.ts";
import { type Access, foreignHost, foreignOrigin } from "./sender.ts";

/** Answers one request. If it throws or rejects, the caller answers instead. */
export type Handler = (message: IncomingMessage, response: ServerResponse) => void | Promise<void>;

export interface SturdyOptions {
  /** What its lines in the log begin with. */
  readonly service: string;
  readonly log: (line: string) => void;
}

export interface GuardOptions extends SturdyOptions {
  readonly access: Access;
  /** Answers a refused request in the service's own form. */
  readonly refuse: (response: ServerResponse, refusal: Refusal) => void;
}

export interface Refusal {
  readonly code: "HostNotAllowed" | "OriginNotAllowed";
  /** A sentence for the sender of the request; the log says more. */
  readonly message: string;
}

const REFUSALS = {
  host: {
    code: "HostNotAllowed",
    message: "The emulator does not answer to this name. Use the address that it printed.",
  },
  origin: {
    code: "OriginNotAllowed",
    message:
      "Only programs and pages on this machine may use this. The emulator's log says what was refused.",
  },
} as const satisfies Record<string, Refusal>;

/** A listener that accepts only this machine's own web pages, and that no request can crash. */
export function guard(handler: Handler, options: GuardOptions): RequestListener {
  const { service, access, refuse, log } = options;
  return sturdy((message, response) => {
    const host = foreignHost(message, access);
    const page = host === undefined ? foreignOrigin(message, access) : undefined;
    const reason = host ?? (page && reasonOf(page));
    if (reason === undefined) return handler(message, response);
    log(`${service} refused ${message.method} ${pathOf(message)}: ${reason}`);
    message.resume();
    const refusal = host === undefined ? REFUSALS.origin : REFUSALS.host;
    note(response, { code: refusal.code, reason });
    refuse(response, refusal);
  }, options);
}

/**
 * A listener that no request can crash: Node.js ends the process when a listener throws, when a rejected promise is not
 * handled, or when a stream fails without an error listener.
 */
export function sturdy(handler: Handler, { service, log }: SturdyOptions): RequestListener {
  const answer = async (message: IncomingMessage, response: ServerResponse) => handler(message, response);
  return (message, response) => {
    message.on("error", () => undefined);
    response.on("error", () => undefined);
    answer(message, response).catch((error: unknown) => {
      // A body that broke off is not a failure of the handler.
      if (message.errored === null)
        log(`${service} ${message.method} ${pathOf(message)} failed: ${oneLine(error)}`);
      message.resume();
      note(response, { code: "EmulatorFailed", reason: "the emulator failed; its log says why" });
      if (response.headersSent) response.destroy();
      else sendText(response, 500, "The emulator failed; its log says why.");
    });
  };
}

/** Answers with one sentence. */
export function sendText(response: ServerResponse, status: number, sentence: string): void {
  response.writeHead(status, {
    "content-type": "text/plain; charset=utf-8",
    "content-length": Buffer.byteLength(sentence),
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  });
  response.end(sentence);
}

/** Without the query, which may contain a signature. */
function pathOf({ url = "" }: IncomingMessage): string {
  return url.split("?", 1)[0] ?? "";
}

function oneLine(error: unknown): string {
  return JSON.stringify(String(error));
}
