import { guarded } from "../core/callback";
import type { PauseSignal } from "../core/options";

export interface Pauser {
  readonly signal: PauseSignal;
  /** Stops what is being sent. What storage has stays there; a part that was on its way begins again. */
  pause(): void;
  resume(): void;
}

/** Makes what pauses every upload in parts that was given its signal. Files in one request are not paused. */
export function createPauser(): Pauser {
  let listeners: (() => void)[] = [];
  let paused = false;
  const change = (to: boolean) => {
    if (paused === to) return;
    paused = to;
    listeners.forEach((listener) => {
      guarded(listener)(undefined);
    });
  };
  return {
    signal: {
      get paused() {
        return paused;
      },
      onChange(listener) {
        listeners = listeners.concat(listener);
        return () => {
          listeners = listeners.filter((other) => other !== listener);
        };
      },
    },
    pause: () => change(true),
    resume: () => change(false),
  };
}
