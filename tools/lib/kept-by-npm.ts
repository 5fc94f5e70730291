/** Options that npm has too. They may be in a person's .npmrc, which says nothing about this command line. */
const NPMS_OWN: ReadonlySet<string> = new Set(["access", "ca", "cert", "dry-run", "json", "key", "yes"]);

/**
 * Says that npm has taken options for itself, since no `--` was before them: `npm start --watch` starts without `--watch`,
 * and `npm start --port 3001` with the argument `3001`. npm passes what it takes as `npm_config_<option>`.
 *
 * @param command how the command is called, with its `--`
 * @param options the command's options, without dashes
 */
export function keptByNpm(
  command: string,
  options: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const kept = options.filter(
    (option) => !NPMS_OWN.has(option) && env[`npm_config_${option.replaceAll("-", "_")}`] !== undefined,
  );
  const [first] = kept;
  if (first === undefined) return undefined;
  const names = kept.map((option) => `--${option}`).join(" and ");
  return `npm has taken ${names} for itself. Write -- before this command's options: ${command} --${first} …`;
}
