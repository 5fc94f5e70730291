import type { Rule, Rules } from "./rule.ts";

/**
 * Prefixes that are this project's own: no rule may name them, and no caller may read what is under them.
 */
export const PLACES = {
  /** What is known about uploads, in small objects beside them. */
  life: "life",
  /** Files that were rejected and kept, each under its whole key. */
  rejected: "rejected",
  /** Files that wait for a check before they get their key, each under its whole key. */
  pending: "pending",
} as const;

/** The longest key that gets records, in bytes: of COS's 850, the records' own keys need some in addition. */
export const MAX_KEY_BYTES = 800;

/** Where a file is uploaded to whose rule has `check: "before"`. */
export function pendingKey(key: string): string {
  return `${PLACES.pending}/${key}`;
}

/** The final key of a file: for one that waits for its check, the key that it will get. */
export function finalKey(key: string): string {
  return isPending(key) ? key.slice(PLACES.pending.length + 1) : key;
}

/** The key that a file has, or would have, by the key of its object in any of its places. */
export function keyOfPlace(key: string): string {
  const rejected = `${PLACES.rejected}/`;
  return key.startsWith(rejected) ? key.slice(rejected.length) : finalKey(key);
}

/** Whether a file of this key waits for its check. */
export function isPending(key: string): boolean {
  return key.startsWith(`${PLACES.pending}/`);
}

/** Under it are the markers of all keys that begin with `prefix`, such as a user's own. */
export function markersPrefix(prefix: string): string {
  return `${PLACES.life}/state/${prefix}`;
}

/**
 * The records of uploads to a key, in two objects, so that a check that begins late cannot undo its end:
 * `began` has `checking`, and `ended` has `accepted` or `rejected`.
 */
export const PHASES = ["began", "ended"] as const;
export type Phase = (typeof PHASES)[number];

/** Where a key's marker of a phase is. */
export function markerPlace(key: string, phase: Phase): string {
  return `${markersPrefix(key)}/${phase}`;
}

/**
 * Where a user's openid is stored.
 *
 * @param user the user's part of object keys
 */
export function userPlace(user: string): string {
  return `${PLACES.life}/users/${user}`;
}

/** Where an upload's object may be: where it waits first, since what is there is the latest. */
export function placesOf(key: string, { all }: Rules): string[] {
  const mayWait = all.some(({ prefix, check }) => check === "before" && key.startsWith(`${prefix}/`));
  return mayWait ? [pendingKey(key), key] : [key];
}

/** Whether a rule's prefix, or a key, lies in one of the {@link PLACES}. */
export function isOwnPlace(path: string): boolean {
  const [first = ""] = path.split("/", 1);
  return Object.values<string>(PLACES).includes(first);
}

/** Both places of a rule's files: those that wait for a check are looked up where they wait. */
function pendingOr(prefix: string, check: Rule["check"]): string[] {
  return check === "before" ? [prefix, `${PLACES.pending}/`] : [prefix];
}

/** The key prefixes that a trigger must have to be called once for every upload, such as `uploads/`. */
export function triggerPrefixes({ all }: Rules): string[] {
  const places = all.map(({ prefix, check }) => pendingOr(`${prefix}/`, check));
  const prefixes = [...new Set(places.flat())];
  return prefixes.filter((inner) => !prefixes.some((outer) => outer !== inner && inner.startsWith(outer)));
}
