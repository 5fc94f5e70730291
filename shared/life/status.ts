import type { Caller } from "../auth/caller.ts";
import type { Environment } from "../config.ts";
import { type CosClient, createCos } from "../cos/client.ts";
import type { Invocation } from "../entry/invocation.ts";
import { objectNotFound } from "../errors.ts";
import { type HttpRequest, parameter } from "../http/request.ts";
import { notOneKey, readOwnKey } from "../object/own-key.ts";
import { finalKey, isPending, MAX_KEY_BYTES, placesOf } from "../object/places.ts";
import type { Rules } from "../object/rule.ts";
import { type CountingService, readOtherRequests } from "../quota/count-request.ts";
import { type UploadService, uploadService } from "../upload/service.ts";
import { openEach } from "./open.ts";
import { markerGrants, markerOf, markerOfAbsent, readMarkers, type State } from "./state.ts";
import { NOTHING_KNOWN, type StoredFile, storedIn } from "./stored-file.ts";
import { WITHHELD_HEAD } from "./withheld.ts";

/** What upload-status works with, made once at cold start. */
export interface StatusService extends UploadService, CountingService {
  readonly cos: CosClient;
}

/** @throws ConfigurationError naming the variable that is missing or malformed */
export function statusService(env: Environment): StatusService {
  const service = uploadService(env);
  return { ...service, otherRequests: readOtherRequests(env, service), cos: createCos(service.bucket) };
}

/**
 * The key that a file gets when it is accepted, by this key or by that under `pending/`.
 *
 * @throws ServiceError 400, or 403 for a key that is not the caller's own
 */
export function readStatusKey(request: HttpRequest, caller: Caller, rules: Rules): string {
  const key = readOwnKey(parameter(request, "key"), caller, rules);
  // Nothing is written about a longer one.
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) throw notOneKey();
  return finalKey(key);
}

/** How far an upload has come; of a file that is encrypted with its uploader's key, nothing else is known. */
export interface UploadStatus extends Pick<StoredFile, "key" | "size" | "type" | "etag" | "storedAt"> {
  readonly state: State;
  /** Why it was rejected, as a code. */
  readonly reason?: string | undefined;
}

/** @throws ServiceError 404 `ObjectNotFound`, or when STS or COS fails */
export async function uploadStatus(
  key: string,
  service: StatusService,
  invocation: Invocation,
): Promise<UploadStatus> {
  invocation.note({ key });
  const places = placesOf(key, service.rules);
  const permissions = [{ actions: ["HeadObject"] }];
  const heads = places.map((place) => ({ key: place, permissions, credentialStaysHere: true }));
  const cos = await openEach([...heads, ...markerGrants(key, "read")], service, invocation);
  const accept = [WITHHELD_HEAD, 404];
  const [markers, ...answers] = await Promise.all([
    readMarkers(key, cos),
    ...places.map(async (at) => ({ at, ...(await cos({ method: "HEAD", key: at, accept })) })),
  ]);
  const found = answers.find(({ status }) => status !== 404);
  const stored = found && (found.status === WITHHELD_HEAD ? NOTHING_KNOWN : storedIn(found.headers));
  const marker = stored === undefined ? markerOfAbsent(markers) : markerOf(found?.at ?? key, stored, markers);
  const file = stored ?? marker?.file;
  if (file === undefined) {
    throw objectNotFound("Nothing is stored under this key; upload it, or ask again later.");
  }
  const { size, type, etag, storedAt } = file;
  const { state: written = "stored", reason } = marker ?? {};
  // It has passed, and is not at its key yet.
  const state = written === "accepted" && found !== undefined && isPending(found.at) ? "checking" : written;
  return { key, state, size, type, etag, storedAt, ...(reason !== undefined && { reason }) };
}
