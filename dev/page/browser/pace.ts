/** The speed is measured over this long. */
const WINDOW_MS = 5000;

interface Sample {
  readonly time: number;
  readonly bytes: number;
}

/** The total speed of all uploads, over the last seconds. */
export class Pace {
  #samples: Sample[] = [];

  /**
   * @param time in milliseconds, by any clock that does not go backwards
   * @param bytes how many have been sent since the beginning
   */
  add(time: number, bytes: number): void {
    const last = this.#samples.at(-1);
    // When a file starts over, the bytes that it had sent no longer count.
    if (last !== undefined && bytes < last.bytes) this.#samples = [];
    this.#samples.push({ time, bytes });
    const from = time - WINDOW_MS;
    // The last sample before the window is kept: the window begins there.
    while ((this.#samples[1]?.time ?? time) <= from) this.#samples.shift();
  }

  /** Undefined while there is too little to measure, or nothing is being sent. */
  get bytesPerSecond(): number | undefined {
    const [first] = this.#samples;
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined || last.time - first.time < 500) return undefined;
    const speed = ((last.bytes - first.bytes) / (last.time - first.time)) * 1000;
    return speed > 0 ? speed : undefined;
  }

  /** Undefined while the speed is. */
  secondsFor(bytesLeft: number): number | undefined {
    const speed = this.bytesPerSecond;
    return speed === undefined ? undefined : Math.ceil(bytesLeft / speed);
  }
}
