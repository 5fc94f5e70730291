import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import cosUtil from "cos-nodejs-sdk-v5/sdk/util.js";
import { expect } from "vitest";
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

/** Configures the default bucket, as its account: a PUT of this sub-resource. */
export async function configureBucket(
  { account, cosUrl }: Pick<Dev, "account" | "cosUrl">,
  subResource: string,
  init: RequestInit,
): Promise<void> {
  const url = new URL(`/?${subResource}`, cosUrl);
  const now = Math.floor(Date.now() / 1000);
  const authorization = cosUtil.getAuth({
    SecretId: account.secretId,
    SecretKey: account.secretKey,
    Method: "PUT",
    Key: "",
    Headers: { host: url.host },
    Query: { [subResource]: "" },
    KeyTime: `${now - 60};${now + 60}`,
  });
  const answer = await fetch(url, { ...init, method: "PUT", headers: { authorization, ...init.headers } });
  expect(answer.status).toBe(200);
}

/** The body of PUT ?versioning. */
export function versioning(status: string): string {
  return `<VersioningConfiguration><Status>${status}</Status></VersioningConfiguration>`;
}
