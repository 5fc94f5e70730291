import type { CosError } from "../../http/errors.ts";
import { ObjectExists, ObjectIsLocked } from "../../store/object-store.ts";
import { TooManyBytes } from "../../store/receive-file.ts";
import { objectLocked } from "./object-lock.ts";
import { fileAlreadyExists } from "./overwrite.ts";

/** Waits for the bytes to be received; throws `tooLarge` when there are too many. */
export async function received<Draft>(receiving: Promise<Draft>, tooLarge: CosError): Promise<Draft> {
  return receiving.catch((error: unknown) => {
    throw error instanceof TooManyBytes ? tooLarge : error;
  });
}

/**
 * Returns the result of `keep`; if it throws, discards the received bytes.
 *
 * @throws {CosError} FileAlreadyExists for {@link ObjectExists}, ObjectLocked for {@link ObjectIsLocked}, and what `keep` throws
 */
export async function keptOrDiscarded<T>(
  draft: { discard(): Promise<void> },
  keep: () => Promise<T>,
): Promise<T> {
  try {
    return await keep();
  } catch (error) {
    await draft.discard();
    if (error instanceof ObjectIsLocked) throw objectLocked();
    throw error instanceof ObjectExists ? fileAlreadyExists() : error;
  }
}
