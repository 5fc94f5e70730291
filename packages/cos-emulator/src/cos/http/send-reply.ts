import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { drain } from "./drain.ts";
import type { Reply } from "./reply.ts";

/** Sends an answer to a request whose body may not have been read; returns the number of body bytes sent. */
export async function sendReply(
  message: IncomingMessage,
  response: ServerResponse,
  reply: Reply,
): Promise<number> {
  response.statusCode = reply.status;
  for (const [name, value] of Object.entries(reply.headers ?? {})) {
    response.setHeader(wireName(name), wireValue(value));
  }

  const bodiless = message.method === "HEAD" || reply.status === 204 || reply.status === 304;
  if (bodiless || typeof reply.body !== "object") {
    // A refused HEAD announces no body (the examples of HEAD Object, 436/7745).
    const isAnnounced = message.method !== "HEAD" || reply.status < 400;
    const text = typeof reply.body === "string" && isAnnounced ? Buffer.from(reply.body) : Buffer.alloc(0);
    const hasLength = response.hasHeader("content-length") || reply.status === 204 || reply.status === 304;
    if (!hasLength) response.setHeader(wireName("content-length"), text.length);
    if (reply.body instanceof Readable) reply.body.destroy();
    const payload = bodiless ? Buffer.alloc(0) : text;
    await end(message, response, payload);
    return payload.length;
  }
  const { body } = reply;
  let sent = 0;
  body.on("data", (chunk: Buffer) => {
    sent += chunk.length;
  });
  await pipeline(body, response).catch(() => response.destroy());
  return sent;
}

/** Ends an answer at once or, if the client is still sending, writes it and ends it after the request's body. */
async function end(message: IncomingMessage, response: ServerResponse, payload: Buffer): Promise<void> {
  if (message.complete) {
    response.end(payload);
    return;
  }
  response.flushHeaders();
  if (payload.length > 0) response.write(payload);
  await drain(message);
  response.end();
}

/**
 * A header's name as COS's pages spell it. The case does not matter in HTTP, but it does to software that keeps an
 * answer's headers in an ordinary map, such as cos-python-sdk-v5 with its `response["ETag"]`.
 *
 * @param name in lower case
 */
function wireName(name: string): string {
  if (name === "etag") return "ETag";
  return name.startsWith("x-") ? name : name.replace(/\b[a-z]/g, (letter) => letter.toUpperCase());
}

/** Header values are sent as bytes: UTF-8 leaves as it arrived, and what no header can contain becomes a space. */
function wireValue(value: string): string {
  return Buffer.from(value, "utf8")
    .toString("latin1")
    .replace(/[^\t\x20-\x7e\x80-\xff]/g, " ");
}
