import { type IncomingMessage, request } from "node:http";
import { request as httpsRequest } from "node:https";
import { TLSSocket } from "node:tls";
import { createServer } from "@httptoolkit/httpolyglot";
import { onTestFinished } from "vitest";
import { issueServerCertificate } from "../../../packages/cos-emulator/src/index.ts";
import { BUCKET_HOST, type Hosts } from "./hosts.ts";

/** Where a change is cut: before it reaches the cloud, or after it has taken effect, while its answer is in transit. */
export type Cut = "before" | "after";

/**
 * Connections to the cloud's APIs that can be cut at any call that changes something, as when the caller is killed there.
 * A caller that is killed at a call that only reads leaves what it would have left at the change before.
 */
export interface Wires {
  /** The variables, with the addresses of these connections instead of the APIs' own. */
  readonly env: Readonly<Record<string, string>>;
  /** The options that make the command use the bucket through its connection. */
  readonly flags: readonly string[];
  /** How many changes were asked for since the last cut. */
  readonly changes: number;
  /** From now on, the change with this number is cut there, and so is every later call. */
  cut(change: number, where: Cut): void;
  mend(): void;
}

/** @param realTime the machine's time, by which certificates are checked; Unix time in milliseconds */
export async function wire({ env, emulator }: Hosts, realTime: () => number): Promise<Wires> {
  let changes = 0;
  let last = Number.POSITIVE_INFINITY;
  let where: Cut = "after";
  const tls = await issueServerCertificate(emulator.authority, [BUCKET_HOST], realTime);
  const open = async (target: URL): Promise<string> => {
    // Both protocols on one port, as the emulated COS has them.
    const server = createServer({ tls }, (message, response) => {
      const isChange = !isRead(message);
      if (isChange) changes += 1;
      const isLast = isChange && changes === last;
      if (changes > last || (changes === last && (!isLast || where === "before"))) {
        message.socket.destroy();
        return;
      }
      const passed = (message.socket instanceof TLSSocket ? httpsRequest : request)(
        {
          host: target.hostname,
          port: target.port,
          method: message.method,
          path: message.url,
          headers: message.headers,
          agent: false,
          // This proxy's own certificate is not what is tested.
          rejectUnauthorized: false,
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
    server.on("error", () => undefined);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => {
      server.close();
    });
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("The server has no port.");
    return String(address.port);
  };
  const wired: Record<string, string> = {};
  for (const name of ["CDN_ENDPOINT", "SSL_ENDPOINT"]) {
    wired[name] = `http://127.0.0.1:${await open(new URL(env[name] ?? ""))}`;
  }
  const cosPort = await open(new URL(`https://${emulator.cosHost}`));
  return {
    env: wired,
    flags: ["--endpoint", `https://${BUCKET_HOST}:${cosPort}`, "--resolve", `${BUCKET_HOST}=127.0.0.1`],
    get changes() {
      return changes;
    },
    cut: (change, at) => {
      changes = 0;
      last = change;
      where = at;
    },
    mend: () => {
      changes = 0;
      last = Number.POSITIVE_INFINITY;
    },
  };
}

function isRead({ method, headers }: IncomingMessage): boolean {
  return method === "GET" || method === "HEAD" || /^Describe/.test(String(headers["x-tc-action"]));
}
