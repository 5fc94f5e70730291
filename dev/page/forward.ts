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
 * The request headers that are passed on. The browser adds the others by itself, and a Mini Program does not send them.
 */
const SENT_ON =
  /^(?:authorization|content-(?:type|length|md5|disposition|encoding)|cache-control|expires|range|x-cos-.*)$/;

/** The headers of COS's answer that are passed back. */
const SENT_BACK =
  /^(?:content-(?:type|length|range|disposition|encoding)|etag|last-modified|x-cos-.*|x-emulator-(?:reason|cause))$/;

/**
 * Forwards the page's request to COS over TLS, as a phone would send it.
 *
 * A browser does not trust the local certificate authority, does not let a page choose the Host header, and adds its own
 * headers. With a Mini Program, none of this is the case. So the page sends its request here, and COS receives exactly
 * what a Mini Program would send. The connection always goes to the emulated COS, whatever `url` says; only its host
 * becomes the Host header.
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
    // The certificate is checked against the address of the connection, not against Host.
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
    // Anyone may have uploaded the object: it must not run as part of this page, or be taken for another type.
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; media-src 'self'; sandbox",
    "x-content-type-options": "nosniff",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
  });
  await pipeline(answer, response).catch(() => response.destroy());
}

/** Undefined when the connection was cut before there was an answer. */
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
    // COS may refuse before it has received everything, but a browser reads no answer before it has sent everything.
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
