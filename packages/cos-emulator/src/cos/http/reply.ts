import type { Readable } from "node:stream";

/** What an operation answers; the handler adds the headers that every answer has. */
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Readable;
  /** Bytes of object data that were received or sent, for the log. */
  readonly bytes?: number;
  /** How it changed objects, for COS triggers. @default not at all */
  readonly changes?: readonly ObjectChange[];
}

/** An object that was created or removed. */
export interface ObjectChange {
  /** Such as `cos:ObjectCreated:Put`. */
  readonly event: `cos:Object${string}`;
  readonly key: string;
  /** Bytes; absent for one that was removed. */
  readonly size?: number;
  /** Absent where the bucket never had versioning. */
  readonly versionId?: string;
  readonly contentType?: string;
  /** The headers that are stored with it; names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** When it happens, if that is later and without a request of its own. @default it has happened */
  readonly later?: Later;
}

export interface Later {
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  /** Called at that time: whether it still happens. */
  holds(): boolean;
}
