import { createHash } from "node:crypto";
import type { Clock } from "../cloud/clock.ts";

/** How recently a user must have used the Mini Program to be named in a check. */
const RECENT_MS = 2 * 60 * 60 * 1000;

/** Who has used the Mini Program, and when. */
export class Users {
  readonly #clock: Clock;
  readonly #seen = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Records that this user logged in, and returns the openid. */
  seen(name: string): string {
    const openid = openidOf(name);
    this.#seen.set(openid, this.#clock());
    return openid;
  }

  /** Undefined for an openid that this Mini Program does not have. */
  isRecent(openid: string): boolean | undefined {
    const seen = this.#seen.get(openid);
    return seen === undefined ? undefined : this.#clock() - seen <= RECENT_MS;
  }

  clear(): void {
    this.#seen.clear();
  }
}

/** Always the same for a name, in the form of a real openid: 28 characters that begin with `o`. */
function openidOf(name: string): string {
  return `o${createHash("sha256").update(`emulated openid ${name}`).digest("base64url").slice(0, 27)}`;
}
