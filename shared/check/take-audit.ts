import type { Invocation } from "../entry/invocation.ts";
import { open } from "../life/open.ts";
import { endOf, settle } from "../life/settle.ts";
import { findUpload, type Upload } from "../life/upload.ts";
import { finalKey, isPending } from "../object/places.ts";
import type { AuditResult } from "./audit.ts";
import { conclude } from "./conclude.ts";
import { checkGrants, readCheck } from "./open-check.ts";
import type { CheckService } from "./service.ts";
import { verdictOf } from "./verdict.ts";

/**
 * Takes what COS's own audit has found. A file that waits for it is accepted or rejected; any other can only be
 * rejected by it, even after it was accepted.
 *
 * @throws ServiceError when STS or COS fails, WebhookError when the announcement does not arrive
 */
export async function takeAudit(
  audit: AuditResult,
  service: CheckService,
  invocation: Invocation,
): Promise<"accepted" | "rejected" | "checking" | "gone" | "ignored"> {
  const upload = await audited(audit.key, service, invocation);
  if (upload === undefined) return "gone";
  const id = upload.marker?.check;
  if (upload.marker?.state === "checking" && id !== undefined) {
    const cos = await open(checkGrants(id), service, invocation);
    const check = await readCheck(id, cos);
    if (check?.is === "held") {
      return await conclude({ id, check }, ({ rule }) => verdictOf(audit, rule), cos, service, invocation);
    }
  }
  if (audit.verdict !== "risky") return "ignored";
  const { state } = await settle(
    overturned(upload),
    { state: "rejected", reason: "Risky" },
    service,
    invocation,
  );
  return state;
}

/**
 * The upload that an audit is about. It names where it found the object: by now, a file that waited there may have been
 * accepted, and be at its key.
 */
async function audited(
  at: string,
  service: CheckService,
  invocation: Invocation,
): Promise<Upload | undefined> {
  const upload = await findUpload([at], service, invocation);
  const isThere = upload?.stored !== undefined && endOf(upload)?.state !== "accepted";
  if (isThere || !isPending(at)) return upload;
  const moved = await findUpload([finalKey(at)], service, invocation);
  // One that was rejected where it waited may have an earlier one at its key, which the audit is not about.
  const isAnother = isRejected(upload) && !isRejected(moved);
  return isAnother ? upload : (moved ?? upload);
}

/** As far as is written: possibly of one that could not be removed. */
function isRejected(upload: Upload | undefined): boolean {
  return upload !== undefined && endOf(upload)?.state === "rejected";
}

/**
 * Of a file that was accepted, as if it had not been; and as it is at its key, so that its record is known to be of what is
 * there, should it not be removed at once.
 */
function overturned(upload: Upload): Upload {
  if (upload.marker === undefined || endOf(upload)?.state !== "accepted") return upload;
  const { encoding, ...file } = upload.file;
  const stored = upload.stored ?? { encoding };
  return { ...upload, file: { ...file, ...stored }, marker: { ...upload.marker, state: "checking" } };
}
