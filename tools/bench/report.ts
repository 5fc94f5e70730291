import type { Summary } from "../lib/statistics.ts";

/** What a figure should be. */
export interface Target {
  /** In words, such as `≤ 1.4`. */
  readonly text: string;
  readonly isMet: boolean;
}

/** One line of a table. */
export interface Figure {
  readonly name: string;
  /** In the table's unit. */
  readonly value: Summary;
  /** Against the baseline of the same run; absent for the baseline itself. */
  readonly ratio?: Summary;
  /** A second view of the same ratio; see {@link Table.otherRatio}. */
  readonly otherRatio?: Summary;
  /** Set for the figure, or for the ratio where there is one. */
  readonly target?: Target;
}

/** One table: figures of one kind, beside their baseline. */
export interface Table {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  /** What a ratio is taken against. */
  readonly baseline: string;
  /** What `otherRatio` of the figures is. */
  readonly otherRatio?: string;
  /** What was done, and how often. */
  readonly method: string;
  readonly figures: readonly Figure[];
}

/** A whole run, and on what. */
export interface Run {
  readonly node: string;
  readonly cpus: string;
  /** The machine's load average of the last minute, before and after. */
  readonly load: readonly [before: number, after: number];
  readonly seconds: number;
  readonly tables: readonly Table[];
}

export function toText({ node, cpus, load: [before, after], seconds, tables }: Run): string {
  const targets = tables.flatMap(({ figures }) => figures.flatMap(({ target }) => target ?? []));
  const met = targets.filter(({ isMet }) => isMet).length;
  return [
    ...tables.map(tableText),
    [
      `${met} of ${targets.length} targets met.`,
      `Node ${node}, ${cpus}; load ${before.toFixed(1)} before, ${after.toFixed(1)} after; ${seconds.toFixed(0)} s.`,
    ].join("\n"),
  ].join("\n\n");
}

function tableText({ title, unit, baseline, otherRatio, method, figures }: Table): string {
  const head = [
    unit,
    "median",
    "quartiles",
    `÷ ${baseline}`,
    "quartiles",
    ...(otherRatio === undefined ? [] : [otherRatio]),
    "target",
    "",
  ];
  const rows = figures.map(({ name, value, ratio, otherRatio: other, target }) => [
    name,
    digits(value.median),
    spread(value),
    ratio === undefined ? "1" : digits(ratio.median),
    ratio === undefined ? "" : spread(ratio),
    ...(otherRatio === undefined ? [] : [other === undefined ? "" : digits(other.median)]),
    target?.text ?? "",
    target === undefined ? "" : target.isMet ? "met" : "MISSED",
  ]);
  return [title, method, ...aligned([head, ...rows]).map((line) => `  ${line}`)].join("\n");
}

/** The first column to the left, the others to the right. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
}

function spread({ p25, p75 }: Summary): string {
  return p25 === p75 ? "" : `${digits(p25)}–${digits(p75)}`;
}

/** Three digits that count, or a whole number. */
function digits(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}
