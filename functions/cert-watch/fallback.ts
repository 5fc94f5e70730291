import { request } from "node:http";
import type { Endpoint } from "../../packages/tls-check/src/index.ts";
import { FALLBACK_HEADER, readFallback } from "../../shared/https-fallback.ts";

/**
 * Until when a host is meant to answer plain HTTP in an emergency, from the header that `npm run https --
 * fallback` sets; undefined without that header. Unix time in milliseconds.
 */
export function fallbackUntil(
  { host, port, address }: Endpoint,
  timeoutMs: number,
): Promise<number | undefined> {
  return new Promise((resolve) => {
    const sent = request({
      host: address ?? host,
      port: port === 443 ? 80 : port,
      headers: { host },
      method: "HEAD",
      agent: false,
    });
    const timer = setTimeout(() => sent.destroy(), timeoutMs);
    sent.on("response", ({ headers }) => {
      const value = headers[FALLBACK_HEADER];
      resolve(typeof value === "string" ? readFallback(value)?.until : undefined);
      sent.destroy();
    });
    // Whoever does not speak plain HTTP has not fallen back to it.
    sent.on("error", () => resolve(undefined));
    sent.on("close", () => {
      clearTimeout(timer);
      resolve(undefined);
    });
    sent.end();
  });
}
