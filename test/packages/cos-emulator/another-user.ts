import { chown } from "node:fs/promises";
import { onTestFinished, vi } from "vitest";

const ANOTHER = 4242;

/**
 * Gives a file or folder to another user for the rest of the test. Only root can do that; for anybody else, this
 * process reports another user id from then on.
 */
export async function giveToAnotherUser(path: string): Promise<void> {
  if (process.getuid?.() === 0) {
    await chown(path, ANOTHER, ANOTHER);
    return;
  }
  const spy = vi.spyOn(process, "getuid").mockReturnValue(ANOTHER);
  onTestFinished(() => spy.mockRestore());
}
