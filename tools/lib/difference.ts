/** How many unchanged lines to show before and after the change. */
const CONTEXT_LINES = 3;

/**
 * The difference between two texts, for a person: `-` marks removed lines, `+` added ones, with a few lines around them. It
 * shows only one place, which is enough when a statement is added or removed.
 */
export function difference(before: string, after: string): string {
  const lines = (text: string) => (text === "" ? [] : text.split("\n"));
  const [old, young] = [lines(before), lines(after)];
  let start = 0;
  while (start < old.length && start < young.length && old[start] === young[start]) start += 1;
  let end = 0;
  const rest = Math.min(old.length, young.length) - start;
  while (end < rest && old.at(-1 - end) === young.at(-1 - end)) end += 1;
  return [
    ...old.slice(Math.max(0, start - CONTEXT_LINES), start).map((line) => `  ${line}`),
    ...old.slice(start, old.length - end).map((line) => `- ${line}`),
    ...young.slice(start, young.length - end).map((line) => `+ ${line}`),
    ...old.slice(old.length - end, old.length - end + CONTEXT_LINES).map((line) => `  ${line}`),
  ].join("\n");
}
