import type { Invocation } from "../entry/invocation.ts";
import { examine } from "./examine.ts";
import { onUploaded } from "./on-uploaded.ts";
import { endOf, type Verdict } from "./settle.ts";
import type { Upload } from "./upload.ts";

/** A verdict; or `fits`: nothing speaks against it, and its check decides, or somebody else if it is held. */
export type Judgment = Verdict | { readonly state: "fits"; readonly isHeld: boolean };

/**
 * Whether a file matches its rule, and whether the team wants it; for a file that is already accepted or
 * rejected, that verdict.
 */
export async function judge(upload: Upload, invocation: Invocation): Promise<Judgment> {
  const end = endOf(upload);
  if (end !== undefined) return end;
  const misfit = await examine(upload);
  if (misfit !== undefined) return { state: "rejected", reason: misfit };
  const wish = await onUploaded(upload.file, invocation);
  if (wish === undefined) return { state: "fits", isHeld: false };
  if ("reject" in wish) return { state: "rejected", reason: wish.reject };
  return "accept" in wish ? { state: "accepted" } : { state: "fits", isHeld: true };
}
