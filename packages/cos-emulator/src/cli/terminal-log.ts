/** The log must fit into one of two terminals side by side. */
const COLUMNS = 80;
/** A continued line starts below the text, not below the time. */
const INDENT = " ".repeat("00:00:00 ".length);
const TEXT_COLUMNS = COLUMNS - INDENT.length;

/**
 * A line of the log for a terminal: it begins with the time on this machine's clock, and is broken between words to fit
 * 80 columns. A word that is longer than a line, such as an object key, is broken where the line ends.
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

/** The columns that a text takes in a terminal: two for each East Asian character. */
function widthOf(text: string): number {
  return [...text].reduce((sum, character) => sum + (WIDE.test(character) ? 2 : 1), 0);
}

const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\uff00-\uff60]/u;
