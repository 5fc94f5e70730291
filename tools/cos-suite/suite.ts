import type { Emulator } from "../../packages/cos-emulator/src/index.ts";

/** One of Tencent's test suites: what its folder must contain, and how to run it. */
export interface Suite {
  /** The name in its package.json. */
  readonly name: string;
  /** Files in its folder without which it cannot run. */
  readonly needs: readonly string[];
  /** What its temporary keys may access: an object, or objects by a prefix. */
  readonly keys: string;
  /**
   * Runs its groups one after another against one emulator, as they run against one bucket of COS: some depend on what
   * an earlier one stored. A case that exceeds its time limit fails.
   */
  run(context: SuiteContext): AsyncIterable<SuiteMessage>;
}

export interface SuiteContext {
  /** The folder of the suite's source, with its own node_modules. */
  readonly folder: string;
  /** Only groups whose title contains this are run. */
  readonly only: string;
  /** How long one case may take. */
  readonly timeoutSeconds: number;
  readonly emulator: Emulator;
  /** The server that issues temporary keys at `/sts` and a signature at `/uploadSign`. */
  readonly credentialsUrl: string;
  /** The run's own folder, which is deleted at the end. */
  readonly directory: string;
}

export type SuiteMessage =
  | { readonly type: "group"; readonly title: string; readonly count: number }
  | { readonly type: "pass"; readonly title: string }
  | { readonly type: "fail"; readonly title: string; readonly error: string }
  /** The suite called a host that is not the emulator's. */
  | { readonly type: "elsewhere"; readonly host: string };
