import type { UploadError } from "./errors";

/** What the platform calls for a request: one of `success` and `fail`, once. */
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
  readonly size?: number | undefined;
  /** MD5 in hex, where it was computed. */
  readonly digest?: string | undefined;
}

/** Why something failed, in the words of {@link UploadError}. */
export interface Meaning {
  readonly code: PlatformCode;
  readonly message: string;
  /** The platform's own number for it, where it has one. */
  readonly errno?: number | undefined;
}

/** Why something failed, where it is not by a refusal. */
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

export function kindOf(code: PlatformCode): UploadError["kind"] {
  if (code === "Timeout") return "timeout";
  if (/^(NetworkError|Interrupted)$/.test(code)) return "network";
  return /^(Domain|Invalid|Secure|NotSupp)/.test(code) ? "configuration" : "client";
}

/** Whether a retry can help. */
export function isRetryable(code: PlatformCode): boolean {
  return kindOf(code) !== "configuration" && !/^(File|OutOf|Permission|Unexp)/.test(code);
}

/** What a platform has on the phone or in the browser. */
export interface Local<F> {
  /** The whole file, or a part of it, as `request` takes it; undefined where the platform reads no files. */
  read(file: F, range?: Range): ((told: Told<unknown>) => void) | undefined;
  /** What is known of a file, with its digest where the platform computes one. */
  digest(file: F, told: Told<FileInfo>): void;
  /** Tells a file from others of its size, where the platform has no digest; the same after a restart. */
  fingerprint?(file: F): string | undefined;
  /** What was stored under a name; it outlives the app. May throw. */
  stored(name: string): unknown;
  /** May throw. */
  store(name: string, value: string): void;
}

/**
 * All that the client needs of where it runs. `F` is what a file is there: a path, or a `File`.
 *
 * A method may give back a task, which is aborted when it has an `abort`, and may throw.
 */
export interface Platform<F> {
  /** A text or bytes, as `read` gives them, and an answer in text or JSON. */
  request(
    sending: Sending,
    body: string | object | undefined,
    told: Told<PlatformAnswer>,
    onSent: OnSent,
  ): unknown;
  /** A form: the fields in order, then the file, which is called `file`. */
  upload(
    sending: Sending,
    file: F,
    fields: Record<string, string>,
    told: Told<PlatformAnswer>,
    onSent: OnSent,
  ): unknown;
  /** Tells nothing of what the platform does not know. */
  info(file: F, told: Told<FileInfo>): void;
  /** A name that ends in the file's extension, if it has one. */
  nameOf(file: F): string;
  meaningOf(fail: unknown, otherwise: PlatformCode): Meaning;
  /** For the entries that read files or store something. */
  readonly local?: Local<F>;
  /** In its place, WeChat's methods or those of a platform that copies them. */
  readonly api?: () => unknown;
}
