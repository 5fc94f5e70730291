import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";

const ANSWER = "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n";

/**
 * Closes connections on which the head of a request does not arrive in time; otherwise a client that opens many and
 * sends byte by byte would keep others out. Bodies may take any time. Node.js's own headersTimeout works only in a
 * server that listens itself, which one behind httpolyglot does not.
 */
export class HeadTimeout {
  readonly #milliseconds: number;
  /** By {@link peerOf}, which is the same for a TLS connection and for the one that carries it. */
  readonly #waiting = new Map<string, NodeJS.Timeout>();
  /** Requests that are being answered. */
  readonly #busy = new Map<string, number>();

  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds;
  }

  /** Call it for each new connection. */
  connected(socket: Socket): void {
    const peer = peerOf(socket);
    this.#wait(peer, socket);
    socket.once("close", () => this.#forget(peer));
  }

  /** Call it when a request's head has arrived. */
  requested({ socket }: IncomingMessage, response: ServerResponse): void {
    const peer = peerOf(socket);
    this.#forget(peer);
    this.#busy.set(peer, (this.#busy.get(peer) ?? 0) + 1);
    response.once("close", () => {
      const left = (this.#busy.get(peer) ?? 1) - 1;
      if (left > 0) {
        this.#busy.set(peer, left);
        return;
      }
      this.#busy.delete(peer);
      if (!socket.destroyed) this.#wait(peer, socket);
    });
  }

  #wait(peer: string, socket: Socket): void {
    this.#forget(peer);
    const timer = setTimeout(() => {
      socket.end(ANSWER);
      socket.destroySoon();
    }, this.#milliseconds);
    this.#waiting.set(peer, timer.unref());
  }

  #forget(peer: string): void {
    clearTimeout(this.#waiting.get(peer));
    this.#waiting.delete(peer);
  }
}

function peerOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
