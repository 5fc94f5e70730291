import { createServer } from "node:http";
import { Webhook } from "standardwebhooks";
import { listen } from "../../packages/cos-emulator/src/cloud/listen.ts";

/** A request whose signature the scheme's own library has verified. */
export interface Received {
  readonly id: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A team's own server. */
export interface Receiver {
  readonly url: string;
  /** The value for WEBHOOK_SECRET. */
  readonly secret: string;
  /** Every request with a valid signature, in order, including those answered with an error. */
  readonly received: readonly Received[];
  /** How many requests had no valid signature. */
  forged: number;
  /** The answers to the next requests; after that, 200. */
  readonly answers: (number | "never" | "cut")[];
  /** What was received about an object. */
  of(key: string): Received[];
  close(): Promise<void>;
}

export async function startReceiver(secret: string): Promise<Receiver> {
  const verifier = new Webhook(secret);
  const received: Received[] = [];
  const answers: (number | "never" | "cut")[] = [];
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += String(chunk);
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    );
    try {
      verifier.verify(text, headers);
      const { type, data } = JSON.parse(text);
      received.push({ id: headers["webhook-id"] ?? "", type, data });
    } catch {
      receiver.forged += 1;
    }
    const answer = answers.shift() ?? 200;
    if (answer === "cut") request.socket.destroy();
    else if (answer !== "never") response.writeHead(answer, { location: "/elsewhere" }).end();
  });
  const port = await listen(server, 0);
  const receiver: Receiver = {
    url: `http://127.0.0.1:${port}/uploads`,
    secret,
    received,
    forged: 0,
    answers,
    of: (key) => received.filter(({ data }) => data["key"] === key),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return receiver;
}
