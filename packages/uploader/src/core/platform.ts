/** The callbacks of a request. The platform calls one of them, once. */
export interface Told<T> {
  readonly success: (result: T) => void;
  /** Receives whatever the platform says about the failure; {@link Platform.meaningOf} interprets it. */
  readonly fail: (error: unknown) => void;
}

export interface PlatformAnswer {
  readonly statusCode: unknown;
  /** The body: a string, or parsed JSON. */
  readonly data: unknown;
  readonly header?: unknown;
}

/** Receives the fraction of a request that has been sent, 0 to 1. */
export type OnSent = (fraction: number) => void;

/** One HTTP request. */
export interface Sending {
  readonly method: "GET" | "POST" | "PUT";
  readonly url: string;
  readonly header: Record<string, string>;
  readonly timeout: number;
}

/** A part of a file, in bytes. */
export interface Range {
  readonly position: number;
  readonly length: number;
}

/** What the platform knows about a file. */
export interface FileInfo {
  /** In bytes; undefined if the platform cannot tell. */
  readonly size?: number | undefined;
  /** MD5 in hex; undefined if it was not computed. */
  readonly digest?: string | undefined;
  /** The extension of a file whose name has none, if the platform knows the file's type. */
  readonly ext?: string | undefined;
}

/** Why something failed, as the fields of an {@link UploadError}. */
export interface Meaning {
  readonly code: PlatformCode;
  readonly message: string;
  /** The platform's own number for the failure, if it has one. */
  readonly errno?: number | undefined;
}

/** Why something failed, other than by a refusal. */
export type PlatformCode =
  | "Timeout"
  | "NetworkError"
  | "Interrupted"
  | "TooManyTasks"
  | "PlatformError"
  | "FileUnreadable"
  | "FileTooLarge"
  | "OutOfMemory"
  | "PermissionDenied"
  | "TokenUnavailable"
  | "DomainNotAllowed"
  | "InvalidUrl"
  | "InvalidRequest"
  | "SecureConnectionFailed"
  | "NotSupported"
  | "Unexpected";

/** A platform's access to files and storage on the phone or in the browser. */
export interface Local<F> {
  /** Reads the whole file, or a part of it, for `request`; undefined if the platform cannot read files. */
  read(file: F, range?: Range): ((told: Told<unknown>) => void) | undefined;
  /** Like `info`, with the digest if the platform computes one. */
  digest(file: F, told: Told<FileInfo>): void;
  /** Distinguishes files of the same size where the platform has no digest; it stays the same after a restart. */
  fingerprint?(file: F): string | undefined;
  /** What was stored under a name, which stays after the app is closed. May throw. */
  stored(name: string): unknown;
  /** May throw. */
  store(name: string, value: string): void;
}

/**
 * Everything that the client needs from the platform. `F` is the platform's type for files: a path, or a `File`.
 *
 * Methods other than `meaningOf` may throw. They may return a task; to stop it, the client calls its `abort`, if it has one.
 */
export interface Platform<F> {
  /** Sends a string, or bytes from `read`. The answer is a string or parsed JSON. */
  request(
    sending: Sending,
    body: string | object | undefined,
    told: Told<PlatformAnswer>,
    onSent: OnSent,
  ): unknown;
  /** Sends a form: the fields in order, then the file under the name `file`. */
  upload(
    sending: Sending,
    file: F,
    fields: Record<string, string>,
    told: Told<PlatformAnswer>,
    onSent: OnSent,
  ): unknown;
  info(file: F, told: Told<FileInfo>): void;
  /** A name that ends in the file's extension, if it has one. */
  nameOf(file: F): string;
  meaningOf(fail: unknown, otherwise: PlatformCode): Meaning;
  /** For the entry points that read files or store something. */
  readonly local?: Local<F>;
  /** Used if there is no `local`: the API of WeChat, or of a platform that copies it. */
  readonly api?: () => unknown;
}
