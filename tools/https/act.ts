import { CloudError, UnnamedCertificateError } from "../../packages/https-account/src/index.ts";
import { blocked, type Claim, type Finding, fail, pass, skip } from "../../packages/tls-check/src/index.ts";
import { BucketError } from "../lib/bucket-api.ts";
import { DryRun, NotDone } from "../lib/consent.ts";
import { PolicyFormError } from "./policy/document.ts";
import type { HttpsWorld } from "./world.ts";

/** What a command does. It resolves to findings to report, or to undefined if it has already said everything. */
export type Action = (world: HttpsWorld) => Promise<readonly Finding[] | undefined>;

/** The outcome of a command: it succeeded unless one of its findings says otherwise. */
function outcome(claim: Claim, findings: readonly Finding[], detail: string): Finding {
  if (findings.some(({ status }) => status === "fail"))
    return fail(claim, detail, "The checks below say why.");
  return findings.some(({ status }) => status === "blocked")
    ? blocked(claim, detail, "The checks below say why.")
    : pass(claim, detail);
}

/**
 * Runs a command for a program. It asks no questions and reports everything as checks. The first check is about the
 * command itself and contains what a person would have read.
 */
export async function actForProgram(
  claim: Claim,
  action: Action,
  world: HttpsWorld,
): Promise<readonly Finding[]> {
  let said = "";
  const write = (text: string) => {
    said += text;
  };
  const detail = (message = "") => `${said}${message}`.trim();
  try {
    const findings = (await action({ ...world, write, ask: undefined })) ?? [];
    return [outcome(claim, findings, detail()), ...findings];
  } catch (error) {
    if (error instanceof DryRun) return [skip(claim, detail(error.message), "Run it without --dry-run.")];
    if (error instanceof NotDone || error instanceof UnnamedCertificateError) {
      return [fail(claim, detail(error.message), "")];
    }
    if (error instanceof CloudError || error instanceof BucketError || error instanceof PolicyFormError) {
      return [blocked(claim, detail(error.message))];
    }
    throw error;
  }
}
