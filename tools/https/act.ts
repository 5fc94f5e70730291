import { CloudError, UnnamedCertificateError } from "../../packages/https-account/src/index.ts";
import { blocked, type Claim, type Finding, fail, pass, skip } from "../../packages/tls-check/src/index.ts";
import { BucketError } from "../lib/bucket-api.ts";
import { DryRun, NotDone } from "../lib/consent.ts";
import { PolicyFormError } from "./policy/document.ts";
import type { HttpsWorld } from "./world.ts";

/** What a command does; nothing to report when it has said everything. */
export type Action = (world: HttpsWorld) => Promise<readonly Finding[] | undefined>;

/** A command has done what it was to do when nothing that it found says otherwise. */
function outcome(claim: Claim, findings: readonly Finding[], detail: string): Finding {
  if (findings.some(({ status }) => status === "fail"))
    return fail(claim, detail, "The checks below say why.");
  return findings.some(({ status }) => status === "blocked")
    ? blocked(claim, detail, "The checks below say why.")
    : pass(claim, detail);
}

/**
 * Runs a command for a program, which is asked nothing and told everything as checks: the first is of the command
 * itself, with what a person would have read.
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
