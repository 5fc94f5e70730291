import { beginCheck } from "../../shared/check/begin.ts";
import { type HandleObject, onCosEvent } from "../../shared/entry/cos-event.ts";
import { RunError } from "../../shared/entry/event.ts";
import type { Invocation } from "../../shared/entry/invocation.ts";
import { closed } from "../../shared/life/close.ts";
import { judge } from "../../shared/life/judge.ts";
import { settle, tellStored } from "../../shared/life/settle.ts";
import { tellAgain } from "../../shared/life/tell-again.ts";
import { noteUntold } from "../../shared/life/untold.ts";
import { findUpload, isCopy, type Upload } from "../../shared/life/upload.ts";
import { QuotaError, type SettlingService, settlingService } from "./service.ts";

/**
 * After an upload, by a trigger of COS: looks at the object itself, has it checked where its rule asks for that, accepts or
 * rejects it, and notifies the team's own server. Events come at least once and in any order; what has been done for an
 * upload is not repeated. What is uploaded once more by a signature that is good for one upload is removed, and nobody is
 * told. Its timer continues with files that were not finished when SCF gave up, such as those that the team has not been
 * notified about yet. A server that cannot be notified of a file, which may be the uploader's doing, does not keep it from
 * being checked and rejected.
 */
const follow: HandleObject<SettlingService> = async (places, service, invocation) => {
  const found = await findUpload(places, service, invocation);
  if (found === undefined) return "gone";
  try {
    return await steps(found, service, invocation);
  } catch (error) {
    // SCF gives up after two repetitions. What could not be announced is noted already, and a file that waits for WeChat is
    // looked after by `check-watch`.
    if (!(error instanceof RunError)) await noteUntold(found.at, found.cos);
    throw error;
  }
};

async function steps(found: Upload, service: SettlingService, invocation: Invocation): Promise<string> {
  const upload = await closed(found, service, invocation);
  if (upload === undefined) return "gone";
  if (isCopy(upload)) return "copied";
  if (upload.isRepeated) {
    await upload.cos({ method: "DELETE", key: upload.at, accept: [404] });
    return "repeated";
  }
  const isCounted = await service.quota?.settle(upload.file, invocation);
  let failure: unknown;
  const told = await tellStored(upload, service, invocation).catch((error: unknown): Upload => {
    failure = error;
    return { ...upload, isUntold: true };
  });
  const state = await look(told, service, invocation);
  if (failure !== undefined) throw failure;
  if (isCounted === false) throw new QuotaError();
  return state;
}

async function look(upload: Upload, service: SettlingService, invocation: Invocation): Promise<string> {
  const judgment = await judge(upload, invocation);
  const step =
    judgment.state === "fits" ? await beginCheck(upload, judgment.isHeld, service, invocation) : judgment;
  if (step.state === "checking") return "checking";
  // It stays stored until the team has been told so.
  if (step.state === "accepted" && upload.isUntold) return "stored";
  const { state, reason } = await settle(upload, step, service, invocation);
  return reason === undefined ? state : `${state}: ${reason}`;
}

export const main_handler = onCosEvent("uploaded", settlingService, follow, tellAgain);
