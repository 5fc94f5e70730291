import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer as createHttpServer, type RequestListener, type ServerResponse } from "node:http";
import { createServer as createHttpsServer, type ServerOptions } from "node:https";
import { createServer as createTcpServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { run } from "../../../tools/doctor/cli.ts";
import type { ChangingWorld } from "../../../tools/lib/consent.ts";

export interface Check {
  readonly id: string;
  readonly status: "pass" | "warn" | "fail" | "skip";
  readonly title: string;
  readonly detail: string;
  readonly fix: string;
}

export interface Outcome {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
  readonly checks: readonly Check[];
  /** The only check with this id, whatever its host. */
  check(id: string): Check;
}

/** Runs doctor in this process, with only the settings of `world.env` and --env-file. */
export async function doctor(args: readonly string[], world: Partial<ChangingWorld> = {}): Promise<Outcome> {
  let output = "";
  let errors = "";
  const envFile = args.includes("--env-file") ? [] : ["--env-file", await temporaryFile("empty.env", "")];
  // Longer than any answer takes on a busy machine.
  const code = await run(["--timeout", "60", ...envFile, ...args], {
    env: {},
    clock: Date.now,
    isTerminal: false,
    write: (text) => {
      output += text;
    },
    writeError: (text) => {
      errors += text;
    },
    ask: undefined,
    directory: "/nonexistent",
    ...world,
  });
  const checks: Check[] = output.startsWith("{") ? JSON.parse(output).checks : [];
  return {
    code,
    output,
    errors,
    checks,
    check(id) {
      const [found, ...others] = checks.filter((check) => check.id.split("@")[0] === id);
      if (found === undefined || others.length > 0) throw new Error(`${id} is there ${others.length} times`);
      return found;
    },
  };
}

/** A file of the test's own. */
export async function temporaryFile(name: string, content: string | Buffer): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "doctor-"));
  onTestFinished(() => rm(directory, { recursive: true }));
  const file = join(directory, name);
  await writeFile(file, content);
  return file;
}

/** What a well-kept server answers. */
export function wellKept(_: unknown, response: ServerResponse): void {
  response.setHeader("strict-transport-security", "max-age=31536000").end("hello");
}

export function serveTls(
  options: ServerOptions,
  listener: (request: unknown, response: ServerResponse) => void = wellKept,
): Promise<number> {
  const server = createHttpsServer({ ALPNProtocols: ["h2", "http/1.1"], ...options }, listener);
  server.on("tlsClientError", () => undefined);
  return open(server);
}

export function servePlain(listener: RequestListener): Promise<number> {
  return open(createHttpServer(listener));
}

/** Accepts connections and never sends anything. */
export function serveSilence(): Promise<number> {
  return open(createTcpServer(() => undefined));
}

/** Until the end of the test. */
async function open(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.once("close", () => sockets.delete(socket));
  });
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return await listen(server);
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  return address.port;
}
