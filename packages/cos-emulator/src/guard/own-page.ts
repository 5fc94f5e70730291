import type { IncomingMessage } from "node:http";

/**
 * Whether a request comes from the emulator's own page, or from a program on this machine. What the page may ask of the
 * emulator is for no other page, not even one on this machine.
 *
 * The entry has already refused every Host that is not this machine's (sender.ts), so it is safe to compare with Host.
 */
export function isOwnPage({ headers }: IncomingMessage): boolean {
  const { host = "", origin, "sec-fetch-site": site } = headers;
  if (origin !== undefined && origin !== `http://${host}`) return false;
  return site === undefined || site === "same-origin" || site === "none";
}
