import {
  blocked,
  type Endpoint,
  type Finding,
  fail,
  pass,
  skip,
} from "../../../packages/tls-check/src/index.ts";
import { hstsFinding } from "../../doctor/https/hsts.ts";
import { plainHttpFinding } from "../../doctor/https/plain-http.ts";
import { type HttpAnswer, type HttpRequest, NetworkError, placeOf, send } from "../../lib/network.ts";
import type { Account } from "../lib/account.ts";
import { lookAt } from "../lib/outside.ts";

const WAIT = "The CDN says that it is deployed, but single nodes may lag behind. Try again in a few minutes.";

/** Checks from outside that plain HTTP is redirected, or with `on` false that it is answered. */
export async function redirectOutside(account: Account, host: string, on: boolean): Promise<Finding> {
  const claim = { id: `http.redirect@${host}`, title: `${host}: plain HTTP redirects to HTTPS` };
  if (on) return await plainHttpFinding(claim, endpointOf(account, host), account.httpPort, account.network);
  const back = { id: `http.plain@${host}`, title: `${host}: plain HTTP is answered` };
  const answer = await attempt(account, `http://${host}:${account.httpPort}/`, { method: "GET" });
  if (typeof answer === "string") return blocked(back, answer);
  return answer.status >= 301 && answer.status <= 308
    ? fail(back, `It still redirects (${answer.status}).`, WAIT)
    : pass(back, `${answer.status}, no redirect.`);
}

/** Checks HSTS from outside. @param maxAge undefined if there must be no header */
export async function hstsOutside(
  account: Account,
  host: string,
  maxAge: number | undefined,
): Promise<Finding> {
  const claim = { id: `http.hsts@${host}`, title: `${host}: HSTS keeps clients on HTTPS` };
  const answer = await attempt(account, `https://${host}:${account.httpsPort}/`, {
    method: "GET",
    anyCertificate: true,
  });
  if (typeof answer === "string") return blocked(claim, answer);
  const header = answer.headers.get("strict-transport-security");
  if (maxAge === undefined) {
    const off = { id: claim.id, title: `${host}: HSTS is off` };
    return header === undefined ? pass(off) : fail(off, `The header is still there: ${header}.`, WAIT);
  }
  const shown = /max-age\s*=\s*"?(\d+)/i.exec(header ?? "")?.[1];
  if (shown !== String(maxAge)) {
    return fail(claim, `The header is ${header ?? "not there"}; max-age should be ${maxAge}.`, WAIT);
  }
  return maxAge === 0
    ? pass(claim, "max-age is 0: browsers forget it.")
    : await hstsFinding(claim, endpointOf(account, host), account.network);
}

export async function http2Outside(account: Account, host: string, on: boolean): Promise<Finding> {
  const claim = { id: `http.h2@${host}`, title: `${host}: HTTP/2 is ${on ? "on" : "off"}` };
  const { handshake, errorCode } = await lookAt(account, host);
  if (handshake === undefined) return blocked(claim, `HTTPS does not answer (${errorCode ?? "unknown"}).`);
  const isOn = handshake.alpn === "h2";
  const chosen = handshake.alpn ?? "HTTP/1.1";
  return isOn === on
    ? pass(claim, `The server chooses ${chosen}.`)
    : fail(claim, `The server chooses ${chosen}.`, WAIT);
}

export async function gzipFinding(
  account: Account,
  host: string,
  on: boolean,
  path: string | undefined,
): Promise<Finding> {
  const claim = { id: `http.gzip@${host}`, title: `${host}: text is ${on ? "" : "not "}compressed` };
  if (path === undefined) {
    return skip(
      claim,
      "It is set on the CDN; it was not checked from outside.",
      "Name a text object with --path.",
    );
  }
  const scheme = `https://${host}:${account.httpsPort}`;
  const answer = await attempt(account, new URL(path, scheme).href, {
    method: "GET",
    headers: { "accept-encoding": "gzip" },
    anyCertificate: true,
  });
  if (typeof answer === "string") return blocked(claim, answer);
  if (answer.status !== 200) {
    return blocked(
      claim,
      `${path} is answered with ${answer.status}.`,
      "Name an object that anyone may read.",
    );
  }
  const isGzip = answer.headers.get("content-encoding") === "gzip";
  return isGzip === on
    ? pass(claim, `${path}: ${isGzip ? "gzip" : "not compressed"}.`)
    : fail(claim, `${path}: ${isGzip ? "gzip" : "not compressed"}.`, WAIT);
}

function endpointOf({ httpsPort, network }: Account, host: string): Endpoint {
  return { host, port: httpsPort, ...placeOf(host, network) };
}

async function attempt(
  { network }: Account,
  url: string,
  request: HttpRequest,
): Promise<HttpAnswer | string> {
  try {
    return await send(new URL(url), request, network);
  } catch (error) {
    if (error instanceof NetworkError) return `It could not be checked from outside: ${error.message}.`;
    throw error;
  }
}
