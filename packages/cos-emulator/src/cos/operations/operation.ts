import type { Reply } from "../http/reply.ts";
import type { CosRequest } from "../http/request.ts";
import type { Caller } from "../policy/caller.ts";
import type { CosService } from "../store/service.ts";

/** What an operation is given: the host is the bucket's, the URL is well-formed, nothing else has been checked. */
export interface OperationContext {
  readonly service: CosService;
  readonly request: CosRequest;
  /** Checks the signature and tells who made it; undefined for an anonymous request. */
  readonly authenticate: () => Caller | undefined;
}

/** One operation of COS's API; throws CosError to refuse. */
export type Operation = (context: OperationContext) => Promise<Reply> | Reply;
