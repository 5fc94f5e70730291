/** A log must fit where two terminals stand side by side. */
const COLUMNS = 80;
/** The indent of a continued line, below the text and not below the clock. */
const INDENT = " ".repeat("00:00:00 ".length);
const TEXT_COLUMNS = COLUMNS - INDENT.length;

/**
 * A line of the log for a terminal: after the time on this machine's clock, and broken between words so that it fits 80
 * columns. What is longer than a line, such as an object key, is broken where the line ends.
 */
export function terminalLine(line: string, time = new Date()): string {
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()]
    .map((part) => String(part).padStart(2, "0"))
    .join(":");
  const rows: string[] = [];
  let row = "";
  for (const word of line.split(" ")) {
    const isLong = widthOf(word) > TEXT_COLUMNS;
    if (row !== "" && !isLong && widthOf(row) + 1 + widthOf(word) > TEXT_COLUMNS) {
      rows.push(row);
      row = word;
    } else row = row === "" ? word : `${row} ${word}`;
    while (widthOf(row) > TEXT_COLUMNS) {
      const head = fitting(row, TEXT_COLUMNS);
      rows.push(head);
      row = row.slice(head.length);
    }
  }
  rows.push(row);
  return `${clock} ${rows.join(`\n${INDENT}`)}`;
}

/** The longest beginning that fits. */
function fitting(text: string, columns: number): string {
  let head = "";
  for (const character of text) {
    if (widthOf(head + character) > columns) break;
    head += character;
  }
  return head;
}

/** Columns that a terminal gives a text: two for each character of East Asia's scripts. */
function widthOf(text: string): number {
  return [...text].reduce((sum, character) => sum + (WIDE.test(character) ? 2 : 1), 0);
}

const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\uff00-\uff60]/u;
