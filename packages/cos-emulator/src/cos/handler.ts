import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { performance } from "node:perf_hooks";
import type { Account, Bucket } from "../cloud/account.ts";
import { type Clock, unixSeconds } from "../cloud/clock.ts";
import { visible } from "../cloud/visible.ts";
import { sturdy } from "../guard/guard.ts";
import { note } from "../requests/note.ts";
import type { CredentialStore } from "../sts/credential-store.ts";
import { checkHost } from "./bucket-host.ts";
import { checkSender } from "./http/check-sender.ts";
import { type CorsRule, simpleHeaders } from "./http/cors.ts";
import { CosError } from "./http/errors.ts";
import type { Reply } from "./http/reply.ts";
import { parseRequest } from "./http/request.ts";
import { sendReply } from "./http/send-reply.ts";
import { perform } from "./perform.ts";
import { route } from "./route.ts";
import { BucketSettings } from "./store/bucket-settings.ts";
import type { ObjectStore } from "./store/object-store.ts";
import type { CosService } from "./store/service.ts";
import { MAX_REASON_CHARACTERS, newRequestId, renderError } from "./xml/render-error.ts";

/** The largest object of one PUT or POST, and the largest part, 5 GB (436/7749, 436/14690, 436/7750). */
export const MAX_OBJECT_BYTES = 5 * 1024 ** 3;

export interface CosHandlerOptions {
  readonly account: Account;
  readonly bucket: Bucket;
  readonly credentials: CredentialStore;
  readonly store: ObjectStore;
  /** The bucket's policy, custom domains and certificates. @default none, and what is put ends with the process */
  readonly settings?: BucketSettings;
  readonly clock: Clock;
  /** Given one line a request, without the query: it may hold a signature. */
  readonly log: (line: string) => void;
  /** Says in a sentence why a request was refused, for the log; the request's body is not known here. */
  readonly explain?: (refusal: LoggedRefusal) => string;
  /** Further hosts, with a port or without, that lead to the bucket. */
  readonly customDomains?: readonly string[];
  /** @default none, and every preflight is refused */
  readonly cors?: readonly CorsRule[];
  /** Refuse uploads whose content-type or content-length is not signed. @default false */
  readonly strictSignature?: boolean;
  /**
   * Whether cos:secure-transport is false for plain HTTP on loopback too. Without it such a request counts as secure,
   * as browsers treat http://127.0.0.1 as a secure context. @default false
   */
  readonly strictTransport?: boolean;
  /** Refuse a bucket policy with a resource in the form of earlier days; else the log says so. @default false */
  readonly strictPolicy?: boolean;
  /** Refuse a signature that begins a second ahead of COS's clock; else up to 5 may, and the log says so. @default false */
  readonly strictTime?: boolean;
  /** Bytes. @default MAX_OBJECT_BYTES */
  readonly maxObjectBytes?: number;
}

/** A refusal, and the head of the request that it answers. */
export interface LoggedRefusal {
  readonly xml: string;
  /** As in x-emulator-reason. */
  readonly reason: string;
  readonly method: string;
  /** As sent: a path, or whatever else came. */
  readonly target: string;
  /** Name, value, name, value, as they came. */
  readonly rawHeaders: readonly string[];
}

/** One bucket of COS behind Node's request listener, for http and https connections. */
export function createCosHandler(options: CosHandlerOptions): RequestListener {
  const warn = (sentence: string) => options.log(`cos warning: ${printable(sentence)}`);
  const service: CosService = {
    account: options.account,
    bucket: options.bucket,
    credentials: options.credentials,
    store: options.store,
    settings: options.settings ?? BucketSettings.inMemory(),
    clock: options.clock,
    customDomains: (options.customDomains ?? []).map((domain) => domain.toLowerCase()),
    cors: options.cors ?? [],
    strictSignature: options.strictSignature ?? false,
    strictTransport: options.strictTransport ?? false,
    leniency: {
      policy: options.strictPolicy === true ? undefined : warn,
      time: options.strictTime === true ? undefined : warn,
    },
    maxObjectBytes: options.maxObjectBytes ?? MAX_OBJECT_BYTES,
  };
  return sturdy((message, response) => answer(service, options, message, response), {
    service: "cos",
    log: options.log,
  });
}

async function answer(
  service: CosService,
  { log, explain }: Pick<CosHandlerOptions, "log" | "explain">,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const started = performance.now();
  const requestId = newRequestId(unixSeconds(service.clock));
  const { reply, error } = await run(service, message, requestId);
  const cut = !response.writable || message.errored !== null;
  const headers = {
    server: "tencent-cos",
    date: new Date(service.clock()).toUTCString(),
    "x-cos-request-id": requestId,
    ...reply.headers,
  };
  note(response, { requestId, ...(error && { code: error.code, reason: error.reason ?? error.message }) });
  const bytes = cut ? 0 : await sendReply(message, response, { ...reply, headers });
  const milliseconds = Math.round(performance.now() - started);
  const path = (message.url ?? "").split("?", 1)[0];
  const outcome = cut ? "cut off" : `${reply.status} ${error?.code ?? "OK"}`;
  const reason = cut || error?.reason === undefined ? "" : `: ${printable(error.reason)}`;
  log(`cos ${message.method} ${path} ${outcome} ${reply.bytes ?? bytes} bytes ${milliseconds} ms${reason}`);
  if (explain !== undefined && error !== undefined && !cut && typeof reply.body === "string") {
    const refusal: LoggedRefusal = {
      xml: reply.body,
      reason: error.reason ?? "",
      method: message.method ?? "",
      target: message.url ?? "",
      rawHeaders: message.rawHeaders,
    };
    log(`cos   = ${printable(explain(refusal))}`);
  }
}

interface Outcome {
  readonly reply: Reply;
  readonly error?: CosError;
}

async function run(service: CosService, message: IncomingMessage, requestId: string): Promise<Outcome> {
  let cors: Record<string, string> = {};
  try {
    const request = parseRequest(message);
    checkHost(service, request);
    checkSender(service, request);
    cors = simpleHeaders(service.cors, request);
    const reply = await perform(service, request, route(request));
    return { reply: withHeaders(reply, cors) };
  } catch (thrown) {
    const error = asCosError(thrown);
    const reply = renderError(error, resourceOf(message), requestId);
    return { reply: withHeaders(reply, cors), error };
  }
}

function withHeaders(reply: Reply, headers: Record<string, string>): Reply {
  return { ...reply, headers: { ...headers, ...reply.headers } };
}

function asCosError(thrown: unknown): CosError {
  if (thrown instanceof CosError) return thrown;
  const what = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : "unknown";
  return new CosError("InternalError", "We encountered an internal error. Please try again.", {
    reason: `the emulator failed (${what})`,
  });
}

function resourceOf(message: IncomingMessage): string {
  return `${message.headers.host ?? ""}${(message.url ?? "").split("?", 1)[0]}`;
}

function printable(text: string): string {
  return visible(text.slice(0, MAX_REASON_CHARACTERS));
}
