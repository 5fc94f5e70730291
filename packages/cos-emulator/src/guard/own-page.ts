import type { IncomingMessage } from "node:http";

/**
 * Whether a request comes from the emulator's own page, or from a program on this machine: what the page asks of the
 * emulator is for no other page, one of this machine neither.
 *
 * The entry has refused every Host that is not this machine's (sender.ts), so that it can be compared with.
 */
export function isOwnPage({ headers }: IncomingMessage): boolean {
  const { host = "", origin, "sec-fetch-site": site } = headers;
  if (origin !== undefined && origin !== `http://${host}`) return false;
  return site === undefined || site === "same-origin" || site === "none";
}
