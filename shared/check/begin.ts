import { authorization } from "../cos/authorization.ts";
import type { CosCall } from "../cos/client.ts";
import { objectUrl, signedUrl } from "../cos/url.ts";
import { RunError } from "../entry/event.ts";
import type { Invocation } from "../entry/invocation.ts";
import { open } from "../life/open.ts";
import type { Verdict } from "../life/settle.ts";
import { writeMarker } from "../life/state.ts";
import { owing, type Upload } from "../life/upload.ts";
import { keyTime } from "../sts/credential.ts";
import { askMediaCheck, type MediaType } from "../wechat/media-check.ts";
import {
  allChecksGrants,
  closeCheck,
  isAskedAgain,
  type NamedCheck,
  type OpenCheck,
  ownId,
  readCheck,
  takeResult,
  writeCheck,
} from "./open-check.ts";
import { openidOf, userGrant } from "./openid.ts";
import { planFor } from "./plan.ts";
import type { CheckService } from "./service.ts";
import { undecided, verdictOf } from "./verdict.ts";

/** What happens to a file next: a verdict, or waiting for one. */
export type Step = Verdict | { readonly state: "checking"; readonly isAsked: boolean };

/**
 * Begins the check of a file that matches its rule; or continues one that has begun, and asks again if WeChat
 * did not accept the question. Whatever fails, the same call later continues.
 *
 * @param isHeld somebody else decides, as `onUploaded` says
 * @throws ServiceError when STS or COS fails, and RunError when WeChat cannot take the question now: the
 *   platform calls again a minute later, twice, and after that `check-watch` asks
 */
export async function beginCheck(
  upload: Upload,
  isHeld: boolean,
  service: CheckService,
  invocation: Invocation,
): Promise<Step> {
  const { file, rule, marker } = upload;
  const plan = planFor(file, rule, service.wechat !== undefined);
  if (!isHeld && plan.is === "none") return { state: "accepted" };
  if (!isHeld && plan.is === "undecidable") return undecided("NotCheckable", rule);
  const cos = await openChecks(upload, service, invocation);
  const previous = await previousCheck(marker?.check, cos);
  if (previous?.check.is === "asked") {
    // An earlier invocation may have found its result, and then failed to carry it out.
    return (await earlyVerdict(previous, upload, cos)) ?? { state: "checking", isAsked: true };
  }
  if (previous?.check.is === "held") return { state: "checking", isAsked: true };
  if (isHeld || plan.is !== "wechat") return await waitFor(newCheck(upload), upload, cos);
  const step = await askWeChat(previous, plan.type, upload, cos, service, invocation);
  if (step.state === "checking" && !step.isAsked) {
    throw new RunError("CheckWaits", "WeChat cannot check the file now; it will be asked again.");
  }
  return step;
}

async function previousCheck(id: string | undefined, cos: CosCall): Promise<NamedCheck | undefined> {
  const check = id === undefined ? undefined : await readCheck(id, cos);
  return id === undefined || check === undefined ? undefined : { id, check };
}

/** A check that has no id from WeChat; so far, somebody else decides on it. */
function newCheck({ at, file: { etag, storedAt, type, encoding } }: Upload): NamedCheck {
  const version = { etag, storedAt, type, ...(encoding !== undefined && { encoding }) };
  return { id: ownId(at, version), check: { at, ...version, is: "held", attempt: 0 } };
}

/** COS, with a credential for the checks and for the record of the uploader's openid. */
export async function openChecks(
  { file: { user } }: Upload,
  service: CheckService,
  invocation: Invocation,
): Promise<CosCall> {
  const grants = [...allChecksGrants(), ...(user === undefined ? [] : [userGrant(user, "GetObject")])];
  return await open(grants, service, invocation);
}

/**
 * Asks WeChat, and records that it was asked, or that it must be asked later.
 *
 * @param previous the check so far; undefined for none
 * @throws ServiceError when STS or COS fails
 */
export async function askWeChat(
  previous: NamedCheck | undefined,
  type: MediaType,
  upload: Upload,
  cos: CosCall,
  service: CheckService,
  invocation: Invocation,
): Promise<Step> {
  const { file, rule } = upload;
  if (service.wechat === undefined) return undecided("NotCheckable", rule);
  const openid = await openidOf(file, cos);
  if (openid === undefined) return undecided("UserUnknown", rule);
  const { program, tokens } = service.wechat;
  const url = await urlOf(upload.at, service, invocation);
  const asked = await askMediaCheck({ url, type, openid }, program, tokens, invocation);
  const { id, check } = previous ?? newCheck(upload);
  switch (asked.is) {
    case "refused":
      return undecided(asked.why, rule);
    case "later":
      invocation.note({ wechatSays: asked.why });
      return await waitFor({ id, check: { ...check, is: "waiting" } }, upload, cos);
    case "asked": {
      const { traceId } = asked;
      const begun: OpenCheck = { ...check, is: "asked", attempt: check.attempt + 1 };
      const step = await waitFor({ id: traceId, check: begun }, upload, cos);
      if (previous !== undefined) await closeCheck(previous.id, cos);
      // Its result may have come before the check was recorded.
      return (await earlyVerdict({ id: traceId, check: begun }, upload, cos)) ?? step;
    }
  }
}

/**
 * What an early result says, one that came before its check was recorded; undefined for none, or when WeChat is
 * asked again.
 */
async function earlyVerdict(
  { id, check }: NamedCheck,
  { rule }: Upload,
  cos: CosCall,
): Promise<Verdict | undefined> {
  const result = await takeResult(id, cos);
  return result === undefined || isAskedAgain(result, check) ? undefined : verdictOf(result, rule);
}

/** The check first: `check-watch` then looks after it, and the marker says where it is. */
async function waitFor({ id, check }: NamedCheck, upload: Upload, cos: CosCall): Promise<Step> {
  const { file, marker, cos: life } = upload;
  await writeCheck({ id, check }, cos);
  const began = { state: "checking", file, ...owing(upload), told: marker?.told ?? [], check: id } as const;
  await writeMarker(began, life);
  return { state: "checking", isAsked: check.is !== "waiting" };
}

/** How long WeChat may take to fetch a file, in seconds: as long as it may take to say what it found. */
const URL_SECONDS = 1800;

/** The signed address of one object, for WeChat. It is never logged. */
async function urlOf(key: string, { sts, bucket }: CheckService, invocation: Invocation): Promise<string> {
  const grant = { key, permissions: [{ actions: ["GetObject"] }], credentialStaysHere: true };
  const credential = await sts.credentialFor(grant, URL_SECONDS, invocation);
  const time = keyTime(credential, URL_SECONDS);
  const { host } = bucket;
  const signature = authorization({ method: "GET", key, headers: { host } }, credential, time);
  return signedUrl(objectUrl(host, key, {}), signature, credential.securityToken);
}
