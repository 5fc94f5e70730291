import { guarded } from "./callback";
import type { CancelSignal } from "./options";

export interface Canceller {
  readonly signal: CancelSignal;
  /** Stops every upload that has the signal. */
  cancel(): void;
}

/** A small substitute for AbortController, which not all Mini Programs have. */
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
        guarded<void>(listener)();
      });
    },
  };
}
