import { once } from "node:events";
import type { Server as HttpServer } from "node:http";
import type { Server as HttpsServer } from "node:https";

/** The emulator serves this machine only, unless it gets an address in a private network. */
export const LOOPBACK = "127.0.0.1";

/**
 * How long an idle connection is kept. After Node.js's own 5 seconds, a client that was busy meanwhile would often send
 * its next request into a closing connection, and see ECONNRESET.
 */
export const KEEP_ALIVE_MS = 30_000;

/**
 * Listens on a port of the loopback address, or of another address of this machine, and resolves to the port's number;
 * 0 picks a free one.
 */
export async function listen(
  server: HttpServer | HttpsServer,
  port: number,
  host = LOOPBACK,
): Promise<number> {
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.listen(port, host);
  await once(server, "listening");
  // A connection that cannot be accepted, as with too many open files, must not end the process.
  server.on("error", () => undefined);
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  return address.port;
}

/** Stops listening and cuts every connection, idle or not. */
export async function stop(server: HttpServer | HttpsServer): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
