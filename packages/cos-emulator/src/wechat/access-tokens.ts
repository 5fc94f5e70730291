import { randomBytes } from "node:crypto";
import { type Clock, unixSeconds } from "../cloud/clock.ts";
import { WeixinError } from "./weixin-error.ts";

/** The lifetime of an access_token (https://developers.weixin.qq.com/doc/service/api/base/api_getstableaccesstoken.html). */
const LIFE_SECONDS = 7200;
/** How long before its end a token is replaced by a new one. Both are valid until then. */
const OVERLAP_SECONDS = 300;
/** The limit of forced refreshes per day, and the pause after one in which another does nothing. */
const FORCED_A_DAY = 20;
const FORCED_PAUSE_SECONDS = 30;

interface AccessToken {
  readonly value: string;
  readonly expires: number;
}

/** The access_tokens of `stable_token`: asking again returns the same one, until shortly before its end. */
export class AccessTokens {
  readonly #clock: Clock;
  #current: AccessToken | undefined;
  /** The one before, which stays valid until its own end. */
  #previous: AccessToken | undefined;
  #forced: number[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * @param force replaces the last token, which is no longer valid
   * @throws {WeixinError} 45009 for the 21st forced refresh of a day
   */
  get(force: boolean): { readonly access_token: string; readonly expires_in: number } {
    const now = unixSeconds(this.#clock);
    if (force) this.#force(now);
    const left = (this.#current?.expires ?? 0) - now;
    if (this.#current === undefined || left <= OVERLAP_SECONDS) {
      this.#previous = this.#current;
      this.#current = { value: newToken(), expires: now + LIFE_SECONDS };
    }
    return { access_token: this.#current.value, expires_in: this.#current.expires - now };
  }

  #force(now: number): void {
    const day = this.#forced.filter((time) => time > now - 86_400);
    if (day.length >= FORCED_A_DAY) throw new WeixinError(45009);
    const last = day.at(-1);
    if (last !== undefined && now - last < FORCED_PAUSE_SECONDS) return;
    this.#forced = [...day, now];
    this.#current = undefined;
    this.#previous = undefined;
  }

  /** @throws {WeixinError} 41001, 40001 or 42001 for a token that is not valid */
  check(value: string | null): void {
    if (!value) throw new WeixinError(41001);
    const token = [this.#current, this.#previous].find((known) => known?.value === value);
    if (token === undefined) throw new WeixinError(40001);
    if (token.expires <= unixSeconds(this.#clock)) throw new WeixinError(42001);
  }

  clear(): void {
    this.#current = undefined;
    this.#previous = undefined;
    this.#forced = [];
  }
}

/** In the form of a real one: a number, an underscore, and letters; WeChat says to allow for 512 characters. */
function newToken(): string {
  return `${randomBytes(1).readUInt8()}_${randomBytes(99).toString("base64url")}`;
}
