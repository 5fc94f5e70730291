/** How far back the speed looks. */
const WINDOW_MS = 5000;

interface Sample {
  readonly time: number;
  readonly bytes: number;
}

/** The speed of many uploads together, over the last seconds. */
export class Pace {
  #samples: Sample[] = [];

  /**
   * @param time in milliseconds, of any clock that does not go back
   * @param bytes sent since the beginning
   */
  add(time: number, bytes: number): void {
    const last = this.#samples.at(-1);
    // A file that starts again discounts what it had sent.
    if (last !== undefined && bytes < last.bytes) this.#samples = [];
    this.#samples.push({ time, bytes });
    const from = time - WINDOW_MS;
    // The one before the window is where it begins.
    while ((this.#samples[1]?.time ?? time) <= from) this.#samples.shift();
  }

  /** Undefined while nothing can be said yet, or nothing moves. */
  get bytesPerSecond(): number | undefined {
    const [first] = this.#samples;
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined || last.time - first.time < 500) return undefined;
    const speed = ((last.bytes - first.bytes) / (last.time - first.time)) * 1000;
    return speed > 0 ? speed : undefined;
  }

  /** Undefined as long as the speed is. */
  secondsFor(bytesLeft: number): number | undefined {
    const speed = this.bytesPerSecond;
    return speed === undefined ? undefined : Math.ceil(bytesLeft / speed);
  }
}
