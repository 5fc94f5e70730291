import type { RequestListener } from "node:http";
import type { Socket } from "node:net";
import type { SecureContext } from "node:tls";
import { createServer } from "@httptoolkit/httpolyglot";
import { KEEP_ALIVE_MS } from "../cloud/listen.ts";
import { HeadTimeout } from "./head-timeout.ts";

const HEAD_TIMEOUT_MS = 60_000;

export interface ListenCosOptions {
  /** 0 picks a free one. */
  readonly port: number;
  readonly host: string;
  /** PEM. */
  readonly tls: { readonly key: string; readonly cert: string };
  /** The certificate of a name that has its own; undefined for other names, which get that of `tls`. */
  readonly secureContext?: (servername: string) => SecureContext | undefined;
  /** How long the head of a request may take to arrive. @default as long as Node.js's own servers wait */
  readonly headTimeoutMs?: number;
}

export interface CosListener {
  readonly port: number;
  /** Stops listening and ends every connection. */
  close(): Promise<void>;
}

/**
 * Listens on one port for both http and https, HTTP/1.1 only.
 *
 * @throws {Error} naming the port when it is taken or not allowed
 */
export async function listenCos(handler: RequestListener, options: ListenCosOptions): Promise<CosListener> {
  const { port, host, secureContext = () => undefined, headTimeoutMs = HEAD_TIMEOUT_MS } = options;
  const heads = new HeadTimeout(headTimeoutMs);
  const server = createServer(
    {
      http: { keepAliveTimeout: KEEP_ALIVE_MS },
      tls: {
        ...options.tls,
        ALPNProtocols: ["http/1.1"],
        SNICallback: (servername, callback) => {
          try {
            callback(null, secureContext(servername));
          } catch (error) {
            callback(error instanceof Error ? error : new Error(String(error)));
          }
        },
      },
    },
    (request, response) => {
      heads.requested(request, response);
      if (request.httpVersionMajor === 1) return handler(request, response);
      response.statusCode = 505;
      response.end();
    },
  );
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    heads.connected(socket);
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(listenError(error, host, port)));
    server.listen(port, host, resolve);
  });
  // An error on one connection, in whatever protocol, must not end the server.
  server.on("error", () => undefined);
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): Error {
  const why = error.code === "EADDRINUSE" ? "the port is taken" : error.message;
  return new Error(`COS cannot listen on ${host}:${port}: ${why}`, { cause: error });
}
