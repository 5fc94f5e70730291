import type { IncomingMessage } from "node:http";

const LOOPBACK_HOST = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/;

/**
 * Whether a request comes from the emulator's own page, or from a program on this machine.
 *
 * Any web page can make a browser send requests here. A page of another site is known by `Origin` and
 * `Sec-Fetch-Site`; one whose name was rebound to the loopback address by `Host`, which then holds that name. Requests
 * of programs, such as curl's, have neither header and are let through: who can run programs here needs no page.
 */
export function isOwn(message: IncomingMessage): boolean {
  const { host = "", origin, "sec-fetch-site": site } = message.headers;
  if (!isLocal(message)) return false;
  if (origin !== undefined && origin !== `http://${host}`) return false;
  return site === undefined || site === "same-origin" || site === "none";
}

/** Whether a request was made to a name that always means this machine. Links from elsewhere may lead here. */
export function isLocal({ headers: { host = "" } }: IncomingMessage): boolean {
  return LOOPBACK_HOST.test(host.toLowerCase());
}
