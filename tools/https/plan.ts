import { type Consent, confirm } from "../lib/consent.ts";
import type { HttpsWorld } from "./world.ts";

/** One change, and its description. */
export interface Step {
  /** `Switch the redirect of img.example.com on (301).` */
  readonly what: string;
  /** What it changes, line by line, for the person who decides. */
  readonly detail?: string;
  readonly run: () => Promise<void>;
}

export interface Plan {
  readonly steps: readonly Step[];
  /** The consequences, for the person who decides. */
  readonly notes?: readonly string[];
  readonly question: string;
}

/**
 * Shows the steps and their consequences, asks, and makes them one after another. Each step is complete in itself: after an
 * interruption, a new run plans again from the current state.
 *
 * @throws NotDone, DryRun, or what a step throws
 */
export async function carryOut(plan: Plan, consent: Consent, world: HttpsWorld): Promise<void> {
  const { steps, notes = [], question } = plan;
  const lines = steps.map(({ what, detail = "" }, i) => {
    const line = steps.length === 1 ? what : `${i + 1}. ${what}`;
    return detail === "" ? line : `${line}\n${detail.trimEnd()}\n`;
  });
  world.write(`${[lines.join("\n").trimEnd(), ...notes.map((note) => `\n${note}`)].join("\n")}\n`);
  await confirm(question, consent, world);
  for (const { what, run } of steps) {
    await run();
    world.write(`Done: ${what}\n`);
  }
}
