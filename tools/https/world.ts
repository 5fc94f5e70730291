import type { World } from "../lib/world.ts";

/** The world of one run that may change something. */
export interface HttpsWorld extends World {
  /** Asks whoever sits there; undefined when nobody does. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
  readonly sleep: (ms: number) => Promise<void>;
  /** Where a policy is saved before it is changed. */
  readonly directory: string;
}

/** Nothing was changed, and the message says why. */
export class NotDone extends Error {
  override readonly name = "NotDone";
}

/** Whether to go on: `-y`, or a yes from whoever sits there. */
export interface Consent {
  readonly yes: boolean;
}

/** @throws NotDone without a yes, or when nobody can be asked */
export async function confirm(question: string, { yes }: Consent, { ask }: HttpsWorld): Promise<void> {
  if (yes) return;
  if (ask === undefined) {
    throw new NotDone(
      "Nothing was changed: there is no terminal to ask on. Run it again with -y to skip the question.",
    );
  }
  const answer = await ask(`${question} [y/N] `);
  if (!/^y(es)?$/i.test(answer.trim())) throw new NotDone("Nothing was changed.");
}
