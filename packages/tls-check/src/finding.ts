/**
 * How a check ended. `blocked`: it was asked for and could not run, so nothing is known; `skip`: there was
 * nothing for it to check. Neither is ever a pass, and programs get `skip` for both.
 */
export type Status = "pass" | "warn" | "fail" | "skip" | "blocked";

/** What a check says. The title states what should hold; detail says what was found; fix says how to mend it. */
export interface Finding {
  /** `<check>`, or `<check>@<host[:port]>` where it is of one server. */
  readonly id: string;
  readonly status: Status;
  readonly title: string;
  /** Of skip and blocked: the reason. */
  readonly detail: string;
  /** Empty when there is nothing to mend. */
  readonly fix: string;
}

/** What is checked, before the answer is known. */
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
