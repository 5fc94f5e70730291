import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { BucketAccess } from "./bucket-api.ts";
import { type ChangingWorld, type Consent, confirm, NotDone } from "./consent.ts";
import { difference } from "./difference.ts";
import { printable } from "./printable.ts";

/** A configuration of a bucket that is read and written as a whole, as text. */
export interface Configuration {
  /** Its name in messages, such as `policy`. */
  readonly name: string;
  /** The beginning and the extension of the files in which it is saved, as in `bucket-policy-<bucket>-<time>.json`. */
  readonly file: { readonly start: string; readonly extension: string };
  /** What to save when there was no configuration; undefined to save nothing. */
  readonly none?: string;
  /** The text as COS returns it; undefined when there is none. */
  readonly get: (access: BucketAccess) => Promise<string | undefined>;
  readonly put: (access: BucketAccess, text: string) => Promise<void>;
  readonly remove: (access: BucketAccess) => Promise<void>;
}

/** The configuration before and after the change, as text with line breaks; empty for none. */
export interface Step {
  readonly from: string;
  readonly to: string;
}

/** A change to a configuration, and its description. */
export interface Change {
  /** Returns undefined when the configuration is already as it should be. */
  readonly step: (before: string | undefined) => Step | undefined;
  readonly alreadyDone: string;
  readonly consequence: string;
  readonly question: string;
  /** @param savedIn the file with the previous configuration; undefined when nothing was saved */
  readonly success: (savedIn: string | undefined) => string;
}

/** A change that is prepared but not made yet. */
export interface Prepared {
  /** What would change, and the consequences, for the person who decides. */
  readonly preview: string;
  /**
   * Saves the previous configuration, changes it, and checks that the change has taken effect.
   *
   * @throws NotDone, BucketError; then nothing was changed, or the message says what was
   */
  readonly apply: (world: Pick<ChangingWorld, "write" | "directory">) => Promise<void>;
}

/**
 * Prepares a change.
 *
 * @returns undefined when the configuration is already as it should be
 * @throws BucketError, or what `change.step` throws
 */
export async function prepareChange(
  access: BucketAccess,
  configuration: Configuration,
  change: Change,
): Promise<Prepared | undefined> {
  const { name } = configuration;
  const before = await configuration.get(access);
  const step = change.step(before);
  if (step === undefined) return undefined;
  const shown = difference(step.from, step.to).split("\n").map(printable).join("\n");
  const deleted = step.to === "" ? `\nNothing is left of the ${name}, so it is deleted.\n` : "";
  return {
    preview: `The ${name} of ${access.bucket.bucket}:\n\n${shown}\n${deleted}${change.consequence}`,
    apply: async (world) => {
      // COS cannot change it "only if it is still the same". With this check, only a moment is left for other changes, not
      // the minutes in which a person reads the preview.
      if ((await configuration.get(access)) !== before) {
        throw new NotDone(
          `Nothing was changed: somebody else changed the ${name} in the meantime. Run this again.`,
        );
      }
      const content = before ?? configuration.none;
      const savedIn = content === undefined ? undefined : await save(content, configuration, access, world);
      world.write(
        savedIn === undefined
          ? `There was no ${name} before, so there is nothing to save.\n`
          : `The previous ${name} is saved in ${savedIn}\n`,
      );
      if (step.to === "") await configuration.remove(access);
      else await configuration.put(access, step.to);
      if (change.step(await configuration.get(access)) !== undefined) {
        throw new NotDone(
          `COS accepted the change, but now returns another ${name}. Check it in the console, then run this again.`,
        );
      }
      world.write(`${change.success(savedIn)}\n`);
    },
  };
}

/**
 * Shows what would change, asks, saves the previous configuration, changes it, and checks that the change has taken effect.
 *
 * @throws NotDone, BucketError, or what `change.step` throws; then nothing was changed, or the message says what was
 */
export async function changeConfiguration(
  access: BucketAccess,
  configuration: Configuration,
  change: Change,
  consent: Consent,
  world: ChangingWorld,
): Promise<void> {
  const prepared = await prepareChange(access, configuration, change);
  if (prepared === undefined) {
    world.write(`${change.alreadyDone}\n`);
    return;
  }
  world.write(`${prepared.preview}\n`);
  await confirm(change.question, consent, world);
  await prepared.apply(world);
}

/** @throws NotDone when it cannot be saved */
async function save(
  content: string,
  { name, file: { start, extension } }: Configuration,
  { bucket, clock }: BucketAccess,
  { directory }: Pick<ChangingWorld, "directory">,
): Promise<string> {
  const time = new Date(clock()).toISOString().replaceAll(/[-:.]/g, "");
  const file = join(directory, `${start}-${bucket.bucket}-${time}.${extension}`);
  try {
    await writeFile(file, content, { flag: "wx", mode: 0o600 });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new NotDone(`Nothing was changed: the previous ${name} could not be saved (${why}).`);
  }
  return file;
}
