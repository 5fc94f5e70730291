/** The emulated cloud's clock: milliseconds since the Unix epoch. One is shared by STS and COS. */
export type Clock = () => number;

/** Whole seconds since the Unix epoch, the unit of every time in STS answers and COS signatures. */
export function unixSeconds(clock: Clock): number {
  return Math.floor(clock() / 1000);
}
