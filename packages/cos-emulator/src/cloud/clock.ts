/** The emulated cloud's clock: milliseconds since the Unix epoch. STS, COS and SCF's API share one. */
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
   * @throws {RangeError} for an invalid time
   */
  set(time: Date | number): void;
  /**
   * Moves it forward, or back by a negative number.
   *
   * @throws {RangeError} for an invalid number
   */
  advance(milliseconds: number): void;
  /** Returns to the time of the clock that it follows. */
  reset(): void;
}

/** @param source the clock that it follows, at an offset */
export function settableClock(source: Clock): SettableClock {
  let offset = 0;
  const now = () => source() + offset;
  const put = (milliseconds: number) => {
    // Beyond the range of Date (ECMA-262 §21.4.1.1), no answer could contain the time.
    if (Number.isNaN(new Date(milliseconds).getTime())) {
      throw new RangeError(
        `The emulator's clock cannot be set to ${milliseconds}: give milliseconds, or a Date.`,
      );
    }
    offset = milliseconds - source();
  };
  return {
    now,
    set: (time) => put(Number(time)),
    advance: (milliseconds) => put(now() + milliseconds),
    reset: () => {
      offset = 0;
    },
  };
}
