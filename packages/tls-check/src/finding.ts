/**
 * How a check ended. `blocked`: the check was requested and could not run, so nothing is known. `skip`: there was
 * nothing to check. Neither counts as a pass, and machine-readable output says `skip` for both.
 */
export type Status = "pass" | "warn" | "fail" | "skip" | "blocked";

/** The result of a check: `title` says what should be true, `detail` what was found, `fix` how to correct it. */
export interface Finding {
  /** `<check>`, or `<check>@<host[:port]>` for a check of one server. */
  readonly id: string;
  readonly status: Status;
  readonly title: string;
  /** For `skip` and `blocked`, the reason. */
  readonly detail: string;
  /** Empty when there is nothing to fix. */
  readonly fix: string;
}

/** What a check is about, before its result is known. */
export type Claim = Pick<Finding, "id" | "title">;

export function pass(claim: Claim, detail = ""): Finding {
  return { ...claim, status: "pass", detail, fix: "" };
}

export function warn(claim: Claim, detail: string, fix: string): Finding {
  return { ...claim, status: "warn", detail, fix };
}

export function fail(claim: Claim, detail: string, fix: string): Finding {
  return { ...claim, status: "fail", detail, fix };
}

export function skip(claim: Claim, reason: string, fix = ""): Finding {
  return { ...claim, status: "skip", detail: reason, fix };
}

export function blocked(claim: Claim, reason: string, fix = ""): Finding {
  return { ...claim, status: "blocked", detail: reason, fix };
}
