import { createServer, request, type Server } from "node:http";
import { onTestFinished } from "vitest";

/** The wires to the cloud's APIs, which can be cut after a number of calls, as when the caller is killed there. */
export interface Wires {
  /** The variables with the addresses of these wires in place of the APIs' own. */
  readonly env: Readonly<Record<string, string>>;
  /** How many calls there have been. */
  readonly calls: number;
  /**
   * From now on the call with this number takes effect and its answer is lost, and so is every call after it.
   *
   * @param after undefined for never
   */
  cut(after: number | undefined): void;
}

/** @param env the variables whose values are addresses of APIs, `http://127.0.0.1:…` each */
export async function wire(env: Readonly<Record<string, string>>, names: readonly string[]): Promise<Wires> {
  let calls = 0;
  let limit = Number.POSITIVE_INFINITY;
  const servers: Server[] = [];
  const open = async (target: URL): Promise<string> => {
    const server = createServer((message, response) => {
      if (calls >= limit) {
        message.socket.destroy();
        return;
      }
      calls += 1;
      const isLast = calls >= limit;
      const passed = request(
        {
          host: target.hostname,
          port: target.port,
          method: message.method,
          path: message.url,
          headers: { ...message.headers, host: target.host },
          agent: false,
        },
        (answer) => {
          if (isLast) {
            answer.resume().on("end", () => message.socket.destroy());
            return;
          }
          response.writeHead(answer.statusCode ?? 500, answer.headers);
          answer.pipe(response);
        },
      );
      passed.on("error", () => message.socket.destroy());
      message.pipe(passed);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    servers.push(server);
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("The server has no port.");
    return `http://127.0.0.1:${address.port}`;
  };
  const wired: Record<string, string> = {};
  for (const name of names) wired[name] = await open(new URL(env[name] ?? ""));
  onTestFinished(async () => {
    for (const server of servers) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });
  return {
    env: wired,
    get calls() {
      return calls;
    },
    cut: (after) => {
      calls = 0;
      limit = after ?? Number.POSITIVE_INFINITY;
    },
  };
}
