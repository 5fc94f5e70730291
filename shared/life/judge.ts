import type { Invocation } from "../entry/invocation.ts";
import { examine } from "./examine.ts";
import { onUploaded } from "./on-uploaded.ts";
import type { Verdict } from "./settle.ts";
import type { Upload } from "./upload.ts";

/** Whether a file is what its rule says; and whether the team wants it. */
export async function judge({ file, rule, cos }: Upload, invocation: Invocation): Promise<Verdict> {
  const reason = (await examine(file, rule, cos)) ?? (await onUploaded(file, invocation))?.reject;
  return reason === undefined ? { state: "accepted" } : { state: "rejected", reason };
}
