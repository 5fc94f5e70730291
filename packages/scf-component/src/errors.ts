/** Stops a command. The message is for the person who ran it and never contains a secret. */
export class DeployError extends Error {
  override readonly name = "DeployError";
}

/** One error that lists all problems, so that they can be fixed together. */
export function refusal(problems: readonly string[]): DeployError {
  const list = problems.length === 1 ? problems[0] : problems.map((problem) => `\n- ${problem}`).join("");
  return new DeployError(`Nothing was changed. ${list}`);
}

/** @throws {DeployError} when there are problems; see {@link refusal} */
export function refuse(problems: readonly string[]): void {
  if (problems.length > 0) throw refusal(problems);
}

/**
 * Hides each of these texts wherever it occurs. The longest go first: if a secret contains another one, no part of it is
 * left over.
 */
export function redact(text: string, secrets: Iterable<string>): string {
  return [...secrets]
    .sort((one, other) => other.length - one.length)
    .reduce((clean, secret) => clean.replaceAll(secret, "***"), text);
}
