import {
  array,
  boolean,
  type InferOutput,
  number,
  object,
  optional,
  parseJson,
  picklist,
  pipe,
  record,
  safeParse,
  string,
} from "valibot";
import type { CosCall } from "../cos/client.ts";
import { isPending, markerPlace, PHASES, type Phase } from "../object/places.ts";
import type { Grant } from "../sts/session-policy.ts";
import { isSameVersion, type StoredFile, type Version } from "./stored-file.ts";

/** Where an upload stands. `stored` is what it is when nothing has been written about it. */
export type State = "stored" | "checking" | "accepted" | "rejected";

/**
 * The record of an upload that is past `stored`, as an object in the bucket: there is no database. It names the
 * upload by etag and time, since a key may be uploaded to again while its signature is valid.
 */
export interface Marker {
  readonly state: Exclude<State, "stored">;
  readonly file: StoredFile;
  /** Why it was rejected: a code, such as `WrongContent`. */
  readonly reason?: string | undefined;
  /** The open check of one that is `checking`. */
  readonly check?: string | undefined;
  /** Whether it was under `pending/` when this was written: it is copied to its key since, with another time. */
  readonly waited?: boolean | undefined;
  /** Whether this was written although it could not be announced that it is stored, which is still to be done. */
  readonly owesStored?: boolean | undefined;
  /** What has been announced about it, so that a repeated event announces nothing twice. */
  readonly told: readonly string[];
}

const Written = pipe(
  string(),
  parseJson(),
  object({
    state: picklist(["checking", "accepted", "rejected"]),
    file: object({
      key: string(),
      user: optional(string()),
      size: number(),
      type: string(),
      encoding: optional(string()),
      etag: string(),
      storedAt: number(),
      rule: string(),
      name: optional(string()),
      meta: record(string(), string()),
    }),
    reason: optional(string()),
    check: optional(string()),
    waited: optional(boolean()),
    owesStored: optional(boolean()),
    told: array(string()),
  }),
);

/** What is written about a key, possibly of an earlier upload than the one that is there. */
export type Markers = Readonly<Record<Phase, Marker | undefined>>;

/** What the temporary credential of a function must allow in order to read a key's markers, or to write them too. */
export function markerGrants(key: string, use: "read" | "write"): Grant[] {
  const actions = use === "read" ? ["GetObject"] : ["GetObject", "PutObject"];
  return PHASES.map((phase) => ({
    key: markerPlace(key, phase),
    permissions: [{ actions }],
    credentialStaysHere: true,
  }));
}

/** @throws ServiceError when COS fails */
export async function readMarkers(key: string, cos: CosCall): Promise<Markers> {
  const [began, ended] = await Promise.all(PHASES.map((phase) => readMarker(key, phase, cos)));
  return { began, ended };
}

async function readMarker(key: string, phase: Phase, cos: CosCall): Promise<Marker | undefined> {
  const answer = await cos({ method: "GET", key: markerPlace(key, phase), accept: [404] });
  if (answer.status === 404) return undefined;
  const { success, output } = safeParse(Written, answer.body.toString("utf8"));
  return success && output.file.key === key ? output : undefined;
}

/** @throws ServiceError when COS fails */
export async function writeMarker(marker: Marker, cos: CosCall): Promise<void> {
  const written: InferOutput<typeof Written> = { ...marker, told: [...marker.told] };
  await cos({
    method: "PUT",
    key: markerPlace(marker.file.key, phaseOf(marker)),
    headers: { "content-type": "application/json" },
    body: JSON.stringify(written),
  });
}

/**
 * Writes what was done since a record was written, such as an announcement, which may take seconds; unless meanwhile the
 * record was deleted with its file, or another has been written in its place.
 *
 * @throws ServiceError when COS fails
 */
export async function updateMarker(marker: Marker, cos: CosCall): Promise<void> {
  const now = await readMarker(marker.file.key, phaseOf(marker), cos);
  if (now?.state === marker.state && isSameVersion(now.file, marker.file)) await writeMarker(marker, cos);
}

function phaseOf({ state }: Marker): Phase {
  return state === "checking" ? "began" : "ended";
}

/**
 * The latest record of this very upload; or of the one that was copied here from `pending/` after it had passed
 * its check, whose only time is that of the copy.
 *
 * @param at where the object is
 * @param stored what is there
 */
export function markerOf(
  at: string,
  stored: Version & Pick<StoredFile, "size">,
  { began, ended }: Markers,
): Marker | undefined {
  const own = [ended, began].find((marker) => marker !== undefined && isSameVersion(marker.file, stored));
  if (own !== undefined || isPending(at)) return own;
  if (ended?.waited !== true || ended.state !== "accepted" || ended.file.size !== stored.size)
    return undefined;
  // A copy does not keep the ETag of an upload in parts, which COS makes from those of the parts, nor of one that is
  // encrypted with a key of KMS, as its uploader may ask: those are no MD5s. Nothing but copies from `pending/` comes here.
  const { storedAt, etag } = stored;
  // A copy is made without a Content-Encoding.
  const copied = { ...ended.file, storedAt, etag, encoding: undefined };
  return isSameVersion(copied, stored) ? ended : undefined;
}

/**
 * The record of a key that no longer has an object, because its last upload was rejected and removed. Undefined
 * otherwise, such as for a file that was accepted, or was being checked, and was deleted by its owner.
 */
export function markerOfAbsent({ began, ended }: Markers): Marker | undefined {
  const last =
    began && ended ? (began.file.storedAt > ended.file.storedAt ? began : ended) : (ended ?? began);
  return last?.state === "rejected" ? last : undefined;
}
