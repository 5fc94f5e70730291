import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { performance } from "node:perf_hooks";
import type { EmulatorCause, RefusalElements } from "../../../cos-explain/src/index.ts";
import type { Account } from "../cloud/account.ts";
import { type Clock, unixSeconds } from "../cloud/clock.ts";
import { visible } from "../cloud/visible.ts";
import { sturdy } from "../guard/guard.ts";
import { note } from "../requests/note.ts";
import type { CredentialStore } from "../sts/credential-store.ts";
import { checkSender } from "./check-sender.ts";
import { atDefaultHost } from "./default-host.ts";
import { type CorsRule, simpleHeaders } from "./http/cors.ts";
import { CosError } from "./http/errors.ts";
import type { Reply } from "./http/reply.ts";
import { headerValue, parseRequest } from "./http/request.ts";
import { sendReply } from "./http/send-reply.ts";
import { locate } from "./locate.ts";
import { type ObjectEventSink, publishChange } from "./object-event.ts";
import { getObject } from "./operations/get-object.ts";
import { perform, performForAccount } from "./perform.ts";
import { route, routeForAccount } from "./route.ts";
import { refuseOtherSignatures } from "./signature/other-signatures.ts";
import type { Buckets } from "./store/buckets.ts";
import { corsRules } from "./store/cors-rules.ts";
import type { CosAccount, CosService } from "./store/service.ts";
import { serveWebsite } from "./website.ts";
import { errorElements, MAX_REASON_CHARACTERS, newRequestId, renderError } from "./xml/render-error.ts";

/** The largest object of one PUT or POST, and the largest part, 5 GB (436/7749, 436/14690, 436/7750). */
export const MAX_OBJECT_BYTES = 5 * 1024 ** 3;

export interface CosHandlerOptions extends ObjectEventSink {
  readonly account: Account;
  readonly buckets: Buckets;
  readonly credentials: CredentialStore;
  readonly clock: Clock;
  /** Called with one line per request, without the query, which may contain a signature. */
  readonly log: (line: string) => void;
  /** Says in a sentence why a request was refused, for the log. The request's body is not available here. */
  readonly explain?: (refusal: LoggedRefusal) => string | undefined;
  /** Additional hosts, with or without a port, that lead to the default bucket. */
  readonly customDomains?: readonly string[];
  /** @default none, and every preflight is refused */
  readonly cors?: readonly CorsRule[];
  /** Refuse uploads whose content-type or content-length is not signed. @default false */
  readonly strictSignature?: boolean;
  /**
   * Whether cos:secure-transport is false for plain HTTP on loopback too. Otherwise such a request counts as secure, as
   * browsers treat http://127.0.0.1 as a secure context. @default false
   */
  readonly strictTransport?: boolean;
  /** Refuse a bucket policy with a resource in the old form. Otherwise the log warns. @default false */
  readonly strictPolicy?: boolean;
  /** Refuse a signature that begins ahead of COS's clock; otherwise 5 seconds get a warning. @default false */
  readonly strictTime?: boolean;
  /** Bytes. @default MAX_OBJECT_BYTES */
  readonly maxObjectBytes?: number;
}

/** A refusal, and the head of the request that it answers. */
export interface LoggedRefusal {
  readonly elements: RefusalElements;
  readonly cause: EmulatorCause | undefined;
  /** As in x-emulator-reason; empty without one. */
  readonly reason: string;
  readonly method: string;
  /** As sent: a path, or whatever else came. */
  readonly target: string;
  /** Name, value, name, value, in UTF-8 as COS reads them. */
  readonly headers: readonly string[];
}

/** COS with the account's buckets behind Node's request listener, for http and https connections. */
export function createCosHandler(options: CosHandlerOptions): RequestListener {
  const warn = (sentence: string) => options.log(`cos warning: ${printable(sentence)}`);
  const cos: CosAccount = {
    account: options.account,
    buckets: options.buckets,
    credentials: options.credentials,
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
  return sturdy((message, response) => answer(cos, options, message, response), {
    service: "cos",
    log: options.log,
  });
}

async function answer(
  cos: CosAccount,
  { log, explain, ...sink }: Pick<CosHandlerOptions, "log" | "explain" | keyof ObjectEventSink>,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const started = performance.now();
  const requestId = newRequestId(unixSeconds(cos.clock));
  const { reply, refused } = await run(cos, message, requestId, sink);
  const error = refused?.error;
  const cut = !response.writable || message.errored !== null;
  const headers = {
    server: "tencent-cos",
    date: new Date(cos.clock()).toUTCString(),
    "x-cos-request-id": requestId,
    ...reply.headers,
  };
  const explained = refused === undefined || cut ? undefined : explain?.(loggedRefusal(refused, message));
  const explanation = explained === undefined ? undefined : printable(explained);
  note(response, {
    requestId,
    explanation,
    ...(error && { code: error.code, reason: error.reason ?? error.message }),
  });
  const bytes = cut ? 0 : await sendReply(message, response, { ...reply, headers });
  const milliseconds = Math.round(performance.now() - started);
  const path = (message.url ?? "").split("?", 1)[0];
  const outcome = cut ? "cut off" : `${reply.status} ${error?.code ?? "OK"}`;
  const reason = cut || error?.reason === undefined ? "" : `: ${printable(error.reason)}`;
  log(`cos ${message.method} ${path} ${outcome} ${reply.bytes ?? bytes} bytes ${milliseconds} ms${reason}`);
  if (explanation !== undefined) log(`cos   = ${explanation}`);
}

function loggedRefusal(
  { error, elements }: NonNullable<Outcome["refused"]>,
  { method = "", url = "", rawHeaders }: IncomingMessage,
): LoggedRefusal {
  const headers = rawHeaders.map(headerValue);
  return { elements, cause: error.cause, reason: error.reason ?? "", method, target: url, headers };
}

interface Outcome {
  readonly reply: Reply;
  readonly refused?: { readonly error: CosError; readonly elements: RefusalElements };
}

async function run(
  cos: CosAccount,
  message: IncomingMessage,
  requestId: string,
  sink: ObjectEventSink,
): Promise<Outcome> {
  let cors: Record<string, string> = {};
  try {
    const request = parseRequest(message);
    const place = locate(cos, request);
    const open = "open" in place ? place.open : undefined;
    const rules = open === undefined ? cos.cors : corsRules({ ...cos, ...open });
    checkSender(rules, request);
    cors = {
      ...(open?.settings.get("cors")?.variesAlways && { vary: "Origin" }),
      ...simpleHeaders(rules, request),
    };
    refuseOtherSignatures(request);
    if (place.kind === "website") {
      const reply = await serveWebsite({ ...cos, ...place.open }, request);
      return { reply: withHeaders(place.isDefaultHost ? atDefaultHost(request, reply) : reply, cors) };
    }
    if (place.kind !== "bucket") {
      const operation = routeForAccount(request, place);
      return { reply: withHeaders(await performForAccount(cos, request, place, operation), cors) };
    }
    const service: CosService = { ...cos, ...place.open };
    const operation = route(request, place.isAccelerated);
    const performed = await perform(service, request, operation);
    const isForced = operation === getObject && place.isDefaultHost === true;
    const reply = isForced ? atDefaultHost(request, performed) : performed;
    for (const change of reply.changes ?? []) publishChange(sink, service, change, { request, requestId });
    return { reply: withHeaders(reply, cors) };
  } catch (thrown) {
    const error = asCosError(thrown);
    const elements = errorElements(error, resourceOf(message), requestId);
    return {
      reply: withHeaders(renderError(error, elements, message.method), cors),
      refused: { error, elements },
    };
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
