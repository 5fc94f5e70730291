/** Lines that are shown before and after what changes. */
const CONTEXT_LINES = 3;

/**
 * What becomes of `before`, for a person to read: `-` for a line that goes, `+` for one that comes, each with a few
 * lines around them. The changes of one place only, which is what putting in or taking out a statement is.
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
