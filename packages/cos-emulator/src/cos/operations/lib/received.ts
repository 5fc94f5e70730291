import type { CosError } from "../../http/errors.ts";
import { ObjectExists } from "../../store/object-store.ts";
import { TooManyBytes } from "../../store/receive-file.ts";
import { fileAlreadyExists } from "./overwrite.ts";

/** The bytes that are being taken in; `tooLarge` is thrown when there are more of them than may be. */
export async function received<Draft>(receiving: Promise<Draft>, tooLarge: CosError): Promise<Draft> {
  return receiving.catch((error: unknown) => {
    throw error instanceof TooManyBytes ? tooLarge : error;
  });
}

/**
 * What `keep` makes of bytes that have arrived; when it throws, nothing of them stays.
 *
 * @throws {CosError} FileAlreadyExists for {@link ObjectExists}, and what `keep` throws
 */
export async function keptOrDiscarded<T>(
  draft: { discard(): Promise<void> },
  keep: () => Promise<T>,
): Promise<T> {
  try {
    return await keep();
  } catch (error) {
    await draft.discard();
    throw error instanceof ObjectExists ? fileAlreadyExists() : error;
  }
}
