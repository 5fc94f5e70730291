import { ApiError } from "../../../cloud-api/api-error.ts";
import type { ApiAction } from "../../../cloud-api/listener.ts";
import type { Parameters } from "../../../cloud-api/parameters.ts";
import { parseBeijingTime } from "../../../cloud-api/time.ts";
import { logAnswer } from "../invocation-log.ts";
import { functionResource } from "../resource.ts";
import type { ScfService } from "../scf-service.ts";

const DAY_MS = 24 * 3600 * 1000;
const DEFAULT_LIMIT = 20;

/** https://cloud.tencent.com/document/api/583/18583 */
export function getFunctionLogs(scf: ScfService): ApiAction {
  return {
    parameters: new Set([
      "FunctionName",
      "Namespace",
      "Qualifier",
      "FunctionRequestId",
      "StartTime",
      "EndTime",
      "Offset",
      "Limit",
      "Order",
      "OrderBy",
    ]),
    notEmulated: new Set(["Filter", "SearchContext"]),
    resource: functionResource(scf),
    run({ parameters }) {
      const found = scf.named(parameters);
      const { start, end } = readTimes(parameters, scf.options.clock());
      const requestId = parameters.text("FunctionRequestId");
      const wanted = found.log.records.filter(
        (record) =>
          record.startMs >= start &&
          record.startMs < end &&
          (requestId === undefined || record.requestId === requestId),
      );
      const sorted = readOrder(parameters) === "desc" ? wanted.toReversed() : wanted;
      const offset = parameters.integer("Offset") ?? 0;
      const limit = parameters.integer("Limit") ?? DEFAULT_LIMIT;
      const page = sorted.slice(offset, offset + limit);
      return { TotalCount: wanted.length, Data: page.map((record) => logAnswer(found.name, record)) };
    },
  };
}

function readOrder(parameters: Parameters): "asc" | "desc" {
  const orderBy = parameters.text("OrderBy") ?? "start_time";
  if (orderBy !== "start_time") {
    throw new ApiError("InvalidParameterValue.OrderBy", "The emulator orders only by start_time.");
  }
  const order = parameters.text("Order") ?? "desc";
  if (order !== "asc" && order !== "desc") {
    throw new ApiError("InvalidParameterValue.Order", "Order must be asc or desc.");
  }
  return order;
}

function readTimes(parameters: Parameters, now: number): { start: number; end: number } {
  const from = parameters.text("StartTime");
  const to = parameters.text("EndTime");
  if ((from === undefined) !== (to === undefined)) {
    throw new ApiError(
      "InvalidParameterValue.StartTimeOrEndTime",
      "StartTime and EndTime must be given together.",
    );
  }
  const start = from === undefined ? now - DAY_MS : parseBeijingTime(from);
  const end = to === undefined ? now + 1000 : parseBeijingTime(to) + 1000;
  if (!(end - start > 0 && end - start <= DAY_MS + 1000)) {
    throw new ApiError(
      "InvalidParameterValue.DateTime",
      "EndTime must be after StartTime, by at most a day.",
    );
  }
  return { start, end };
}
