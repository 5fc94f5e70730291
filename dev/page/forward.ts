import {
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import { request as httpsRequest, type RequestOptions } from "node:https";
import { pipeline } from "node:stream/promises";
import { SENT_HEADER, type SentHead } from "./config.ts";
import { sendError } from "./send.ts";

/** Where the emulated COS listens, and whose certificates to trust there. */
export interface CosAddress {
  /** `host:port`. */
  readonly host: string;
  /** PEM. */
  readonly ca: string;
}

/**
 * The browser's headers that are passed on; the others are the browser's own, and no Mini Program sends them.
 */
const SENT_ON =
  /^(?:authorization|content-(?:type|length|md5|disposition|encoding)|cache-control|expires|range|x-cos-.*)$/;

/** What of COS's headers comes back. */
const SENT_BACK =
  /^(?:content-(?:type|length|range|disposition|encoding)|etag|last-modified|x-cos-.*|x-emulator-(?:reason|cause))$/;

/**
 * Sends the page's request on to COS over TLS, as a phone would send it.
 *
 * A browser does not trust the local certificate authority, may not choose the Host header, and adds headers of its own;
 * a Mini Program does none of this. So the page hands its request in here, and what COS receives is exactly what a
 * Mini Program sends. The connection goes to the emulated COS and nowhere else, whatever `url` says; its host becomes
 * the Host header.
 */
export async function forward(
  cos: CosAddress,
  url: string,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const address = /^(https?):\/\/([a-z0-9.:[\]-]+)(\/[\x21-\x7e]*)?$/i.exec(url);
  if (address === null) {
    message.resume();
    sendError(response, 400, "InvalidUrl", "url must be an address that begins with http:// or https://.");
    return;
  }
  const [, scheme = "", host = "", path = "/"] = address;
  const method = message.method ?? "GET";
  const headers = { host, ...pick(message.headers, SENT_ON) };
  const { hostname, port } = new URL(`https://${cos.host}`);
  const sent: SentHead = { method, url, headers };
  const options: RequestOptions = {
    host: hostname,
    port,
    ca: cos.ca,
    // The certificate is checked against the address that is connected to, and not against what Host says.
    servername: "",
    agent: false,
    method,
    path,
    headers,
  };
  const answer = await open(scheme.toLowerCase() === "https" ? httpsRequest : httpRequest, options, message);
  if (answer === undefined) {
    if (!response.destroyed) sendError(response, 502, "ConnectionCut", "The connection to COS was cut.");
    return;
  }
  response.writeHead(answer.statusCode ?? 502, {
    ...pick(answer.headers, SENT_BACK),
    [SENT_HEADER]: encodeURIComponent(JSON.stringify(sent)),
    // An object is anybody's upload: it must not run as a part of this page, nor be taken for another type.
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; media-src 'self'; sandbox",
    "x-content-type-options": "nosniff",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
  });
  await pipeline(answer, response).catch(() => response.destroy());
}

/** Undefined when the connection broke off before there was an answer. */
function open(
  request: typeof httpsRequest,
  options: RequestOptions,
  message: IncomingMessage,
): Promise<IncomingMessage | undefined> {
  return new Promise((resolve) => {
    const outgoing = request(options, resolve);
    outgoing.on("error", () => resolve(undefined));
    message.on("error", () => outgoing.destroy());
    message.on("close", () => {
      if (!message.complete) outgoing.destroy();
    });
    message.pipe(outgoing);
    // COS may refuse before all has come, and a browser reads no answer before it has sent all.
    outgoing.on("close", () => message.resume());
  });
}

function pick(headers: IncomingHttpHeaders, names: RegExp): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      names.test(name) && typeof value === "string" ? [[name, value] as const] : [],
    ),
  );
}
