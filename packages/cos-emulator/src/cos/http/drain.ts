import type { IncomingMessage } from "node:http";
import { finished } from "node:stream";

/** How much of a refused upload is still read, so that its sender can see the answer. */
const MAX_BYTES = 64 * 1024 * 1024;
const MAX_MS = 10_000;
const CHECK_MS = 100;

/**
 * Reads and drops the rest of a request's body. A connection that is closed while its client still sends is
 * reset, and the client may then see the reset instead of the answer. Bounded: a client that continues for too
 * long is cut off.
 *
 * @returns a promise that settles at the end of the body or of the connection
 */
export function drain(message: IncomingMessage): Promise<void> {
  const { socket } = message;
  const startedBytes = socket.bytesRead;
  const startedMs = Date.now();
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      const over = socket.bytesRead - startedBytes > MAX_BYTES || Date.now() - startedMs > MAX_MS;
      if (over) socket.destroy();
    }, CHECK_MS);
    finished(message, { writable: false }, () => {
      clearInterval(timer);
      resolve();
    });
    message.resume();
  });
}
