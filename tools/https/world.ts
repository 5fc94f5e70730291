import type { ChangingWorld } from "../lib/consent.ts";

/** The world of one run, which may also have to wait. */
export interface HttpsWorld extends ChangingWorld {
  readonly sleep: (ms: number) => Promise<void>;
}
