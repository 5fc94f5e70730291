import type { Emulator } from "../../packages/cos-emulator/src/index.ts";

/** One of Tencent's test suites: what its folder has to have, and how it is run. */
export interface Suite {
  /** The name in its package.json. */
  readonly name: string;
  /** Files of its folder without which it cannot run. */
  readonly needs: readonly string[];
  /** What its temporary keys may touch: an object, or objects by a prefix. */
  readonly keys: string;
  /**
   * Runs its groups one after the other against one emulator, as they run against one bucket of COS: some build on what
   * an earlier one left. A case that takes longer than it may fails.
   */
  run(context: SuiteContext): AsyncIterable<SuiteMessage>;
}

export interface SuiteContext {
  /** Of the suite's source, with its own node_modules. */
  readonly folder: string;
  /** Only groups whose title has this in it. */
  readonly only: string;
  /** How long one case may take. */
  readonly timeoutSeconds: number;
  readonly emulator: Emulator;
  /** Gives out temporary keys at `/sts` and a signature at `/uploadSign`. */
  readonly credentialsUrl: string;
  /** A folder of the run's own, which goes at its end. */
  readonly directory: string;
}

export type SuiteMessage =
  | { readonly type: "group"; readonly title: string; readonly count: number }
  | { readonly type: "pass"; readonly title: string }
  | { readonly type: "fail"; readonly title: string; readonly error: string }
  /** The suite asked for a host that is none of the emulator's. */
  | { readonly type: "elsewhere"; readonly host: string };
