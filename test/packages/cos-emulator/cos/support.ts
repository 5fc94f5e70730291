import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingHttpHeaders, type RequestListener, request } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import cosUtil from "cos-nodejs-sdk-v5/sdk/util.js";
import { onTestFinished } from "vitest";
import { parsePolicy } from "../../../../packages/cos-emulator/src/cam/parse-policy.ts";
import { EMULATED_BUCKET } from "../../../../packages/cos-emulator/src/cloud/account.ts";
import {
  type CosHandlerOptions,
  createCosHandler,
} from "../../../../packages/cos-emulator/src/cos/handler.ts";
import { BucketSettings } from "../../../../packages/cos-emulator/src/cos/store/bucket-settings.ts";
import { Buckets, type OpenBucket } from "../../../../packages/cos-emulator/src/cos/store/buckets.ts";
import { ObjectStore } from "../../../../packages/cos-emulator/src/cos/store/object-store.ts";
import {
  CredentialStore,
  type TemporaryCredential,
} from "../../../../packages/cos-emulator/src/sts/credential-store.ts";
import { TEST_ACCOUNT } from "../../../support/account.ts";

/** 2026-01-02T03:04:05Z, the time at which every test starts. */
export const START_SECONDS = 1_767_323_045;

export const KEY_TIME = `${START_SECONDS - 60};${START_SECONDS + 840}`;

export const BUCKET_HOST = `${EMULATED_BUCKET.name}.cos.${EMULATED_BUCKET.region}.myqcloud.com`;

/** The resource of a key in the only bucket. */
export function resource(key: string): string {
  return `qcs::cos:${EMULATED_BUCKET.region}:uid/${TEST_ACCOUNT.appId}:${EMULATED_BUCKET.name}/${key}`;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** The XML's Code; empty if there is none. */
  readonly code: string;
  /** The XML's Message; empty if there is none. */
  readonly message: string;
}

export interface Sent {
  readonly method: string;
  /** As sent over the wire, with its query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Buffer;
}

export interface TestCos {
  readonly port: number;
  readonly host: string;
  readonly store: ObjectStore;
  readonly buckets: Buckets;
  readonly directory: string;
  readonly credentials: CredentialStore;
  readonly log: string[];
  /** Moves the clock to this many seconds after {@link START_SECONDS}. */
  advance(seconds: number): void;
  send(sent: Sent): Promise<Answer>;
  /** A temporary key with a policy of one statement. */
  issue(action: string, key: string, condition?: object, seconds?: number): TemporaryCredential;
}

/** Starts a bucket on a free port, in its own folder; both are removed after the test. */
export async function startCos(
  overrides: Partial<CosHandlerOptions & Pick<OpenBucket, "store" | "settings">> = {},
): Promise<TestCos> {
  const directory = await mkdtemp(join(tmpdir(), "cos-"));
  const { store = await ObjectStore.open(directory), settings = BucketSettings.inMemory() } = overrides;
  const first = { bucket: EMULATED_BUCKET, store, settings, created: START_SECONDS * 1000 };
  const { buckets = await Buckets.open(first, join(directory, "buckets")) } = overrides;
  const credentials = new CredentialStore();
  const log: string[] = [];
  let now = START_SECONDS;
  const handler = createCosHandler({
    account: TEST_ACCOUNT,
    buckets,
    credentials,
    clock: () => now * 1000,
    log: (line) => log.push(line),
    ...overrides,
  });
  const { port, close } = await listen(handler);
  onTestFinished(async () => {
    await close();
    await rm(directory, { recursive: true, force: true });
  });
  return {
    port,
    host: `127.0.0.1:${port}`,
    store,
    buckets,
    directory,
    credentials,
    log,
    advance: (seconds) => {
      now = START_SECONDS + seconds;
    },
    send: (sent) => send(port, sent),
    issue: (action, key, condition, seconds = 1800) =>
      credentials.issue(
        [
          parsePolicy(
            JSON.stringify({
              version: "2.0",
              statement: [{ effect: "allow", action: [action], resource: [resource(key)], condition }],
            }),
          ),
        ],
        seconds,
        START_SECONDS,
      ),
  };
}

async function listen(handler: RequestListener): Promise<{ port: number; close(): Promise<void> }> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: portOf(server.address()),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

function send(port: number, sent: Sent): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = Object.fromEntries(
      Object.entries(sent.headers ?? {}).map(([name, value]) => [
        name,
        typeof value === "string" ? value : [...value],
      ]),
    );
    const { body } = sent;
    if (body !== undefined && !("transfer-encoding" in headers)) {
      headers["content-length"] ??= String(Buffer.byteLength(body));
    }
    headers["host"] ??= `127.0.0.1:${port}`;
    const outgoing = request(
      {
        port,
        host: "127.0.0.1",
        method: sent.method,
        path: sent.path,
        headers,
        agent: false,
        setHost: false,
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
        incoming.on("error", reject);
        incoming.on("end", () => {
          const all = Buffer.concat(chunks);
          const text = all.toString("utf8");
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            body: all,
            code: /<Code>(.*?)<\/Code>/s.exec(text)?.[1] ?? "",
            message: /<Message>(.*?)<\/Message>/s.exec(text)?.[1] ?? "",
          });
        });
      },
    );
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

export interface ToSign {
  readonly method: "GET" | "PUT" | "POST" | "HEAD" | "DELETE";
  /** Without the leading slash, not encoded. */
  readonly key: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly credential?: TemporaryCredential;
  readonly keyTime?: string;
  readonly secretId?: string;
  readonly secretKey?: string;
}

/** An Authorization made by the official SDK, with which the emulator shares no code. */
export function authorization(options: ToSign): string {
  const { credential } = options;
  return cosUtil.getAuth({
    SecretId: options.secretId ?? credential?.tmpSecretId ?? TEST_ACCOUNT.secretId,
    SecretKey: options.secretKey ?? credential?.tmpSecretKey ?? TEST_ACCOUNT.secretKey,
    Method: options.method,
    Key: options.key,
    Query: options.query ?? {},
    Headers: options.headers ?? {},
    KeyTime: options.keyTime ?? KEY_TIME,
  });
}

/** The headers of a signed request: the `signed` ones, the Authorization over them, and the session token. */
export function signedHeaders(options: ToSign): Record<string, string> {
  return {
    ...options.headers,
    authorization: authorization(options),
    ...(options.credential === undefined ? {} : { "x-cos-security-token": options.credential.token }),
  };
}

/** A key as it appears in a URL. */
export function urlPath(key: string): string {
  return `/${key.split("/").map(encodeURIComponent).join("/")}`;
}
