import { randomUUID } from "node:crypto";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Clock } from "../cloud/clock.ts";
import { guard, type Handler, type SturdyOptions } from "../guard/guard.ts";
import { withHealth } from "../guard/own-pages.ts";
import { note } from "../requests/note.ts";
import { ApiError } from "./api-error.ts";
import type { ApiRequest } from "./api-request.ts";
import { type ApiCall, authenticate, type FindKey } from "./authenticate.ts";
import { type Access, authorize } from "./authorize.ts";

/** The largest POST body that the API accepts (https://cloud.tencent.com/document/api/213/15692). */
const MAX_BODY_BYTES = 10 * 1024 * 1024;

/** What an answer contains besides RequestId. */
export type ApiResult = Readonly<Record<string, unknown>>;

/** One action of a cloud API. */
export interface ApiAction {
  /** The names of its own parameters; any other is refused. */
  readonly parameters: ReadonlySet<string>;
  /** The names of the real action's other parameters; each is refused as not emulated. @default none */
  readonly notEmulated?: ReadonlySet<string>;
  /**
   * The resource of a call, as in {@link Access}. The key must be allowed the action on it; otherwise the call is
   * refused before `run`.
   *
   * @throws {ApiError} when the parameters do not name one, or when no key of this kind may call the action
   */
  readonly resource: (call: ApiCall) => string;
  /** What else the key must be allowed, such as `cam:PassRole` on a role. @throws {ApiError} as `resource` */
  readonly alsoNeeds?: (call: ApiCall) => readonly Access[];
  /**
   * Carries out the call and returns its answer.
   *
   * @throws {ApiError}
   */
  readonly run: (call: ApiCall) => ApiResult | Promise<ApiResult>;
}

export interface ApiOptions {
  /** The service's name in CAM's actions and in the log, such as `sts`. */
  readonly service: string;
  /** The code that refuses a call that its key may not make. */
  readonly unauthorizedCode: string;
  /** The one version that exists, such as `2018-08-13`. */
  readonly version: string;
  readonly actions: ReadonlyMap<string, ApiAction>;
  readonly findKey: FindKey;
  readonly clock: Clock;
  readonly log: (line: string) => void;
}

/**
 * Answers as a Tencent Cloud API does: at `/`, always with HTTP 200, with the outcome in
 * `{"Response":{…,"RequestId"}}` or `{"Response":{"Error":{"Code","Message"},"RequestId"}}`.
 * Source: https://cloud.tencent.com/document/api/213/15694
 */
export function createApiHandler(options: ApiOptions): Handler {
  return (request, response) => {
    const requestId = randomUUID();
    return answerTo(request, options).then(
      ({ action, result }) => {
        options.log(`${options.service} ${action} ok ${requestId}`);
        note(response, { requestId, action });
        send(response, { ...result, RequestId: requestId });
      },
      (error: unknown) => {
        const known = error instanceof ApiError;
        const code = known ? error.code : "InternalError";
        options.log(`${options.service} refused ${code} ${requestId}: ${JSON.stringify(String(error))}`);
        const message = known ? error.message : "An internal error has occurred.";
        note(response, { code, reason: message, requestId });
        send(response, { Error: { Code: code, Message: message }, RequestId: requestId });
      },
    );
  };
}

/**
 * Accepts requests to a loopback address or to one of the service's real names, such as `sts.tencentcloudapi.com` or
 * `sts.ap-guangzhou.tencentcloudapi.com`. Refuses pages and links, which have no use for a cloud API.
 */
export function guardApi(handler: Handler, { service, log }: SturdyOptions): RequestListener {
  return guard(withHealth(handler), {
    service,
    log,
    access: {
      isOwnHost: (name) => name.startsWith(`${service}.`) && name.endsWith(".tencentcloudapi.com"),
    },
    refuse: (response, { message }) =>
      send(response, {
        Error: { Code: "UnauthorizedOperation", Message: message },
        RequestId: randomUUID(),
      }),
  });
}

async function answerTo(
  message: IncomingMessage,
  options: ApiOptions,
): Promise<{ action: string; result: ApiResult }> {
  const call = authenticate(await readRequest(message), options.findKey, options.clock);
  if (call.version !== options.version) {
    throw new ApiError("NoSuchVersion", `The version of ${options.service} is ${options.version}.`);
  }
  const action = options.actions.get(call.action);
  if (action === undefined) {
    throw new ApiError(
      "InvalidAction",
      `The action is not one of ${[...options.actions.keys()].join(", ")}.`,
    );
  }
  for (const name of call.parameters.names()) {
    if (action.notEmulated?.has(name)) {
      throw new ApiError("UnsupportedOperation", `The emulator has no ${name} for ${call.action}.`);
    }
    if (!action.parameters.has(name)) {
      throw new ApiError("UnknownParameter", `The parameter \`${name}\` is not recognized.`);
    }
  }
  const wanted: Access = { action: `${options.service}:${call.action}`, resource: action.resource(call) };
  for (const access of [wanted, ...(action.alsoNeeds?.(call) ?? [])]) {
    authorize(call.key, access, options.unauthorizedCode);
  }
  return { action: call.action, result: await action.run(call) };
}

async function readRequest(message: IncomingMessage): Promise<ApiRequest> {
  const { method } = message;
  if (method !== "GET" && method !== "POST") {
    message.resume();
    throw new ApiError("UnsupportedProtocol", "Only GET and POST requests are supported.");
  }
  const [path = "", ...query] = (message.url ?? "").split("?");
  if (path !== "/") {
    message.resume();
    throw new ApiError("InvalidRequest", "The API's path is /.");
  }
  const headers = new Map<string, string>();
  for (const [name, value] of Object.entries(message.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(", ") : value);
  }
  const body = await readBody(message);
  return { method, host: headers.get("host") ?? "", query: query.join("?"), headers, body };
}

async function readBody(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of message) {
    const data = Buffer.from(chunk);
    bytes += data.length;
    // Read an oversized body to its end, without keeping it, so that its sender can read the answer.
    if (bytes <= MAX_BODY_BYTES) chunks.push(data);
  }
  if (bytes > MAX_BODY_BYTES) {
    throw new ApiError("RequestSizeLimitExceeded", `The request is larger than ${MAX_BODY_BYTES} bytes.`);
  }
  return Buffer.concat(chunks);
}

function send(response: ServerResponse, answer: ApiResult): void {
  const body = JSON.stringify({ Response: answer });
  response.writeHead(200, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
  });
  response.end(body);
}
