import { request } from "node:http";
import { request as httpsRequest } from "node:https";
import { TLSSocket } from "node:tls";
import { createServer } from "@httptoolkit/httpolyglot";
import { onTestFinished } from "vitest";
import { issueServerCertificate } from "../../../packages/cos-emulator/src/index.ts";
import { BUCKET_HOST, type Hosts } from "./hosts.ts";

/** Where a call is cut: before it reaches the cloud, or once it has taken effect and its answer is on the way. */
export type Cut = "before" | "after";

/** The wires to the cloud's APIs, which can be cut at any call, as when the caller is killed there. */
export interface Wires {
  /** The variables with the addresses of these wires in place of the APIs' own. */
  readonly env: Readonly<Record<string, string>>;
  /** The options that lead the command to the bucket by its wire. */
  readonly flags: readonly string[];
  /** The calls since the last cut: whose they were. */
  readonly calls: readonly ("bucket" | "account")[];
  /** From now on the call with this number is cut there, and so is every call after it. */
  cut(call: number, where: Cut): void;
  mend(): void;
}

/** @param realTime the machine's, by which certificates are looked at; Unix time in milliseconds */
export async function wire({ env, emulator }: Hosts, realTime: () => number): Promise<Wires> {
  let calls: ("bucket" | "account")[] = [];
  let last = Number.POSITIVE_INFINITY;
  let where: Cut = "after";
  const tls = await issueServerCertificate(emulator.authority, [BUCKET_HOST], realTime);
  const open = async (target: URL, whose: (typeof calls)[number]): Promise<string> => {
    // Both protocols on one port, as the emulated COS has them.
    const server = createServer({ tls }, (message, response) => {
      calls.push(whose);
      const { length } = calls;
      if (length > last || (length === last && where === "before")) {
        message.socket.destroy();
        return;
      }
      const isLast = length === last;
      const passed = (message.socket instanceof TLSSocket ? httpsRequest : request)(
        {
          host: target.hostname,
          port: target.port,
          method: message.method,
          path: message.url,
          headers: message.headers,
          agent: false,
          // Who is at the other end of a wire of our own is not what is tried.
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
    wired[name] = `http://127.0.0.1:${await open(new URL(env[name] ?? ""), "account")}`;
  }
  const cosPort = await open(new URL(`https://${emulator.cosHost}`), "bucket");
  return {
    env: wired,
    flags: ["--endpoint", `https://${BUCKET_HOST}:${cosPort}`, "--resolve", `${BUCKET_HOST}=127.0.0.1`],
    get calls() {
      return calls;
    },
    cut: (call, at) => {
      calls = [];
      last = call;
      where = at;
    },
    mend: () => {
      calls = [];
      last = Number.POSITIVE_INFINITY;
    },
  };
}
