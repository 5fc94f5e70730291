import type { CosCall } from "../cos/client.ts";
import { RunError } from "../entry/event.ts";
import type { Invocation } from "../entry/invocation.ts";
import { ServiceError } from "../errors.ts";
import { settle, type Verdict } from "../life/settle.ts";
import { findUpload, type Upload } from "../life/upload.ts";
import { closeCheck, isOf, type NamedCheck, writeCheck } from "./open-check.ts";
import type { CheckService } from "./service.ts";

/**
 * The very upload that a check is about; undefined when it is gone, or another one is in its place.
 *
 * @throws ServiceError when STS or COS fails
 */
export async function uploadOf(
  { check }: NamedCheck,
  service: CheckService,
  invocation: Invocation,
): Promise<Upload | undefined> {
  const upload = await findUpload([check.at], service, invocation);
  return upload !== undefined && isOf(check, upload.file) ? upload : undefined;
}

/**
 * Brings a check to its end, by a verdict, unless there is one already. If something fails on the way, such as
 * a team's server that does not answer, the verdict is written into the check, which stays open: `check-watch`
 * continues from there.
 *
 * @param verdictFor asked when the file is still there
 * @param cos with a credential for the check
 * @returns the state of the file; `gone` when it is not there any more, `checking` when `check-watch` has to
 *   continue
 * @throws ServiceError when STS or COS fails so that nothing could be written
 */
export async function conclude(
  named: NamedCheck,
  verdictFor: (upload: Upload) => Verdict,
  cos: CosCall,
  service: CheckService,
  invocation: Invocation,
): Promise<"accepted" | "rejected" | "checking" | "gone"> {
  const upload = await uploadOf(named, service, invocation);
  if (upload === undefined) {
    await closeCheck(named.id, cos);
    return "gone";
  }
  const verdict = verdictFor(upload);
  try {
    const { state } = await settle(upload, verdict, service, invocation);
    await closeCheck(named.id, cos);
    return state;
  } catch (error) {
    await writeCheck({ id: named.id, check: { ...named.check, verdict } }, cos);
    invocation.note({
      notConcluded: error instanceof ServiceError || error instanceof RunError ? error.code : "InternalError",
    });
    return "checking";
  }
}
