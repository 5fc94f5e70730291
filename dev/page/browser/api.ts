import { CONTROL, type ObjectList, type SessionPolicyAnswer } from "../config.ts";

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
}

/** One question to a function and its answer, to be shown. */
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

/** @throws {ApiError} with the function's own code, or `Unreachable` */
export async function ask(path: string, session: Session, init: RequestInit = {}): Promise<Asked> {
  const started = performance.now();
  const headers = new Headers(init.headers);
  if (session.token !== undefined) headers.set("authorization", `Bearer ${session.token}`);
  const response = await fetch(path, { ...init, headers }).catch(() => {
    throw new ApiError(0, "Unreachable", "The emulator does not answer. Is it still running?");
  });
  const json: unknown = await response.json().catch(() => undefined);
  if (!response.ok) throw errorOf(response.status, json);
  return {
    question: `${init.method ?? "GET"} ${path}`,
    status: response.status,
    milliseconds: Math.round(performance.now() - started),
    json,
  };
}

function errorOf(status: number, json: unknown): ApiError {
  const error = member(json, "error");
  const code = member(error, "code");
  const message = member(error, "message");
  return new ApiError(
    status,
    typeof code === "string" ? code : `HTTP ${status}`,
    typeof message === "string"
      ? message
      : "The answer is not one of a function's; the emulator's log says more.",
  );
}

/** A member of a JSON value; undefined when there is none. */
export function member(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return new Map<string, unknown>(Object.entries(value)).get(name);
}

/** A member that is text; empty when it is not. */
export function text(value: unknown, name: string): string {
  const found = member(value, name);
  return typeof found === "string" ? found : "";
}

/** A member's own members that are text, in their order. */
export function texts(value: unknown, name: string): Record<string, string> {
  const found = member(value, name);
  if (typeof found !== "object" || found === null) return {};
  return Object.fromEntries(
    Object.entries(found).flatMap(([key, item]) => (typeof item === "string" ? [[key, item] as const] : [])),
  );
}

async function control<T>(path: string, read: (json: unknown) => T, method = "GET"): Promise<T> {
  const { json } = await ask(`${CONTROL}/${path}`, { token: undefined }, { method });
  return read(json);
}

export const listObjects = () => control("objects", readObjects);

export const deleteObject = (key: string) =>
  control(`objects?key=${encodeURIComponent(key)}`, () => undefined, "DELETE");

export const deleteAllObjects = () => control("objects?all", () => undefined, "DELETE");

export const activeFaults = () =>
  control("faults", (json) => Object.entries(Object(json)).map(([service, fault]) => `${service}=${fault}`));

export const setFault = (name: string) =>
  control(`faults?set=${encodeURIComponent(name)}`, () => undefined, "PUT");

/** Undefined for a key that STS did not give out, such as the account's own. */
export async function sessionPolicy(secretId: string): Promise<SessionPolicyAnswer | undefined> {
  return await control(`session-policy?id=${encodeURIComponent(secretId)}`, (json) => ({
    policy: member(json, "policy"),
    expiredTime: Number(member(json, "expiredTime")),
  })).catch(() => undefined);
}

function readObjects(json: unknown): ObjectList {
  const list = member(json, "objects");
  return {
    total: Number(member(json, "total")),
    objects: (Array.isArray(list) ? list : []).map((item: unknown) => ({
      key: text(item, "key"),
      size: Number(member(item, "size")),
      contentType: text(item, "contentType"),
      lastModified: Number(member(item, "lastModified")),
    })),
  };
}
