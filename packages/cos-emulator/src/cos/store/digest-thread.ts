import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { is, number, object, string, union } from "valibot";
import { inDecimal } from "./crc64.ts";

/** Runs as it is, whatever reads TypeScript here: it lies beside this module in the package, too. */
const WORKER = fileURLToPath(new URL("./digest-worker.mjs", import.meta.url));

/** How much more must be there before the thread is notified: what it reads in a millisecond or two. */
const STEP_BYTES = 1024 * 1024;

/** What bytes were. */
export interface Digests {
  /** Lower-case hex. */
  readonly md5: string;
  /** In decimal. */
  readonly crc64: string;
}

/** A file that is being written. */
export interface FollowedFile {
  /** So many bytes of it can be read now, from its beginning. */
  written(bytes: number): void;
  /** What its first `bytes` bytes were, all of which can be read. */
  digests(bytes: number): Promise<Digests>;
  /** Nobody wants to know any more; the file may go. */
  drop(): void;
}

interface Waiting {
  resolve(digests: Digests): void;
  reject(error: Error): void;
}

/** What digest-worker.mjs says. */
const Said = union([
  object({ id: number(), md5: string(), crc64: string() }),
  object({ id: number(), failed: string() }),
]);

/**
 * Works out what files consist of in a thread of its own, beside the one that receives and writes them. The thread is
 * started with the first file, and keeps the process alive only while somebody waits for it.
 */
export class DigestThread {
  #worker: Worker | undefined;
  #count = 0;
  #closed = false;
  readonly #waiting = new Map<number, Waiting>();

  /** @param path of a file that is there already, and has grown or will */
  follow(path: string): FollowedFile {
    this.#count += 1;
    const id = this.#count;
    let told = 0;
    return {
      written: (bytes) => {
        if (this.#closed || bytes - told < STEP_BYTES) return;
        told = bytes;
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

  /** Ends the thread for good, if it was started; what somebody still waits for fails. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#worker?.terminate();
  }

  #running(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    // Without the options of this process: a loader of TypeScript takes longer to start than all of the rest.
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
    if (!is(Said, message)) return;
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (this.#waiting.size === 0) this.#worker?.unref();
    if ("failed" in message) waiting?.reject(new Error(message.failed));
    else waiting?.resolve({ md5: message.md5, crc64: inDecimal(message.crc64) });
  }
}
