import type { Readable } from "node:stream";

/** What an operation answers; the handler adds the headers that every answer has. */
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Readable;
  /** Bytes of object data that came or went, for the log. */
  readonly bytes?: number;
}
