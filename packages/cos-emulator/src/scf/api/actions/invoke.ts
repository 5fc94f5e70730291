import { ApiError } from "../../../cloud-api/api-error.ts";
import type { ApiAction, ApiResult } from "../../../cloud-api/listener.ts";
import { readJson } from "../../../json/read-json.ts";
import { MAX_ASYNC_EVENT_BYTES } from "../../runtime/async-invoker.ts";
import { functionResource } from "../resource.ts";
import type { ScfFunction } from "../scf-function.ts";
import type { ScfService } from "../scf-service.ts";

/** https://cloud.tencent.com/document/api/583/17243 */
export function invoke(scf: ScfService): ApiAction {
  return {
    parameters: new Set([
      "FunctionName",
      "Namespace",
      "Qualifier",
      "InvocationType",
      "ClientContext",
      "LogType",
    ]),
    notEmulated: new Set(["RoutingKey"]),
    resource: functionResource(scf),
    async run({ parameters }) {
      const found = scf.named(parameters);
      const type = parameters.text("InvocationType") ?? "RequestResponse";
      if (type !== "RequestResponse" && type !== "Event") {
        throw new ApiError(
          "InvalidParameterValue.InvokeType",
          "InvocationType must be RequestResponse or Event.",
        );
      }
      const text = parameters.text("ClientContext") ?? "{}";
      const event = readEvent(text);
      if (type === "Event") return invokeLater(found, event, Buffer.byteLength(text));
      const { requestId, outcome, durationMs, memoryBytes = 0 } = await found.invoke(event);
      const duration = Math.max(1, Math.round(durationMs));
      const record = found.log.records.findLast((item) => item.requestId === requestId);
      return {
        Result: {
          FunctionRequestId: requestId,
          InvokeResult: outcome.ok ? 0 : outcome.failure.errorCode,
          RetMsg: outcome.ok ? outcome.json : JSON.stringify(outcome.failure),
          ErrMsg: outcome.ok ? "" : JSON.stringify(outcome.failure),
          Log: record?.text ?? "",
          Duration: duration,
          BillDuration: duration,
          MemUsage: memoryBytes,
        },
      };
    },
  };
}

/** The call is asynchronous, so the answer has only the request id. */
function invokeLater(found: ScfFunction, event: unknown, bytes: number): ApiResult {
  if (bytes > MAX_ASYNC_EVENT_BYTES) {
    throw new ApiError(
      "InvalidParameter.RequestTooLarge",
      `The event of an asynchronous call may have at most ${MAX_ASYNC_EVENT_BYTES} bytes.`,
    );
  }
  found.requireRunning();
  const none = {
    InvokeResult: 0,
    RetMsg: "",
    ErrMsg: "",
    Log: "",
    Duration: 0,
    BillDuration: 0,
    MemUsage: 0,
  };
  return { Result: { FunctionRequestId: found.invokeLater(event), ...none } };
}

function readEvent(text: string): unknown {
  const event = readJson(text);
  if (event === undefined) throw new ApiError("InvalidParameterValue.Param", "ClientContext is not JSON.");
  return event;
}
