import { ApiError } from "../../../cloud-api/api-error.ts";
import type { ApiAction } from "../../../cloud-api/listener.ts";
import { functionResource } from "../resource.ts";
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
    resource: functionResource(scf),
    async run({ parameters }) {
      const found = scf.named(parameters);
      const type = parameters.text("InvocationType") ?? "RequestResponse";
      if (type !== "RequestResponse") {
        throw new ApiError("InvalidParameterValue.InvokeType", "The emulator invokes RequestResponse only.");
      }
      const event = readEvent(parameters.text("ClientContext") ?? "{}");
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

function readEvent(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError("InvalidParameterValue.Param", "ClientContext is not JSON.");
  }
}
