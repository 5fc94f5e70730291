/** What the server tells its page. Both sides import these types, so this file must run anywhere. */
export interface PageConfig {
  /** Names, each also a path. */
  readonly functions: readonly string[];
  /** Whether the signing functions want a token of `/login`. */
  readonly needsLogin: boolean;
  readonly bucket: string;
  readonly region: string;
  /** The host that the functions sign for. */
  readonly cosHost: string;
  /** Whether COS tells plain HTTP on loopback from HTTPS. */
  readonly strictTransport: boolean;
  /** Where phones in the same network find this page; undefined while it is for this machine only. */
  readonly networkUrl: string | undefined;
  /** What can be made to fail, `<service>=<fault>`. */
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
  /** Whether it is what the functions wrote about uploads, or keep from everybody: `object-url` signs none of these. */
  readonly isOwn: boolean;
}

export interface ObjectList {
  /** Newest first, and what is the functions' own behind all else. */
  readonly objects: readonly ListedObject[];
  /** How many there are; the list may hold fewer. */
  readonly total: number;
  /** The emulator's clock: milliseconds since the Unix epoch. */
  readonly now: number;
}

/** How far the service has come with a file. */
export interface UploadState {
  readonly state: "stored" | "checking" | "accepted" | "rejected";
  /** Why it was rejected: a code, such as `WrongContent`. */
  readonly reason: string | undefined;
}

/** The emulator's clock. */
export interface ClockAnswer {
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  /** Of this machine's clock, in milliseconds; negative when it is behind. */
  readonly ahead: number;
}

/** What a temporary key may do. */
export interface SessionPolicyAnswer {
  /** Null for a key that nothing but its owner limits. */
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

/** Everything that the page asks of the emulator itself is under this path; no function's name has an underscore. */
export const CONTROL = "/_emulator";
