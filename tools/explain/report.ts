import type { Comparison, Explanation, Line } from "../../packages/cos-explain/src/index.ts";
import { printable, printableJson } from "../lib/printable.ts";

/** The explanation as JSON. */
export function toJson(explanation: Explanation): string {
  return printableJson(explanation);
}

export interface Layout {
  readonly isColoured: boolean;
  /** Columns. */
  readonly width: number;
}

const BOLD = 1;
const RED = 31;
const GREEN = 32;
const YELLOW = 33;
const GREY = 90;

/** The explanation as text for a terminal. Texts from outside cannot move the cursor or change colours. */
export function toText(explanation: Explanation, { isColoured, width }: Layout): string {
  const paint = (colour: number, text: string) => (isColoured ? `\u001b[${colour}m${text}\u001b[0m` : text);
  const { cause, certainty, code, requestId, comparison, advice, links } = explanation;
  const { headline, rest } = beginning(explanation);
  const about = [code, requestId && `request ${requestId}`, cause, certainty === "likely" ? "likely" : ""]
    .filter((part) => part !== "")
    .map(shown)
    .join(" · ");
  return [
    ...wrap(shown(headline), width).map((row) => paint(BOLD, row)),
    ...wrap(about, width).map((row) => paint(GREY, row)),
    ...(rest === "" ? [] : ["", ...wrap(shown(rest), width)]),
    ...(comparison === undefined ? [] : ["", ...comparisonLines(comparison, paint)]),
    ...(advice.length === 0
      ? []
      : ["", paint(BOLD, "What to do"), ...advice.flatMap((item) => bullet("→", item, width))]),
    ...(links.length === 0 ? [] : ["", paint(BOLD, "Documentation"), ...links.map((link) => `  ${link}`)]),
  ].join("\n");
}

/** The cause's title; of what is no refusal, the sentence's beginning says more. */
function beginning({ cause, title, sentence }: Explanation): {
  readonly headline: string;
  readonly rest: string;
} {
  if (cause !== "not-a-refusal") return { headline: title, rest: sentence };
  const [headline = sentence] = /^.*?\.(?= )/s.exec(sentence) ?? [];
  return { headline, rest: sentence.slice(headline.length).trim() };
}

/** What was expected, marked with a minus, and what was there, marked with a plus, in the colours of test runners. */
function comparisonLines(
  { expectedBy, givenBy, lines }: Comparison,
  paint: (colour: number, text: string) => string,
): string[] {
  const column = Math.max(...lines.map(({ name }) => name.length)) + 2;
  const row = (mark: string, { name }: Line, value: string) =>
    `${mark} ${shown(name).padEnd(column)}${shown(value)}`;
  if (lines.every(({ verdict, given }) => verdict === "unknown" && given !== undefined)) {
    return [`  ${paint(BOLD, givenBy)}`, ...lines.map((item) => row(" ", item, item.given ?? ""))];
  }
  return [
    `  ${paint(GREEN, `- ${expectedBy}`)}   ${paint(RED, `+ ${givenBy}`)}`,
    ...lines.flatMap((item) => {
      const { verdict, expected, given } = item;
      if (verdict === "same") return [paint(GREY, row(" ", item, expected ?? given ?? ""))];
      if (verdict === "differs") {
        return [
          paint(GREEN, row("-", item, expected ?? "(none)")),
          paint(RED, row("+", item, given ?? "(none)")),
        ];
      }
      const [known, unknownBy] = given === undefined ? [expected, givenBy] : [given, expectedBy];
      return [
        paint(YELLOW, row("?", item, known === undefined ? "" : `${known}   (${unknownBy}: not known)`)),
      ];
    }),
  ];
}

function bullet(mark: string, text: string, width: number): string[] {
  return wrap(text, width - 4).map((row, index) => `  ${index === 0 ? mark : " "} ${row}`);
}

function wrap(text: string, width: number): string[] {
  const rows: string[] = [];
  for (const word of text.split(" ")) {
    const last = rows.at(-1);
    if (last === undefined || last.length + 1 + word.length > width) rows.push(word);
    else rows[rows.length - 1] = `${last} ${word}`;
  }
  return rows;
}

const MAX_SHOWN = 300;

/** Makes a text printable. Keys, headers and messages come from outside and may have any length. */
function shown(text: string): string {
  return printable(text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text);
}
