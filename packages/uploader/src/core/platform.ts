/** What a request is told of by its platform: one of `success` and `fail`, once. */
export interface Told<T> {
  readonly success: (result: T) => void;
  /** With whatever the platform says of it; {@link Platform.meaningOf} reads that. */
  readonly fail: (error: unknown) => void;
}

export interface PlatformAnswer {
  readonly statusCode: unknown;
  /** The body: a text, or what was parsed from one. */
  readonly data: unknown;
  readonly header?: unknown;
}

/** Hears the fraction of a request that was sent, 0 to 1. */
export type OnSent = (fraction: number) => void;

/** One HTTP request. */
export interface Sending {
  readonly method: "GET" | "POST" | "PUT";
  readonly url: string;
  readonly header: Record<string, string>;
  readonly timeout: number;
}

/** Of a file, from a byte on. */
export interface Range {
  readonly position: number;
  readonly length: number;
}

/** What the platform knows of a file; each is undefined where it cannot tell. */
export interface FileInfo {
  /** In bytes. */
  readonly size: number | undefined;
  /** MD5 in hex, when it was asked for. */
  readonly digest: string | undefined;
}

/** Why something failed, in the words of {@link UploadError}. */
export interface Meaning {
  readonly code: PlatformCode;
  readonly message: string;
  /** The platform's own number for it, where it has one. */
  readonly errno?: number;
}

/** Each code with its kind, and whether a retry can help. */
export const MEANINGS = {
  Timeout: ["timeout", true],
  NetworkError: ["network", true],
  Interrupted: ["network", true],
  TooManyTasks: ["client", true],
  PlatformError: ["client", true],
  FileUnreadable: ["client", false],
  FileTooLarge: ["client", false],
  OutOfMemory: ["client", false],
  PermissionDenied: ["client", false],
  TokenUnavailable: ["client", true],
  DomainNotAllowed: ["configuration", false],
  InvalidUrl: ["configuration", false],
  InvalidRequest: ["configuration", false],
  SecureConnectionFailed: ["configuration", false],
  NotSupported: ["configuration", false],
} as const;

export type PlatformCode = keyof typeof MEANINGS;

/**
 * All that the client needs of where it runs. `F` is what a file is there: a path, or a `File`.
 *
 * A method may give back a task, which is aborted when it has an `abort`, and may throw.
 */
export interface Platform<F> {
  /** A text or bytes, and an answer in text or JSON. */
  request(sending: Sending, body: unknown, told: Told<PlatformAnswer>, onSent: OnSent): unknown;
  /** A form: the fields in order, then the file, which is called `file`. */
  upload(
    sending: Sending,
    file: F,
    fields: Record<string, string>,
    told: Told<PlatformAnswer>,
    onSent: OnSent,
  ): unknown;
  /** Undefined where the platform cannot tell. */
  info(file: F, md5: boolean): ((told: Told<FileInfo>) => void) | undefined;
  /** The whole file, or a part of it, as `request` takes it; undefined where the platform reads no files. */
  read(file: F, range?: Range): ((told: Told<unknown>) => void) | undefined;
  /** A name that ends in the file's extension, if it has one. */
  nameOf(file: F): string;
  /** Tells a file from others of its size, where the platform has no digest; the same after a restart. */
  fingerprintOf?(file: F): string | undefined;
  meaningOf(fail: unknown, otherwise: PlatformCode): Meaning;
  /** What outlives the app; a platform may have none. Each may throw. */
  readonly storage: {
    get(name: string): unknown;
    set(name: string, value: string): void;
  };
  /** Transfers at once that the platform allows. */
  readonly transfers: number;
}
