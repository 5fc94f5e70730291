import { guarded } from "../core/callback";
import type { PauseSignal } from "../core/options";

export interface Pauser {
  readonly signal: PauseSignal;
  /** Stops sending. Stored parts stay in storage; a part that was being sent starts over when resumed. */
  pause(): void;
  resume(): void;
}

/** Makes a pauser, which pauses every upload in parts that has its signal. A file in one request is not paused. */
export function createPauser(): Pauser {
  let listeners: (() => void)[] = [];
  let paused = false;
  const change = (to: boolean) => {
    if (paused === to) return;
    paused = to;
    listeners.forEach((listener) => {
      guarded<void>(listener)();
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
