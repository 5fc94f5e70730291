import { type FileHandle, open } from "node:fs/promises";
import { type ClientRequest, request } from "node:http";
import { Agent, request as secureRequest } from "node:https";

/** What goes wrong with parts. Each number N means that it happens to the first try of one part in N. */
export interface Trouble {
  /** The connection is cut half-way. */
  readonly cut: number;
  /** Storage answers that it is busy. */
  readonly refused: number;
  /** The part takes `slowMs` longer. */
  readonly slow: number;
  readonly slowMs: number;
}

interface Told<T> {
  success(result: T): void;
  fail(error: unknown): void;
}

interface Sending {
  readonly method: string;
  readonly url: string;
  readonly header: Readonly<Record<string, string>>;
}

/** What happened. */
export interface Seen {
  /** How many parts were sent completely. */
  parts: number;
  /** With how many parts something went wrong. */
  troubled: number;
  /** The most bytes of parts that were in memory at once, read and not yet answered. */
  mostBytes: number;
  /** How long COS took to join the parts. */
  joinSeconds: number;
}

/** A platform for the client's core on Node.js, with paths, ranges of files, and storage that outlives the app. */
export class Phone {
  readonly seen: Seen = { parts: 0, troubled: 0, mostBytes: 0, joinSeconds: 0 };
  readonly #agent: Agent;
  readonly #tried = new Set<string>();
  readonly #open = new Set<ClientRequest>();
  readonly #trouble: Trouble | undefined;
  readonly #sizes: ReadonlyMap<string, number>;
  readonly #stored: Map<string, string>;
  readonly #files = new Map<string, Promise<FileHandle>>();
  #held = 0;
  #isDead = false;

  /** @param sizes the sizes of the phone's files, in bytes */
  constructor(
    ca: Buffer,
    sizes: ReadonlyMap<string, number>,
    stored: Map<string, string>,
    trouble: Trouble | undefined,
  ) {
    this.#agent = new Agent({ keepAlive: true, ca });
    this.#sizes = sizes;
    this.#trouble = trouble;
    this.#stored = stored;
  }

  /** Closes the app: all requests end, and no callback is called. */
  async kill(): Promise<void> {
    this.#isDead = true;
    for (const sent of this.#open) sent.destroy();
    this.#agent.destroy();
    for (const file of this.#files.values()) await (await file).close();
  }

  nameOf = (path: string) => path;
  meaningOf = (error: unknown, otherwise: string) => ({ code: otherwise, message: String(error) });
  info = (path: string, told: Told<object>) =>
    this.#tell(() => told.success({ size: this.#sizes.get(path) }));

  #readPart = (path: string, range?: { readonly position: number; readonly length: number }) => {
    return (told: Told<ArrayBuffer>) => {
      const { position = 0, length = this.#sizes.get(path) ?? 0 } = range ?? {};
      this.#read(path, position, length).then(
        (bytes) => this.#tell(() => told.success(bytes)),
        (error: unknown) => this.#tell(() => told.fail(error)),
      );
    };
  };

  local = {
    read: this.#readPart,
    digest: this.info,
    fingerprint: (path: string) => path,
    stored: (name: string) => this.#stored.get(name),
    store: (name: string, value: string) => void this.#stored.set(name, value),
  };

  request = (sending: Sending, body: unknown, told: Told<object>, onSent: (fraction: number) => void) => {
    const bytes = body instanceof ArrayBuffer ? Buffer.from(body) : Buffer.from(String(body ?? ""));
    if (sending.url.endsWith("/multipart/complete"))
      return this.#send(sending, bytes, this.#timed(told), onSent);
    if (!(body instanceof ArrayBuffer)) return this.#send(sending, bytes, told, onSent);
    this.#held += bytes.length;
    this.seen.mostBytes = Math.max(this.seen.mostBytes, this.#held);
    const free = <T>(tell: (value: T) => void) => {
      return (value: T) => {
        this.#held -= bytes.length;
        tell(value);
      };
    };
    return this.#sendPart(sending, bytes, { success: free(told.success), fail: free(told.fail) }, onSent);
  };

  #timed(told: Told<object>): Told<object> {
    const startedAt = performance.now();
    const success = (answer: object) => {
      this.seen.joinSeconds = (performance.now() - startedAt) / 1000;
      told.success(answer);
    };
    return { success, fail: told.fail };
  }

  #sendPart(sending: Sending, bytes: Buffer, told: Told<object>, onSent: (fraction: number) => void): object {
    const number = Number(new URL(sending.url).searchParams.get("partNumber"));
    const isFirst = !this.#tried.has(sending.url);
    this.#tried.add(sending.url);
    const { cut, refused, slow, slowMs } = this.#trouble ?? { cut: 0, refused: 0, slow: 0, slowMs: 0 };
    const hits = (oneIn: number) => isFirst && oneIn > 0 && number % oneIn === oneIn - 1;
    if (hits(refused)) {
      this.seen.troubled += 1;
      const data = "<Error><Code>SlowDown</Code><Message>Busy.</Message></Error>";
      setImmediate(() => this.#tell(() => told.success({ statusCode: 503, data })));
      return {};
    }
    const done = {
      success: (answer: object) => {
        this.seen.parts += 1;
        told.success(answer);
      },
      fail: told.fail,
    };
    let sent: ClientRequest | undefined;
    const send = () => {
      if (!this.#isDead)
        sent = this.#send(sending, bytes, done, onSent, hits(cut) ? bytes.length / 2 : undefined);
    };
    if (hits(slow)) {
      this.seen.troubled += 1;
      setTimeout(send, slowMs);
    } else send();
    return { abort: () => void sent?.destroy() };
  }

  /** @param cutAfter the number of bytes after which the connection is cut */
  #send(
    { method, url, header }: Sending,
    bytes: Buffer,
    told: Told<object>,
    onSent: (fraction: number) => void,
    cutAfter?: number,
  ): ClientRequest {
    const isSecure = url.startsWith("https:");
    const headers = bytes.length > 0 ? { ...header, "content-length": String(bytes.length) } : header;
    const sent = isSecure
      ? secureRequest(url, { method, headers, agent: this.#agent })
      : request(url, { method, headers });
    this.#open.add(sent);
    sent.on("close", () => this.#open.delete(sent));
    sent.on("error", (error) => this.#tell(() => told.fail(error)));
    sent.on("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", (error) => this.#tell(() => told.fail(error)));
      response.on("end", () => {
        const { statusCode, headers: header } = response;
        this.#tell(() => told.success({ statusCode, header, data: Buffer.concat(chunks).toString("utf8") }));
      });
    });
    if (cutAfter === undefined) sent.end(bytes, () => this.#tell(() => onSent(1)));
    else {
      this.seen.troubled += 1;
      sent.write(bytes.subarray(0, cutAfter), () => sent.destroy(new Error("cut")));
    }
    return sent;
  }

  async #read(path: string, position: number, length: number): Promise<ArrayBuffer> {
    const file = this.#files.get(path) ?? open(path);
    this.#files.set(path, file);
    const bytes = new Uint8Array(length);
    const { bytesRead } = await (await file).read(bytes, 0, length, position);
    return bytes.buffer.slice(0, bytesRead);
  }

  #tell(tell: () => void): void {
    if (!this.#isDead) tell();
  }
}
