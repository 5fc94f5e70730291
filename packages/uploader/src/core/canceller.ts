import { guarded } from "./callback";
import type { CancelSignal } from "./options";

export interface Canceller {
  readonly signal: CancelSignal;
  /** Stops every upload that was given the signal. */
  cancel(): void;
}

/** A small AbortController, which Mini Programs do not have everywhere. */
export function createCanceller(): Canceller {
  let listeners: (() => void)[] = [];
  const signal = {
    aborted: false,
    addEventListener(_: "abort", listener: () => void) {
      listeners.push(listener);
    },
    removeEventListener(_: "abort", listener: () => void) {
      listeners = listeners.filter((other) => other !== listener);
    },
  };
  return {
    signal,
    cancel() {
      if (signal.aborted) return;
      signal.aborted = true;
      listeners.forEach((listener) => {
        guarded(listener)(undefined);
      });
    },
  };
}
