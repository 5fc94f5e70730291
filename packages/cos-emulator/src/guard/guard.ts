import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { reasonOf } from "../cloud/reason-of.ts";
import { note } from "../requests/note.ts";
import { type Access, foreignHost, foreignOrigin } from "./sender.ts";

/** Answers one request; what it throws, or rejects with, is answered for it. */
export type Handler = (message: IncomingMessage, response: ServerResponse) => void | Promise<void>;

export interface SturdyOptions {
  /** Begins its lines of the log. */
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
  /** A sentence for whoever sent the request; the log says more. */
  readonly message: string;
}

const REFUSALS = {
  host: {
    code: "HostNotAllowed",
    message: "The emulator does not answer to this name. Use the address that it printed.",
  },
  origin: {
    code: "OriginNotAllowed",
    message: "This is for programs and pages of this machine. The emulator's log says what was refused.",
  },
} as const satisfies Record<string, Refusal>;

/** A listener that lets no web page in but this machine's own, and that no request can end. */
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
 * A listener that no request can end: Node.js ends a process in which a listener throws, a promise is rejected that
 * nobody waits for, or a stream fails that nobody listens to.
 */
export function sturdy(handler: Handler, { service, log }: SturdyOptions): RequestListener {
  const answer = async (message: IncomingMessage, response: ServerResponse) => handler(message, response);
  return (message, response) => {
    message.on("error", () => undefined);
    response.on("error", () => undefined);
    answer(message, response).catch((error: unknown) => {
      // The sender of a body that broke off is told nothing.
      if (message.errored === null)
        log(`${service} ${message.method} ${pathOf(message)} failed: ${oneLine(error)}`);
      message.resume();
      note(response, { code: "EmulatorFailed", reason: "the emulator failed; its log says why" });
      if (response.headersSent) response.destroy();
      else sendText(response, 500, "The emulator failed; its log says why.");
    });
  };
}

/** An answer of one sentence. */
export function sendText(response: ServerResponse, status: number, sentence: string): void {
  response.writeHead(status, {
    "content-type": "text/plain; charset=utf-8",
    "content-length": Buffer.byteLength(sentence),
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  });
  response.end(sentence);
}

/** Without the query: it may hold a signature. */
function pathOf({ url = "" }: IncomingMessage): string {
  return url.split("?", 1)[0] ?? "";
}

function oneLine(error: unknown): string {
  return JSON.stringify(String(error));
}
