/** The emulated cloud's clock: milliseconds since the Unix epoch. One is shared by STS, COS and SCF's API. */
export type Clock = () => number;

/** Whole seconds since the Unix epoch, the unit of every time in STS answers and COS signatures. */
export function unixSeconds(clock: Clock): number {
  return Math.floor(clock() / 1000);
}

/**
 * A clock that can be moved forward and back while the emulator runs, so that tests need not wait for an
 * expiry.
 */
export interface SettableClock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /**
   * Sets it to this time, from which it continues.
   *
   * @param time a Date, or milliseconds since the Unix epoch
   * @throws {RangeError} for what is no time
   */
  set(time: Date | number): void;
  /**
   * Puts it forward, or back by a negative number.
   *
   * @throws {RangeError} for what is no number of milliseconds
   */
  advance(milliseconds: number): void;
  /** Goes back to the clock that it began with. */
  reset(): void;
}

/** @param source what it follows, at a distance */
export function settableClock(source: Clock): SettableClock {
  let ahead = 0;
  const now = () => source() + ahead;
  const put = (milliseconds: number) => {
    // Where Date ends (ECMA-262 §21.4.1.1) no answer could tell the time.
    if (Number.isNaN(new Date(milliseconds).getTime())) {
      throw new RangeError(
        `The emulator's clock cannot be set to ${milliseconds}: give milliseconds, or a Date.`,
      );
    }
    ahead = milliseconds - source();
  };
  return {
    now,
    set: (time) => put(Number(time)),
    advance: (milliseconds) => put(now() + milliseconds),
    reset: () => {
      ahead = 0;
    },
  };
}
