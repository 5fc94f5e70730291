import { printable } from "./printable.ts";

/** In a narrower terminal nothing is wrapped, since the terminal itself does that no worse. */
const MIN_COLUMNS = 40;

/**
 * Breaks a line between words so that it fits a terminal. A command stays whole, so that it can be copied: `npm run …` up to
 * the end of its clause, or a text between backticks.
 *
 * @param columns the terminal's columns; undefined for no terminal, where the line is not broken
 * @param first the beginning of the first line
 * @param next the beginning of every further line
 */
export function wrapLine(text: string, columns: number | undefined, first = "", next = first): string {
  if (columns === undefined || columns < MIN_COLUMNS) return first + text;
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  for (const piece of pieces(text)) {
    if (!isEmpty && line.length + 1 + piece.length > columns) {
      lines.push(line);
      line = next;
      isEmpty = true;
    }
    line += isEmpty ? piece : ` ${piece}`;
    isEmpty = false;
  }
  return [...lines, line].join("\n");
}

/**
 * Like {@link wrapLine}, for every line of a text except indented lines, and lines that a change adds or removes. Servers'
 * words in it cannot control the terminal.
 */
export function wrapText(text: string, columns: number | undefined): string {
  return text
    .split("\n")
    .map(printable)
    .map((line) => (/^(?:\s|[-+] |$)/.test(line) ? line : wrapLine(line, columns, "", hanging(line))))
    .join("\n");
}

/** The indentation that puts further lines below the text of a numbered step, not below its number. */
function hanging(line: string): string {
  return " ".repeat(/^\d+\. /.exec(line)?.[0].length ?? 0);
}

/** The words of a text. A command, which begins with `npm run` or is between backticks, counts as one word. */
function pieces(text: string): string[] {
  const words = text.split(" ");
  const found: string[] = [];
  let command: { readonly words: string[]; readonly end: RegExp } | undefined;
  for (const [i, word] of words.entries()) {
    if (/^\(?npm$/.test(word) && words[i + 1] === "run") command ??= { words: [], end: /[.,;:)]$/ };
    if (/^\(?`/.test(word)) command ??= { words: [], end: /`[.,;:)]*$/ };
    if (command === undefined) {
      found.push(word);
      continue;
    }
    command.words.push(word);
    if (command.end.test(word)) {
      found.push(command.words.join(" "));
      command = undefined;
    }
  }
  return command === undefined ? found : [...found, command.words.join(" ")];
}
