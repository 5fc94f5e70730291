/** What stops a command, in words for the person who ran it. Its message never holds a secret. */
export class DeployError extends Error {
  override readonly name = "DeployError";
}

/** One error for all problems, so that they can be fixed together. */
export function refusal(problems: readonly string[]): DeployError {
  const list = problems.length === 1 ? problems[0] : problems.map((problem) => `\n- ${problem}`).join("");
  return new DeployError(`Nothing was changed. ${list}`);
}

/** @throws {DeployError} when there are problems; see {@link refusal} */
export function refuse(problems: readonly string[]): void {
  if (problems.length > 0) throw refusal(problems);
}

/**
 * Hides each of these texts wherever it occurs; the longest first, so that no rest remains of one that contains
 * another.
 */
export function redact(text: string, secrets: Iterable<string>): string {
  return [...secrets]
    .sort((one, other) => other.length - one.length)
    .reduce((clean, secret) => clean.replaceAll(secret, "***"), text);
}
