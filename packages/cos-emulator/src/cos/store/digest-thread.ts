import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { is, number, object, string, union } from "valibot";
import { inDecimal } from "./crc64.ts";

/** Plain JavaScript, so it runs without a TypeScript loader. In the package, too, it is beside this module. */
const WORKER = fileURLToPath(new URL("./digest-worker.mjs", import.meta.url));

/** The thread is notified of at least this much: what it reads in a millisecond or two. */
const STEP_BYTES = 1024 * 1024;

/** The digests of some bytes. */
export interface Digests {
  /** Lower-case hex. */
  readonly md5: string;
  /** In decimal. */
  readonly crc64: string;
}

/** A file that is being written. */
export interface FollowedFile {
  /** Says how many bytes of it can be read now, from its beginning. */
  written(bytes: number): void;
  /** The digests of its first `bytes` bytes, which must all be readable. */
  digests(bytes: number): Promise<Digests>;
  /** Stops following it; the file may be deleted. */
  drop(): void;
}

interface Waiting {
  resolve(digests: Digests): void;
  reject(error: Error): void;
}

/** What digest-worker.mjs sends. */
const Answer = union([
  object({ id: number(), md5: string(), crc64: string() }),
  object({ id: number(), failed: string() }),
]);

/**
 * Computes the digests of files in a thread of its own, while another one receives and writes them. The thread starts
 * with the first file, and keeps the process alive only while somebody waits for it.
 */
export class DigestThread {
  #worker: Worker | undefined;
  #count = 0;
  #closed = false;
  readonly #waiting = new Map<number, Waiting>();

  /** @param path a file that exists and is still growing */
  follow(path: string): FollowedFile {
    this.#count += 1;
    const id = this.#count;
    let notified = 0;
    return {
      written: (bytes) => {
        if (this.#closed || bytes - notified < STEP_BYTES) return;
        notified = bytes;
        this.#running().postMessage({ id, path, written: bytes });
      },
      digests: (bytes) =>
        new Promise((resolve, reject) => {
          if (this.#closed) throw new Error("the thread was ended");
          this.#waiting.set(id, { resolve, reject });
          const worker = this.#running();
          worker.ref();
          worker.postMessage({ id, path, written: bytes, isWhole: true });
        }),
      drop: () => this.#worker?.postMessage({ id, isDropped: true }),
    };
  }

  /** Ends the thread for good, if it was started. Anything that is still awaited fails. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#worker?.terminate();
  }

  #running(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    // Without this process's options: a TypeScript loader takes longer to start than everything else.
    const worker = new Worker(WORKER, { execArgv: [] });
    const ended = (error: Error) => {
      if (this.#worker !== worker) return;
      this.#worker = undefined;
      for (const { reject } of this.#waiting.values()) reject(error);
      this.#waiting.clear();
    };
    worker.unref();
    worker.on("message", (message: unknown) => this.#answered(message));
    worker.on("error", (error) => ended(error instanceof Error ? error : new Error(String(error))));
    worker.on("exit", () => ended(new Error("the thread was ended")));
    this.#worker = worker;
    return worker;
  }

  #answered(message: unknown): void {
    if (!is(Answer, message)) return;
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (this.#waiting.size === 0) this.#worker?.unref();
    if ("failed" in message) waiting?.reject(new Error(message.failed));
    else waiting?.resolve({ md5: message.md5, crc64: inDecimal(message.crc64) });
  }
}
