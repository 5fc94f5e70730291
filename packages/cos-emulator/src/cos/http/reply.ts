import type { Readable } from "node:stream";

/** What an operation answers; the handler adds the headers that every answer has. */
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Readable;
  /** Bytes of object data that came or went, for the log. */
  readonly bytes?: number;
  /** What happened to objects by it, for COS triggers. @default nothing */
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
  /** What is kept with it, names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** When it will have happened, without a request of its own. @default it has */
  readonly later?: Later;
}

export interface Later {
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  /** Asked then: whether nothing came in between. */
  holds(): boolean;
}
