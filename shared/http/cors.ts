import { type Environment, mustBe, optional, parseUrl } from "../config.ts";
import type { HttpRequest } from "./request.ts";

/** The origins that browsers may call from, exactly as browsers send them. */
export type Origins = ReadonlySet<string>;

/** CORS_ORIGINS: exact origins, comma-separated. */
export function readCorsOrigins(env: Environment): Origins {
  const says =
    'exact origins such as https://www.example.com, comma-separated; "*" and paths are not origins';
  const list = optional(env, "CORS_ORIGINS", /./, says)?.split(/ *, */) ?? [];
  for (const origin of list) {
    // To a URL, the * of a wildcard is a name like any other.
    if (!/^https?:[^*]+$/.test(origin) || parseUrl(origin)?.origin !== origin) {
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

/** What a preflight gets in addition to {@link corsHeaders}. */
export function preflightHeaders(allow: string): Record<string, string> {
  return {
    "access-control-allow-methods": allow,
    "access-control-allow-headers": "authorization, content-type",
    "access-control-max-age": "600",
  };
}
