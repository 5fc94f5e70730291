/** The log must fit into one of two terminals side by side. */
const COLUMNS = 80;
/** A continued line starts below the text, not below the time. */
const INDENT = " ".repeat("00:00:00 ".length);
const TEXT_COLUMNS = COLUMNS - INDENT.length;

/** A line of the log: for a terminal, or as one line for a file or a pipe, where people search for ids and keys. */
export function logLine(line: string, time = new Date(), isTerminal = process.stdout.isTTY): string {
  return isTerminal ? terminalLine(line, time) : `${clockOf(time)} ${line}`;
}

/**
 * A line of the log for a terminal: it begins with the time on this machine's clock, and is broken between words to fit
 * 80 columns. A word that is longer than a line, such as an object key, is broken where the line ends.
 */
export function terminalLine(line: string, time = new Date()): string {
  const rows: string[] = [];
  let row = "";
  let width = 0;
  for (const word of line.split(" ")) {
    const columns = widthOf(word);
    if (row !== "" && columns <= TEXT_COLUMNS && width + 1 + columns > TEXT_COLUMNS) {
      rows.push(row);
      row = word;
      width = columns;
    } else {
      width += row === "" ? columns : 1 + columns;
      row = row === "" ? word : `${row} ${word}`;
    }
    if (width > TEXT_COLUMNS) {
      const { full, rest } = broken(row);
      for (const piece of full) rows.push(piece);
      row = rest;
      width = widthOf(rest);
    }
  }
  rows.push(row);
  return `${clockOf(time)} ${rows.join(`\n${INDENT}`)}`;
}

function clockOf(time: Date): string {
  const parts = [time.getHours(), time.getMinutes(), time.getSeconds()];
  return parts.map((part) => String(part).padStart(2, "0")).join(":");
}

/** A text in full rows, and what is left. In one pass: a function may log a picture in Base64, on one line. */
function broken(text: string): { readonly full: readonly string[]; readonly rest: string } {
  const full: string[] = [];
  let row = "";
  let width = 0;
  for (const character of text) {
    const columns = widthOf(character);
    if (width + columns > TEXT_COLUMNS) {
      full.push(row);
      row = "";
      width = 0;
    }
    row += character;
    width += columns;
  }
  return { full, rest: row };
}

/** The columns that a text takes in a terminal: two for each East Asian character. */
function widthOf(text: string): number {
  return [...text].reduce((sum, character) => sum + (WIDE.test(character) ? 2 : 1), 0);
}

const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\uff00-\uff60]/u;
