import { preflightHeaders } from "../http/cors.ts";
import { corsRules } from "../store/cors-rules.ts";
import type { OpenOperation } from "./operation.ts";

/** OPTIONS Object, a browser's preflight, never signed: https://cloud.tencent.com/document/product/436/8288. */
export const optionsObject: OpenOperation = {
  on: "anyone",
  run: ({ service, request }) => ({ status: 200, headers: preflightHeaders(corsRules(service), request) }),
};
