import type { IncomingMessage } from "node:http";
import { TLSSocket } from "node:tls";
import type { CauseOfKind } from "../../../cos-explain/src/index.ts";
import { quoted } from "../cloud/visible.ts";

/** Who may send to a listener, besides this machine's own programs and pages. */
export interface Access {
  /** Whether a name, lower case and without a port, leads to this listener. The loopback's names always do. */
  readonly isOwnHost?: (name: string) => boolean;
  /** Whether pages of this origin may send. Those of this machine always may. */
  readonly isOwnOrigin?: (origin: string) => boolean;
  /** Whether a link on another site may lead here. @default false */
  readonly takesLinks?: boolean;
}

const LOOPBACK_NAMES: ReadonlySet<string> = new Set(["127.0.0.1", "localhost", "[::1]"]);

const LOOPBACK_ORIGIN = /^https?:\/\/(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/;

const WITH_A_HOST = /^[a-z][a-z\d+.-]*:\/\/[^/@?#\s]+$/;

/**
 * The origin of the Referer that every Mini Program sends, including one in WeChat DevTools, and that none can change
 * (https://developers.weixin.qq.com/miniprogram/dev/framework/ability/network.html). DevTools is a browser, and
 * marks its requests as cross-site.
 */
const MINI_PROGRAM_ORIGIN = "https://servicewechat.com";

/**
 * Says why a request was not made to this listener. DNS can point any name to the loopback address, and a page under
 * that name then has the same origin; the browser sends the name in Host. The port is not compared: port forwarding, as
 * by containers and development servers, leaves the Host header unchanged, and no page can have a loopback name.
 *
 * @returns undefined for a request that was made to it
 */
export function foreignHost(message: IncomingMessage, access: Access): string | undefined {
  const hosts = message.headersDistinct["host"] ?? [];
  const [host] = hosts;
  if (host === undefined) return "it has no Host header";
  if (hosts.length > 1) return "it has several Host headers";
  if (!isOwnHost(host, access)) return `the host ${quoted(host)} is not one of this listener's`;
  // The authority of an absolute target has precedence over Host (RFC 9112 §3.2.2).
  const authority = /^[a-z][a-z\d+.-]*:\/\/([^/?#]*)/i.exec(message.url ?? "")?.[1];
  return authority === undefined || isOwnHost(authority, access)
    ? undefined
    : `the target's host ${quoted(authority)} is not one of this listener's`;
}

/**
 * Says whether another site caused a request. Any page can make a browser send requests here, and can do harm without
 * reading the answers. The browser names the page in Origin for everything that may change something, and marks the
 * rest with Sec-Fetch-Site. A program, such as curl, sends neither and is accepted: whoever can run programs here needs
 * no page.
 *
 * Call it after {@link foreignHost}, since it trusts Host.
 *
 * @returns undefined if no other site caused it
 */
export function foreignOrigin(
  message: IncomingMessage,
  access: Access,
): CauseOfKind<"foreign-page"> | undefined {
  const { origin, referer } = message.headers;
  if (origin !== undefined) {
    return isOwnOrigin(origin, message, access)
      ? undefined
      : { kind: "foreign-page", named: "origin", origin };
  }
  if (message.headers["sec-fetch-site"] !== "cross-site") return undefined;
  // No page can write another origin into Referer.
  if (referer !== undefined && isOwnOrigin(originOf(referer), message, access)) return undefined;
  if (access.takesLinks === true && isLink(message)) return undefined;
  return {
    kind: "foreign-page",
    named: referer === undefined ? "none" : "referer",
    origin: originOf(referer ?? ""),
  };
}

/** The origins in CORS_ORIGINS: exact, separated by commas. */
export function readOrigins(text: string | undefined): ReadonlySet<string> {
  return new Set((text ?? "").split(",").map((origin) => origin.trim()));
}

function isOwnHost(host: string, { isOwnHost }: Access): boolean {
  const name = host.toLowerCase().replace(/:\d{1,5}$/, "");
  return LOOPBACK_NAMES.has(name) || (isOwnHost?.(name) ?? false);
}

function isOwnOrigin(origin: string, { socket, headers }: IncomingMessage, access: Access): boolean {
  if (LOOPBACK_ORIGIN.test(origin) || origin === MINI_PROGRAM_ORIGIN) return true;
  const scheme = socket instanceof TLSSocket ? "https" : "http";
  if (origin === `${scheme}://${headers.host}`) return true;
  // "null" is any page that hides its origin, and no real origin contains an `@`, which a pattern's `*` could match.
  return WITH_A_HOST.test(origin) && (access.isOwnOrigin?.(origin) ?? false);
}

function originOf(referer: string): string {
  return /^[a-z]+:\/\/[^/?#]*/.exec(referer)?.[0] ?? "";
}

/** Whether a request loads a whole page, like following a link. */
function isLink({ method, headers }: IncomingMessage): boolean {
  return (
    (method === "GET" || method === "HEAD") &&
    headers["sec-fetch-mode"] === "navigate" &&
    headers["sec-fetch-dest"] === "document"
  );
}
