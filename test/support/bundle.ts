import { createRequire } from "node:module";
import type { PlatformResponse } from "../../shared/http/response.ts";
import { TEST_ACCOUNT } from "./account.ts";
import { builtFunction } from "./functions.ts";

const require = createRequire(import.meta.url);

export type MainHandler = (event: unknown, context?: unknown) => Promise<PlatformResponse>;

/** An environment in which every function starts, with an unreachable STS. */
export const TEST_ENV = {
  UPLOAD_AUTH: "none",
  COS_SECRET_ID: TEST_ACCOUNT.secretId,
  COS_SECRET_KEY: TEST_ACCOUNT.secretKey,
  COS_BUCKET: "uploads-1250000000",
  COS_REGION: "ap-guangzhou",
  STS_ENDPOINT: "127.0.0.1:1",
};

export interface LoadedBundle {
  readonly main_handler: MainHandler;
  /** Every line that the function has written so far, since its cold start. */
  readonly log: string[];
}

/**
 * Cold-starts a function's bundle in this process with exactly this environment, and collects its output instead of
 * printing it.
 */
export function loadBundle(name: string, env: Readonly<Record<string, string>>): LoadedBundle {
  return loadFile(builtFunction(name), env);
}

/** The same, for a bundle at this path. */
export function loadFile(path: string, env: Readonly<Record<string, string>>): LoadedBundle {
  delete require.cache[path];
  const log: string[] = [];
  const collect = (text: string | Uint8Array) => log.push(String(text).replace(/\n$/, "")) > 0;
  const { env: realEnv } = process;
  const realWrite = process.stdout.write;
  process.env = { ...env };
  process.stdout.write = collect;
  let handler: MainHandler;
  try {
    ({ main_handler: handler } = require(path));
  } finally {
    process.env = realEnv;
    process.stdout.write = realWrite;
  }
  return {
    log,
    async main_handler(event, context = {}) {
      process.stdout.write = collect;
      try {
        return await handler(event, context);
      } finally {
        process.stdout.write = realWrite;
      }
    },
  };
}

/** The `error` of an answer's body. */
export function errorOf({ body }: PlatformResponse): {
  code: string;
  message: string;
  requestId: string;
  index?: number;
} {
  return JSON.parse(body).error;
}
