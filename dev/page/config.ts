/** What the server tells its page. Both sides import this file, so it must run in both. */
export interface PageConfig {
  /** The functions' names, which are also their paths. */
  readonly functions: readonly string[];
  /** Whether the signing functions require a token from `/login`. */
  readonly needsLogin: boolean;
  readonly bucket: string;
  readonly region: string;
  /** The host that the functions sign for. */
  readonly cosHost: string;
  /** Whether COS treats plain HTTP on loopback differently from HTTPS. */
  readonly strictTransport: boolean;
  /** The page's address for phones in the same network; undefined when only this machine can open it. */
  readonly networkUrl: string | undefined;
  /** The faults that can be set, each as `<service>=<fault>`. */
  readonly faults: readonly string[];
}

/** One stored object, as the page lists it. */
export interface ListedObject {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  readonly contentType: string;
  /** Milliseconds since the Unix epoch. */
  readonly lastModified: number;
  /** Whether it is one of the functions' own files, about uploads or kept from everyone; `object-url` does not sign these. */
  readonly isOwn: boolean;
}

export interface ObjectList {
  /** The newest first; the functions' own files come last. */
  readonly objects: readonly ListedObject[];
  /** How many objects there are; the list may contain fewer. */
  readonly total: number;
  /** The emulator's clock: milliseconds since the Unix epoch. */
  readonly now: number;
}

/** What the service has done with a file so far. */
export interface UploadState {
  readonly state: "stored" | "checking" | "accepted" | "rejected";
  /** Why it was rejected: a code, such as `WrongContent`. */
  readonly reason: string | undefined;
}

/** The emulator's clock. */
export interface ClockAnswer {
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  /** Milliseconds ahead of this machine's clock; negative when it is behind. */
  readonly ahead: number;
}

/** What a temporary key may do. */
export interface SessionPolicyAnswer {
  readonly policy: unknown;
  /** Unix seconds. */
  readonly expiredTime: number;
}

/** What was really sent to COS for the page, in the header {@link SENT_HEADER}. */
export interface SentHead {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Carries a {@link SentHead} as percent-encoded JSON. */
export const SENT_HEADER = "x-emulator-sent";

/** The path under which the page calls the emulator itself. No function's name has an underscore. */
export const CONTROL = "/_emulator";
