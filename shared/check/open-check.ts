import { createHash } from "node:crypto";
import {
  type InferOutput,
  integer,
  minValue,
  number,
  object,
  optional,
  parseJson,
  picklist,
  pipe,
  safeParse,
  string,
} from "valibot";
import type { CosCall } from "../cos/client.ts";
import { isSameVersion, type StoredFile, type Version } from "../life/stored-file.ts";
import { PLACES } from "../object/places.ts";
import type { Grant } from "../sts/session-policy.ts";
import type { MediaResult } from "../wechat/media-result.ts";

/**
 * An unfinished check, as a small object in the bucket: there is no database. It exists from the beginning of
 * the check until its file is accepted or rejected, so everything under {@link CHECKS} still needs attention.
 * COS's time of the object says when it last changed, since it is rewritten each time.
 */
const OpenCheck = object({
  /** Where its object is: its key, or that under `pending/`. */
  at: string(),
  /** Of which upload: a key may be uploaded to again. */
  etag: string(),
  storedAt: pipe(number(), integer()),
  /** Its Content-Type, which may be another when the same bytes are uploaded again within the second. */
  type: string(),
  /** Its Content-Encoding, which may be another too; absent for none. */
  encoding: optional(string()),
  /**
   * - `asked`: WeChat is checking it, and its result comes under the check's id, which is the trace_id;
   * - `waiting`: WeChat is to be asked, again or for the first time;
   * - `held`: somebody else decides, such as COS's own audit.
   */
  is: picklist(["asked", "waiting", "held"]),
  /** How often WeChat has taken the question; 0 for never. */
  attempt: pipe(number(), integer(), minValue(0)),
  /** How it ends, once that is known and only has to be carried out. */
  verdict: optional(object({ state: picklist(["accepted", "rejected"]), reason: optional(string()) })),
});

export type OpenCheck = Readonly<InferOutput<typeof OpenCheck>>;

/** An open check under its id. */
export interface NamedCheck {
  readonly id: string;
  readonly check: OpenCheck;
}

/** Where all open checks are. */
export const CHECKS = `${PLACES.life}/checks/`;
/** Results that came before their check was recorded. */
export const RESULTS = `${PLACES.life}/results/`;

/** How often WeChat is asked about one upload if it sends no result or cannot read the file. */
export const MAX_ATTEMPTS = 3;

const ID = /^[\w-]{1,128}$/;

/** The id of a check that has none from WeChat: the same for the same upload. */
export function ownId(at: string, { etag, storedAt, type, encoding }: Version): string {
  return `own-${createHash("sha256")
    .update(JSON.stringify([at, etag, storedAt, type, ...(encoding === undefined ? [] : [encoding])]))
    .digest("hex")
    .slice(0, 40)}`;
}

export function isOf(check: OpenCheck, file: StoredFile): boolean {
  return isSameVersion(check, file);
}

/** What a function's temporary credential must allow for the check of this id, and for a result that is early. */
export function checkGrants(id: string): Grant[] {
  return [CHECKS, RESULTS].map((place) => ({
    key: place + id,
    permissions: PERMISSIONS,
    credentialStaysHere: true,
  }));
}

/** The same for every check, for whoever looks after all of them. */
export function allChecksGrants(): Grant[] {
  return [CHECKS, RESULTS].map((place) => ({
    key: place.slice(0, -1),
    isPrefix: true,
    permissions: PERMISSIONS,
  }));
}

const PERMISSIONS = [{ actions: ["GetObject", "PutObject", "DeleteObject"] }];

/**
 * @returns undefined for an id under which no check is open
 * @throws ServiceError when COS fails
 */
export async function readCheck(id: string, cos: CosCall): Promise<OpenCheck | undefined> {
  if (!ID.test(id)) return undefined;
  const answer = await cos({ method: "GET", key: CHECKS + id, accept: [404] });
  if (answer.status === 404) return undefined;
  const { success, output } = safeParse(pipe(string(), parseJson(), OpenCheck), answer.body.toString("utf8"));
  return success ? output : undefined;
}

/** @throws ServiceError when COS fails */
export async function writeCheck({ id, check }: NamedCheck, cos: CosCall): Promise<void> {
  await cos({ method: "PUT", key: CHECKS + id, headers: JSON_TYPE, body: JSON.stringify(check) });
}

/** @throws ServiceError when COS fails */
export async function closeCheck(id: string, cos: CosCall): Promise<void> {
  await cos({ method: "DELETE", key: CHECKS + id, accept: [404] });
}

const Result = object({
  traceId: string(),
  verdict: picklist(["pass", "risky", "undecided"]),
  why: string(),
  label: optional(number()),
});

/** Whether WeChat could not look at a file, and is to be asked once more. */
export function isAskedAgain({ why }: Pick<MediaResult, "why">, { attempt }: OpenCheck): boolean {
  return why === "CheckFailed" && attempt < MAX_ATTEMPTS;
}

/** Keeps a result whose check is not recorded yet; whoever records the check looks for the result. */
export async function keepResult(result: MediaResult, cos: CosCall): Promise<void> {
  await cos({
    method: "PUT",
    key: RESULTS + result.traceId,
    headers: JSON_TYPE,
    body: JSON.stringify(result),
  });
}

/** Looks for such a result. It is kept for a day, in case carrying it out fails. */
export async function takeResult(traceId: string, cos: CosCall): Promise<MediaResult | undefined> {
  const key = RESULTS + traceId;
  const answer = await cos({ method: "GET", key, accept: [404] });
  if (answer.status === 404) return undefined;
  const { success, output } = safeParse(pipe(string(), parseJson(), Result), answer.body.toString("utf8"));
  return success && output.traceId === traceId ? { ...output, label: output.label } : undefined;
}

/** Forgets such a result. */
export async function dropResult(traceId: string, cos: CosCall): Promise<void> {
  await cos({ method: "DELETE", key: RESULTS + traceId, accept: [404] });
}

const JSON_TYPE = { "content-type": "application/json" } as const;
