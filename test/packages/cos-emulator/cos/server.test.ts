import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { request as httpRequest, type RequestListener } from "node:http";
import { request as httpsRequest } from "node:https";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import { beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { parsePolicy } from "../../../../packages/cos-emulator/src/cam/parse-policy.ts";
import { EMULATED_BUCKET } from "../../../../packages/cos-emulator/src/cloud/account.ts";
import {
  type CosHandlerOptions,
  createCosHandler,
} from "../../../../packages/cos-emulator/src/cos/handler.ts";
import { listenCos } from "../../../../packages/cos-emulator/src/cos/server.ts";
import { BucketSettings } from "../../../../packages/cos-emulator/src/cos/store/bucket-settings.ts";
import { Buckets } from "../../../../packages/cos-emulator/src/cos/store/buckets.ts";
import { ObjectStore } from "../../../../packages/cos-emulator/src/cos/store/object-store.ts";
import { CredentialStore } from "../../../../packages/cos-emulator/src/sts/credential-store.ts";
import { openCertificateAuthority } from "../../../../packages/cos-emulator/src/tls/certificate-authority.ts";
import { issueServerCertificate } from "../../../../packages/cos-emulator/src/tls/server-certificate.ts";
import { TEST_ACCOUNT } from "../../../support/account.ts";
import { resource, START_SECONDS, signedHeaders } from "./support.ts";

const clock = () => START_SECONDS * 1000;
let tls: { key: string; cert: string };
let ca: string;

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), "cos-ca-"));
  const authority = await openCertificateAuthority(folder, Date.now);
  ca = authority.certificatePem;
  tls = await issueServerCertificate(authority, ["127.0.0.1"], Date.now);
  await rm(folder, { recursive: true });
});

async function start(overrides: Partial<CosHandlerOptions> = {}) {
  const directory = await mkdtemp(join(tmpdir(), "cos-"));
  const credentials = new CredentialStore();
  const store = await ObjectStore.open(directory);
  const handler = createCosHandler({
    account: TEST_ACCOUNT,
    buckets: Buckets.only({
      bucket: EMULATED_BUCKET,
      store,
      settings: BucketSettings.inMemory(),
      created: clock(),
    }),
    credentials,
    clock,
    log: () => undefined,
    ...overrides,
  });
  const listener = await listenCos(handler, { port: 0, host: "127.0.0.1", tls });
  onTestFinished(async () => {
    await listener.close();
    await rm(directory, { recursive: true, force: true });
  });
  return { ...listener, credentials, store };
}

function put(scheme: "http" | "https", port: number, headers: Record<string, string>): Promise<number> {
  const request = scheme === "http" ? httpRequest : httpsRequest;
  return new Promise((resolve, reject) => {
    const options = { host: "127.0.0.1", port, method: "PUT", path: "/a", headers, ca, agent: false };
    const outgoing = request(options, (incoming) => {
      incoming.resume().on("end", () => resolve(incoming.statusCode ?? 0));
    });
    outgoing.on("error", reject);
    outgoing.end("bytes");
  });
}

describe("one port", () => {
  test("answers http and https", async () => {
    const cos = await start();
    const headers = signedHeaders({ method: "PUT", key: "a", headers: { host: `127.0.0.1:${cos.port}` } });
    expect(await put("http", cos.port, headers)).toBe(200);
    expect(await put("https", cos.port, headers)).toBe(200);
  });

  const onlyWith = (cos: Awaited<ReturnType<typeof start>>, condition: object) => {
    const statement = [{ effect: "allow", action: "name/cos:PutObject", resource: resource("a"), condition }];
    const policy = parsePolicy(JSON.stringify({ version: "2.0", statement }));
    const credential = cos.credentials.issue([policy], 1800, START_SECONDS);
    const host = `127.0.0.1:${cos.port}`;
    return signedHeaders({ method: "PUT", key: "a", headers: { host }, credential });
  };

  test("sets cos:tls-version by the connection", async () => {
    const cos = await start();
    const headers = onlyWith(cos, { numeric_greater_than_equal: { "cos:tls-version": "1.2" } });
    expect(await put("http", cos.port, headers)).toBe(403);
    expect(await put("https", cos.port, headers)).toBe(200);
  });

  test("sets cos:secure-transport by the connection, with strictTransport", async () => {
    const cos = await start({ strictTransport: true });
    const headers = onlyWith(cos, { bool_equal: { "cos:secure-transport": "true" } });
    expect(await put("http", cos.port, headers)).toBe(403);
    expect(await put("http", cos.port, { ...headers, "x-forwarded-proto": "https" })).toBe(403);
    expect(await put("https", cos.port, headers)).toBe(200);
  });

  test("otherwise treats plain HTTP on loopback as secure, as browsers do", async () => {
    const cos = await start();
    const headers = onlyWith(cos, { bool_equal: { "cos:secure-transport": "true" } });
    expect(await put("http", cos.port, headers)).toBe(200);
    expect(await put("https", cos.port, headers)).toBe(200);
  });
});

test("a taken port is an error that names it", async () => {
  const cos = await start();
  await expect(listenCos(() => undefined, { port: cos.port, host: "127.0.0.1", tls })).rejects.toThrow(
    `COS cannot listen on 127.0.0.1:${cos.port}: the port is taken`,
  );
});

test("close ends open connections", async () => {
  const cos = await start();
  const socket = connect(cos.port, "127.0.0.1");
  await new Promise((resolve) => socket.once("connect", resolve));
  const closed = new Promise((resolve) => socket.once("close", resolve));
  socket.on("error", () => undefined);
  socket.write("PUT /a HTTP/1.1\r\n");
  await cos.close();
  await expect(closed).resolves.toBeDefined();
});

describe("the time limit for the head of a request", () => {
  const HEAD_MS = 60_000;
  const HALF = "PUT /a HTTP/1.1\r\nhost: x\r\n";

  /** A listener that answers once the body has arrived, and whose clock a test moves forward. */
  async function startWaiting() {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    const heads: string[] = [];
    const handler: RequestListener = (request, response) => {
      heads.push(request.method ?? "");
      request.resume().on("end", () => response.end("done"));
    };
    const options = { port: 0, host: "127.0.0.1", tls, headTimeoutMs: HEAD_MS };
    const { port, close } = await listenCos(handler, options);
    onTestFinished(close);
    return { port, heads };
  }

  /** What the server sends until the connection ends, however long that takes by the fake clock. */
  async function told(socket: Socket, sent: string): Promise<string> {
    let text = "";
    socket
      .on("error", () => undefined)
      .on("data", (chunk) => {
        text += chunk;
      });
    socket.write(sent);
    while (!socket.closed) {
      vi.advanceTimersByTime(HEAD_MS / 4);
      await new Promise((resolve) => setImmediate(resolve));
    }
    return text;
  }

  test.each([
    ["sends nothing", ""],
    ["sends half a head", HALF],
    ["sends half of a second head", `GET / HTTP/1.1\r\nhost: x\r\n\r\n${HALF}`],
  ])("attack: ends a connection that %s", async (_, sent) => {
    const { port } = await startWaiting();
    const text = await told(connect(port, "127.0.0.1"), sent);
    expect(text).toMatch(/HTTP\/1\.1 408 Request Timeout\r\nConnection: close\r\n\r\n$/);
  });

  test("attack: ends a connection that stalls in the TLS handshake or after it", async () => {
    const { port, heads } = await startWaiting();
    await told(connect(port, "127.0.0.1"), "\x16");
    const encrypted = connectTls({ port, host: "127.0.0.1", ca });
    await once(encrypted, "secureConnect");
    expect(await told(encrypted, HALF)).toContain("408 Request Timeout");
    expect(heads).toEqual([]);
  });

  test.each([
    ["HTTP", (port: number) => connect(port, "127.0.0.1")],
    ["HTTPS", (port: number) => connectTls({ port, host: "127.0.0.1", ca })],
  ] as const)("does not apply to the body, nor to the time between requests, over %s", async (_, open) => {
    const { port, heads } = await startWaiting();
    const socket: Socket = open(port);
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk;
    });
    for (const count of [1, 2]) {
      socket.write("PUT /a HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\na");
      await expect.poll(() => heads).toHaveLength(count);
      vi.advanceTimersByTime(10 * HEAD_MS);
      socket.write("b");
      await expect.poll(() => text.match(/done/g)).toHaveLength(count);
      vi.advanceTimersByTime(HEAD_MS / 2);
    }
    socket.destroy();
  });
});
