import type { Finding, Status } from "../../packages/tls-check/src/index.ts";
import type { ExitCode } from "./command-line.ts";
import { printable, printableJson } from "./printable.ts";
import { isColoured, type World } from "./world.ts";
import { wrapLine } from "./wrap.ts";

/** Writes the findings, and returns the exit code. */
export function report(findings: readonly Finding[], json: boolean | undefined, world: World): ExitCode {
  world.write(`${json ? toJson(findings) : toText(findings, isColoured(world), world.columns)}\n`);
  return exitCode(findings);
}

/** 0: nothing failed. 1: something failed. 2: nothing failed, but a requested check could not run. */
export function exitCode(findings: readonly Finding[]): ExitCode {
  if (findings.some(({ status }) => status === "fail")) return 1;
  return findings.some(({ status }) => status === "blocked") ? 2 : 0;
}

/** `{"checks":[{"id","status","title","detail","fix"}]}`, with the statuses pass, warn, fail and skip. */
export function toJson(findings: readonly Finding[]): string {
  const checks = findings.map(({ id, status, title, detail, fix }) => ({
    id,
    status: status === "blocked" ? "skip" : status,
    title,
    detail,
    fix,
  }));
  return printableJson({ checks });
}

const MARKS: Readonly<Record<Status, readonly [word: string, colour: number]>> = {
  pass: ["ok  ", 32],
  warn: ["warn", 33],
  fail: ["FAIL", 31],
  skip: ["skip", 90],
  blocked: ["skip", 35],
};

const INDENT = "      ";

/**
 * One line for each check, with its detail and fix below it, and a count at the end. Texts from servers cannot control the
 * terminal.
 */
export function toText(
  findings: readonly Finding[],
  isColoured: boolean,
  columns?: number | undefined,
): string {
  const paint = (colour: number, text: string) => (isColoured ? `\u001b[${colour}m${text}\u001b[0m` : text);
  const lines = findings.flatMap(({ status, title, detail, fix }) => {
    const [word, colour] = MARKS[status];
    return [
      paint(colour, word) + wrapLine(printable(title), columns, `${word}  `, INDENT).slice(word.length),
      ...(detail === ""
        ? []
        : detail.split("\n").map((line) => paint(90, wrapLine(printable(line), columns, INDENT)))),
      ...(fix === "" ? [] : [wrapLine(printable(fix), columns, `${INDENT}→ `, `${INDENT}  `)]),
    ];
  });
  return [...lines, "", summary(findings)].join("\n");
}

function summary(findings: readonly Finding[]): string {
  const count = (...statuses: Status[]) => findings.filter(({ status }) => statuses.includes(status)).length;
  const couldNot = count("blocked");
  return [
    `${count("pass")} ok`,
    `${count("warn")} warn`,
    `${count("fail")} fail`,
    `${count("skip", "blocked")} skipped${couldNot > 0 ? `, ${couldNot} of them because they could not be checked` : ""}`,
  ].join(", ");
}
