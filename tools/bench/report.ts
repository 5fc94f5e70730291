import type { Summary } from "../lib/statistics.ts";

/** What a figure should be. */
export interface Target {
  /** Such as `≤ 1.4`. */
  readonly text: string;
  readonly isMet: boolean;
}

/** One line of a table. */
export interface Figure {
  readonly name: string;
  /** In the table's unit. */
  readonly value: Summary;
  /** The ratio to the baseline of the same run; absent for the baseline itself. */
  readonly ratio?: Summary;
  /** The same ratio, measured in another way; see {@link Table.otherRatio}. */
  readonly otherRatio?: Summary;
  /** A target for the ratio, or for the figure if it has no ratio. */
  readonly target?: Target;
}

/** One table: figures of one kind, with their baseline. */
export interface Table {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  /** The name of the baseline of the ratios. */
  readonly baseline: string;
  /** The name of the figures' `otherRatio`. */
  readonly otherRatio?: string;
  /** What was done, and how many times. */
  readonly method: string;
  readonly figures: readonly Figure[];
}

/** A whole run, and the machine that it ran on. */
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

/** Aligns the first column to the left, and the others to the right. */
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

/** Three significant digits, or a whole number. */
function digits(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}
