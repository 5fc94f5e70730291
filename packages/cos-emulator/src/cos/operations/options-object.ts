import { preflightHeaders } from "../http/cors.ts";
import type { Reply } from "../http/reply.ts";
import type { OperationContext } from "./operation.ts";

/** OPTIONS Object, a browser's preflight, never signed: https://cloud.tencent.com/document/product/436/8288. */
export function optionsObject({ service, request }: OperationContext): Reply {
  return { status: 200, headers: preflightHeaders(service.cors, request) };
}
