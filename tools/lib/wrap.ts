/** Narrower than this nothing is wrapped: the terminal does no worse. */
const MIN_COLUMNS = 40;

/**
 * Breaks a line between words so that it fits a terminal. A command (`npm run …`, up to what ends its clause, or what stands
 * between backticks) stays whole, so that it can be copied.
 *
 * @param columns of the terminal; undefined for no terminal, where a line stays a line
 * @param first what the first line begins with
 * @param next what every further line begins with
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

/** As {@link wrapLine}, every line of a text but those that are set out: what is indented, and what a change adds or takes. */
export function wrapText(text: string, columns: number | undefined): string {
  return text
    .split("\n")
    .map((line) => (/^(?:\s|[-+] |$)/.test(line) ? line : wrapLine(line, columns, "", hanging(line))))
    .join("\n");
}

/** Under the text of a numbered step, and not under its number. */
function hanging(line: string): string {
  return " ".repeat(/^\d+\. /.exec(line)?.[0].length ?? 0);
}

/** The words of a text, those of a command as one: what begins with `npm run`, or stands between backticks. */
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
