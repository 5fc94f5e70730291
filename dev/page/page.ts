import type { IncomingMessage, ServerResponse } from "node:http";
import { renderSVG } from "uqr";
import type {
  CredentialStore,
  Handler,
  ObjectStore,
  RecordedRequest,
  SettableClock,
} from "../../packages/cos-emulator/src/index.ts";
import { FAULT_NAMES, type Faults, isOwnPage, setFault } from "../../packages/cos-emulator/src/index.ts";
import { findAsset } from "./assets.ts";
import { type ClockAnswer, CONTROL, type PageConfig } from "./config.ts";
import { type CosAddress, forward } from "./forward.ts";
import { renderHtml } from "./html.ts";
import { deleteObjects, listObjects } from "./objects.ts";
import { sendError, sendJson, sendText } from "./send.ts";
import { sessionPolicyOf } from "./session-policy.ts";
import { uploadState } from "./upload-state.ts";

export interface PageOptions {
  /** The functions' address, such as `http://127.0.0.1:3000`. */
  readonly url: () => string;
  readonly config: Omit<PageConfig, "faults">;
  readonly cos: CosAddress;
  readonly store: ObjectStore;
  readonly credentials: CredentialStore;
  readonly faults: Faults;
  readonly clock: SettableClock;
  readonly requests: readonly RecordedRequest[];
  readonly log: (line: string) => void;
}

/** What the emulator's entry tries before it looks for a function. */
export interface Page {
  /** Whether a path, without its query, belongs to the page. */
  serves(path: string): boolean;
  readonly handler: Handler;
}

/** The page may run, show and call only what the emulator itself serves. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** The page at `/`, and the calls that it makes to the emulator under `/_emulator`. Only the page itself may make them. */
export function createPage(options: PageOptions): Page {
  return {
    serves: (path) => path === "/" || path === CONTROL || path.startsWith(`${CONTROL}/`),
    handler: (message, response) =>
      answer(options, message, response).catch((error: unknown) => {
        options.log(`page failed: ${String(error)}`);
        if (response.headersSent) response.destroy();
        else sendError(response, 500, "InternalError", "The emulator failed; its log says why.");
      }),
  };
}

async function answer(
  options: PageOptions,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [path = "", query = ""] = split(message.url ?? "/");
  const parameters = new URLSearchParams(query);
  const method = message.method ?? "GET";
  if (path !== "/" && !isOwnPage(message)) {
    message.resume();
    options.log(`page refused ${method} ${path}: it did not come from the emulator's own page`);
    sendError(response, 403, "OriginNotAllowed", "Only the emulator's own page may call this.");
    return;
  }
  if (path === `${CONTROL}/cos`) {
    await forward(options.cos, parameters.get("url") ?? "", message, response);
    return;
  }
  message.resume();
  const route = ROUTES.get(`${method === "HEAD" ? "GET" : method} ${path}`);
  if (route !== undefined) {
    await route(options, response, parameters, message);
    return;
  }
  const asset =
    method === "GET" || method === "HEAD" ? await findAsset(path.slice(CONTROL.length + 1)) : undefined;
  if (asset === undefined)
    sendError(response, 404, "NotFound", "The emulator's page has nothing at this path.");
  else sendText(response, 200, asset.type, asset.content);
}

type Route = (
  options: PageOptions,
  response: ServerResponse,
  query: URLSearchParams,
  message: IncomingMessage,
) => void | Promise<void>;

const ROUTES: ReadonlyMap<string, Route> = new Map<string, Route>([
  ["GET /", showPage],
  [
    `GET ${CONTROL}/objects`,
    ({ store, clock }, response) => sendJson(response, 200, listObjects(store, clock.now())),
  ],
  [`DELETE ${CONTROL}/objects`, removeObjects],
  [
    `GET ${CONTROL}/upload-state`,
    async ({ store }, response, query) =>
      sendJson(response, 200, await uploadState(store, query.get("key") ?? "")),
  ],
  [`GET ${CONTROL}/session-policy`, showSessionPolicy],
  [`GET ${CONTROL}/faults`, ({ faults }, response) => sendJson(response, 200, faults)],
  [`PUT ${CONTROL}/faults`, changeFault],
  [`GET ${CONTROL}/clock`, showClock],
  [`GET ${CONTROL}/requests`, showRequests],
  [`GET ${CONTROL}/address.svg`, showAddress],
  [`PUT ${CONTROL}/clock`, changeClock],
]);

function showPage(
  { config, url }: PageOptions,
  response: ServerResponse,
  _query: URLSearchParams,
  { headers }: IncomingMessage,
): void {
  const { networkUrl } = config;
  const isByNetwork = networkUrl !== undefined && headers.host === new URL(networkUrl).host;
  const html = renderHtml({ ...config, faults: FAULT_NAMES }, isByNetwork ? networkUrl : url());
  sendText(response, 200, "text/html; charset=utf-8", html, {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    // Over plain HTTP, browsers accept this header only from this machine, and complain about it from others.
    ...(!isByNetwork && { "cross-origin-opener-policy": "same-origin" }),
  });
}

/** Deletes one object with `?key=`, or all with `?all`. A forgotten key must not empty the bucket. */
async function removeObjects(
  { store }: PageOptions,
  response: ServerResponse,
  query: URLSearchParams,
): Promise<void> {
  const key = query.get("key") ?? undefined;
  if ((key === undefined) !== query.has("all")) {
    sendError(response, 400, "InvalidParameter", "Give ?key=… for one object, or ?all for every one.");
    return;
  }
  sendJson(response, 200, { deleted: await deleteObjects(store, key) });
}

function showSessionPolicy(
  { credentials }: PageOptions,
  response: ServerResponse,
  query: URLSearchParams,
): void {
  const policy = sessionPolicyOf(credentials, query.get("id") ?? "");
  if (policy === undefined) sendError(response, 404, "NotFound", "STS has issued no key with this id.");
  else sendJson(response, 200, policy);
}

function changeFault({ faults }: PageOptions, response: ServerResponse, query: URLSearchParams): void {
  if (setFault(faults, query.get("set") ?? "")) sendJson(response, 200, faults);
  else sendError(response, 400, "InvalidParameter", `set must be one of ${FAULT_NAMES.join(", ")}.`);
}

/** The requests after the id in `?after=`, or all that are kept. */
function showRequests({ requests }: PageOptions, response: ServerResponse, query: URLSearchParams): void {
  const after = Number(query.get("after") ?? 0);
  sendJson(response, 200, { requests: requests.filter(({ id }) => id > after) });
}

/** A QR code of the page's address for phones. */
function showAddress({ config }: PageOptions, response: ServerResponse): void {
  if (config.networkUrl === undefined)
    sendError(
      response,
      404,
      "NotFound",
      "The emulator answers only this machine; start it with --host to open it.",
    );
  else sendText(response, 200, "image/svg+xml", renderSVG(config.networkUrl, { border: 2 }));
}

function showClock({ clock }: PageOptions, response: ServerResponse): void {
  const now = clock.now();
  const answer: ClockAnswer = { now, ahead: now - Date.now() };
  sendJson(response, 200, answer);
}

/** Sets the clock `?ahead=` milliseconds ahead of this machine's; 0 resets it. */
function changeClock(options: PageOptions, response: ServerResponse, query: URLSearchParams): void {
  const ahead = query.get("ahead") ?? "";
  if (!/^-?\d{1,13}$/.test(ahead)) {
    sendError(response, 400, "InvalidParameter", "ahead must be a whole number of milliseconds.");
    return;
  }
  if (Number(ahead) === 0) options.clock.reset();
  else options.clock.set(Date.now() + Number(ahead));
  showClock(options, response);
}

function split(target: string): [path: string, query: string] {
  const mark = target.indexOf("?");
  return mark < 0 ? [target, ""] : [target.slice(0, mark), target.slice(mark + 1)];
}
