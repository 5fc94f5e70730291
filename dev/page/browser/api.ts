import {
  array,
  boolean,
  type GenericSchema,
  type InferOutput,
  number,
  object,
  optional,
  parse,
  picklist,
  record,
  safeParse,
  string,
  unknown,
} from "valibot";
import {
  type ClockAnswer,
  CONTROL,
  type ObjectList,
  type SessionPolicyAnswer,
  type UploadState,
} from "../config.ts";
import { text } from "./language.ts";

/** A function, or the emulator, answered with an error. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }

  /** Such as `400 ExtensionNotAllowed`; a status of 0 means that there was no answer, and is left out. */
  get label(): string {
    return `${this.status || ""} ${this.code}`.trim();
  }
}

/** One request to a function and its answer, for display. */
export interface Asked {
  /** Such as `GET /put-sign?ext=jpg`. */
  readonly question: string;
  readonly status: number;
  readonly milliseconds: number;
  readonly json: unknown;
}

/** Who is logged in; the page keeps the token in memory only. */
export interface Session {
  token: string | undefined;
}

let isReached = true;
let tellReach: (isReached: boolean) => void = () => {};

/** Reports from now on when the emulator stops answering, and when it answers again. The page asks it every second. */
export function watchReach(onChange: (isReached: boolean) => void): void {
  tellReach = onChange;
}

/** For a rejection that {@link watchReach} has reported. @throws whatever else it is */
export function ignoreUnreachable(error: unknown): void {
  if (!(error instanceof ApiError) || error.code !== "Unreachable") throw error;
}

function setReached(now: boolean): void {
  if (now === isReached) return;
  isReached = now;
  tellReach(now);
}

/** Calls a function or the emulator. @throws {ApiError} with the function's own code, or `Unreachable` */
export async function ask(path: string, session: Session, init: RequestInit = {}): Promise<Asked> {
  const started = performance.now();
  const headers = new Headers(init.headers);
  if (session.token !== undefined) headers.set("authorization", `Bearer ${session.token}`);
  const response = await fetch(path, { ...init, headers }).catch(() => {
    setReached(false);
    throw new ApiError(0, "Unreachable", text.unreachable);
  });
  setReached(true);
  const json: unknown = await response.json().catch(() => undefined);
  if (!response.ok) throw errorOf(response.status, json);
  return {
    question: `${init.method ?? "GET"} ${path}`,
    status: response.status,
    milliseconds: Math.round(performance.now() - started),
    json,
  };
}

const Failure = object({ error: object({ code: string(), message: string() }) });

function errorOf(status: number, json: unknown): ApiError {
  const { success, output } = safeParse(Failure, json);
  if (success) return new ApiError(status, output.error.code, output.error.message);
  const message = "The answer is not from a function; the emulator's log says more.";
  return new ApiError(status, `HTTP ${status}`, message);
}

async function control<const Schema extends GenericSchema>(
  path: string,
  schema: Schema,
  method = "GET",
): Promise<InferOutput<Schema>> {
  const { json } = await ask(`${CONTROL}/${path}`, { token: undefined }, { method });
  return parse(schema, json);
}

const Objects = object({
  total: number(),
  now: number(),
  objects: array(
    object({
      key: string(),
      size: number(),
      contentType: string(),
      lastModified: number(),
      isOwn: boolean(),
    }),
  ),
});
const Faults = record(string(), string());
const SessionPolicy = object({ policy: unknown(), expiredTime: number() });

export const listObjects = (): Promise<ObjectList> => control("objects", Objects);

const State = object({
  state: picklist(["stored", "checking", "accepted", "rejected"]),
  reason: optional(string()),
});

/** What the function `uploaded` has done with a file so far. */
export async function uploadState(key: string): Promise<UploadState> {
  const { state, reason } = await control(`upload-state?key=${encodeURIComponent(key)}`, State);
  return { state, reason };
}

export const deleteObject = (key: string) =>
  control(`objects?key=${encodeURIComponent(key)}`, unknown(), "DELETE");

export const deleteAllObjects = () => control("objects?all", unknown(), "DELETE");

export async function activeFaults(): Promise<string[]> {
  const faults = await control("faults", Faults);
  return Object.entries(faults).map(([service, fault]) => `${service}=${fault}`);
}

export const setFault = (name: string) => control(`faults?set=${encodeURIComponent(name)}`, unknown(), "PUT");

const Clock = object({ now: number(), ahead: number() });

export const readClock = (): Promise<ClockAnswer> => control("clock", Clock);

/** @param ahead milliseconds ahead of this machine's clock */
export const setClock = (ahead: number): Promise<ClockAnswer> =>
  control(`clock?ahead=${ahead}`, Clock, "PUT");

const Requests = object({
  requests: array(
    object({
      id: number(),
      service: string(),
      time: number(),
      method: string(),
      path: string(),
      query: optional(string()),
      action: optional(string()),
      status: number(),
      code: optional(string()),
      reason: optional(string()),
      explanation: optional(string()),
      requestId: optional(string()),
      durationMs: number(),
    }),
  ),
});

/** One line of the list of requests. */
export type SeenRequest = InferOutput<typeof Requests>["requests"][number];

/** The requests after the one with this id. */
export async function requestsAfter(id: number): Promise<readonly SeenRequest[]> {
  return (await control(`requests?after=${id}`, Requests)).requests;
}

/** Undefined for a key that STS did not issue, such as the account's own. */
export async function sessionPolicy(secretId: string): Promise<SessionPolicyAnswer | undefined> {
  return await control(`session-policy?id=${encodeURIComponent(secretId)}`, SessionPolicy).catch(
    () => undefined,
  );
}
