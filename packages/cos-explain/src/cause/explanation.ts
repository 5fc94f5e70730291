import type { CauseId } from "./cause.ts";

/** The explanation of a refusal. It contains no secret, token or signature, so it may be printed anywhere. */
export interface Explanation {
  readonly cause: CauseId;
  /** `likely` when what was given leaves other causes possible. */
  readonly certainty: "certain" | "likely";
  /** The cause in a few words. */
  readonly title: string;
  /** What happened to this request. */
  readonly sentence: string;
  readonly comparison?: Comparison;
  readonly advice: readonly string[];
  readonly links: readonly string[];
  /** COS's own code; empty when what was given is not a refusal. */
  readonly code: string;
  /** COS's request id; empty without one. */
  readonly requestId: string;
}

/** What should have been and what was, part by part. */
export interface Comparison {
  /** Where the expected values come from, such as `signed`. */
  readonly expectedBy: string;
  /** Where the other values come from, such as `received`. */
  readonly givenBy: string;
  readonly lines: readonly Line[];
}

export interface Line {
  /** Such as `path`, `header host` or `field Content-Type`. */
  readonly name: string;
  /** Undefined when it should not be there, or is not known. */
  readonly expected: string | undefined;
  /** Undefined when it was not there, or is not known. */
  readonly given: string | undefined;
  /** `unknown` when only one side is known. */
  readonly verdict: "same" | "differs" | "unknown";
}

/** What a diagnosis found. The cause's own title, advice and links are added later. */
export interface Finding {
  readonly cause: CauseId;
  readonly sentence: string;
  /** @default "certain" */
  readonly certainty?: "certain" | "likely";
  readonly comparison?: Comparison;
  /** In place of the cause's own advice and links. */
  readonly instead?: Pick<Explanation, "advice" | "links">;
}

const SECRET_NAMES =
  /(?:authorization|security-token|signature|secretkey|secret-key|^(?:header |parameter |field )?sign$)/i;

/**
 * One line of a comparison. The values of names that hold secrets are removed here, so nothing downstream can show
 * them.
 */
export function line(name: string, expected: string | undefined, given: string | undefined): Line {
  const verdict =
    expected === undefined || given === undefined ? "unknown" : expected === given ? "same" : "differs";
  return hidden({ name, expected, given, verdict });
}

/** Like {@link line}, but a missing side counts as a difference, not as unknown. */
export function strictLine(name: string, expected: string | undefined, given: string | undefined): Line {
  return hidden({ name, expected, given, verdict: expected === given ? "same" : "differs" });
}

function hidden(whole: Line): Line {
  if (!SECRET_NAMES.test(whole.name)) return whole;
  const shown = (value: string | undefined, text: string) => (value === undefined ? undefined : text);
  return {
    ...whole,
    expected: shown(whole.expected, "(not shown)"),
    given: shown(whole.given, whole.verdict === "differs" ? "(another one)" : "(not shown)"),
  };
}

/** Whether any line, or the one with this name, differs. */
export function differs(comparison: Comparison, name?: string): boolean {
  return comparison.lines.some(
    (item) => item.verdict === "differs" && (name === undefined || item.name === name),
  );
}
