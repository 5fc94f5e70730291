import { onCosEvent } from "../../shared/entry/cos-event.ts";
import { judge } from "../../shared/life/judge.ts";
import { lifeService } from "../../shared/life/service.ts";
import { settle, tellStored } from "../../shared/life/settle.ts";
import { findUpload } from "../../shared/life/upload.ts";

/**
 * After an upload, by a trigger of COS: looks at the object itself, accepts or rejects it, and tells the team's own
 * server. Events come at least once and in any order; what has been done for an upload is not done again.
 */
export const main_handler = onCosEvent("uploaded", lifeService, async (keys, service, invocation) => {
  const upload = await findUpload(keys, service, invocation);
  if (upload === undefined) return "gone";
  await tellStored(upload, service, invocation);
  const marker = await settle(upload, () => judge(upload, invocation), service, invocation);
  return marker.state;
});
