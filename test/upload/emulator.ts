import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Dev, type DevOptions, startDev } from "../../dev/emulator.ts";
import { builtFunctions } from "../support/functions.ts";

/** A test's own emulator: free ports, a data folder that is removed with it, and a log that is kept. */
export async function startTestEmulator(
  options: Partial<DevOptions> = {},
): Promise<Dev & { readonly lines: readonly string[] }> {
  const dataDirectory = await mkdtemp(join(tmpdir(), "emulator-"));
  const lines: string[] = [];
  const emulator = await startDev({
    port: 0,
    cosPort: 0,
    dataDirectory,
    functionsDirectory: builtFunctions(),
    triggers: false,
    // A minute passes in a slow run of a file, and another call would do what a test waits for.
    timers: false,
    timeoutSeconds: 60,
    log: (line) => void lines.push(line),
    ...options,
  });
  return {
    ...emulator,
    lines,
    async close() {
      await emulator.close();
      await rm(dataDirectory, { recursive: true });
    },
  };
}

/** GET (or POST) of a function, as JSON. */
export async function ask<T>(
  url: string,
  init: RequestInit = {},
): Promise<{ status: number; headers: Headers; json: T }> {
  const response = await fetch(url, init);
  return { status: response.status, headers: response.headers, json: JSON.parse(await response.text()) };
}

/** Logs a user of the emulated WeChat in, and returns the token. */
export async function logIn(url: string, user: string): Promise<string> {
  const { status, json } = await ask<{ token: string }>(`${url}/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ code: `user-${user}-${randomUUID()}` }),
  });
  if (status !== 200) throw new Error(`${user} could not log in: ${JSON.stringify(json)}`);
  return json.token;
}
