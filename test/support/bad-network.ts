import { connect, createServer, type Socket } from "node:net";

/** A connection to a server that can break: bytes pass unchanged until a test says otherwise. */
export interface BadNetwork {
  readonly port: number;
  /** The numbers of the parts whose sending began, in order, with repetitions. */
  readonly parts: readonly number[];
  /** Called for each part before its first byte is passed on. */
  onPart: (partNumber: number) => void;
  /** Cuts the connection in the middle of the next request for each of these parts. */
  readonly cuts: Set<number>;
  /** Ends every connection, and every new one at once. */
  goOffline(): void;
  goOnline(): void;
  close(): Promise<void>;
}

const UPLOAD_PART = /^PUT \S*[?&]partNumber=(\d+)/;
const BYTES_BEFORE_CUT = 300_000;

/** @param targetPort of a server on loopback that does not use TLS */
export async function startBadNetwork(targetPort: number): Promise<BadNetwork> {
  const sockets = new Set<Socket>();
  const parts: number[] = [];
  const cuts = new Set<number>();
  let online = true;

  const server = createServer((client) => {
    if (!online) {
      client.destroy();
      return;
    }
    const target = connect(targetPort, "127.0.0.1");
    const end = () => {
      client.destroy();
      target.destroy();
    };
    for (const socket of [client, target]) {
      sockets.add(socket);
      socket.on("error", end);
      socket.on("close", () => {
        sockets.delete(socket);
        end();
      });
    }
    let left = Number.POSITIVE_INFINITY;
    client.on("data", (chunk: Buffer) => {
      // A request's head starts a chunk: the client waits for an answer before it sends the next one.
      const part = UPLOAD_PART.exec(chunk.toString("latin1", 0, 2000))?.[1];
      if (part !== undefined) {
        const partNumber = Number(part);
        parts.push(partNumber);
        network.onPart(partNumber);
        if (cuts.delete(partNumber)) left = BYTES_BEFORE_CUT;
      }
      left -= chunk.length;
      if (left <= 0) end();
      else if (!target.write(chunk)) {
        client.pause();
        target.once("drain", () => client.resume());
      }
    });
    target.pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");

  const endAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  const network: BadNetwork = {
    port: address.port,
    parts,
    onPart: () => undefined,
    cuts,
    goOffline() {
      online = false;
      endAll();
    },
    goOnline() {
      online = true;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        endAll();
      }),
  };
  return network;
}
