import { type Environment, mustBe, optional, parseUrl } from "../config.ts";
import type { HttpRequest } from "./request.ts";

/** The origins that browsers may call from, exactly as browsers send them. */
export type Origins = ReadonlySet<string>;

/**
 * The origin of an app's own pages, such as Capacitor's `capacitor://localhost`, Tauri's `tauri://localhost` and a browser
 * extension's; no misspelt http, and no scheme whose pages are anybody's or have no origin.
 */
const APP_ORIGIN =
  /^(?!h|ttp|wss?:|ftp:|file:|filesystem:|blob:|data:|about:|javascript:)[a-z][a-z\d+.-]*:\/\/[a-z\d._-]+(:\d+)?$/;

/** CORS_ORIGINS: exact origins, comma-separated. */
export function readCorsOrigins(env: Environment): Origins {
  const says =
    'exact origins such as https://www.example.com, comma-separated; "*" and paths are not origins';
  const list = optional(env, "CORS_ORIGINS", /./, says)?.split(/ *, */) ?? [];
  for (const origin of list) {
    // To a URL, the * of a wildcard is a name like any other.
    const isPage = /^https?:[^*]+$/.test(origin) && parseUrl(origin)?.origin === origin;
    if (!isPage && !APP_ORIGIN.test(origin)) {
      throw mustBe("CORS_ORIGINS", says);
    }
  }
  return new Set(list);
}

/**
 * The CORS headers for an answer. An origin that is not on the list gets none, so the browser refuses; `*` is
 * never sent, since callers authorize themselves.
 */
export function corsHeaders(request: HttpRequest, origins: Origins): Record<string, string> {
  if (origins.size === 0) return {};
  const origin = request.headers.get("origin");
  if (origin === undefined || !origins.has(origin)) return { vary: "Origin" };
  return {
    vary: "Origin",
    "access-control-allow-origin": origin,
    "access-control-expose-headers": "retry-after, www-authenticate",
  };
}

/** What a preflight may ask for: names of headers. */
const HEADER_NAMES = /^[\w!#$%&'*+.^`|~, -]{1,1024}$/;

/**
 * What a preflight gets in addition to {@link corsHeaders}. A page may send whatever headers it likes: its libraries add
 * their own, such as `baggage` (https://github.com/getsentry/sentry-javascript/issues/6077) and `X-Requested-With`, and no
 * function minds.
 */
export function preflightHeaders({ headers }: HttpRequest, allow: string): Record<string, string> {
  const asked = headers.get("access-control-request-headers") ?? "";
  return {
    "access-control-allow-methods": allow,
    "access-control-allow-headers": HEADER_NAMES.test(asked) ? asked : "authorization, content-type",
    "access-control-max-age": "600",
  };
}
