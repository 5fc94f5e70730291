import type { Invocation } from "../entry/invocation.ts";
import type { HttpRequest } from "../http/request.ts";

/** Who is asking. */
export interface Caller {
  /** Stands for the caller in object keys (see `userSegment`); undefined when callers are not told apart. */
  readonly user: string | undefined;
}

/** Identifies the caller, or throws a ServiceError of status 401 (or 5xx when it cannot find out). */
export type Authorize = (request: HttpRequest, invocation: Invocation) => Promise<Caller>;
