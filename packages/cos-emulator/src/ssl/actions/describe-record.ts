import { ApiError } from "../../cloud-api/api-error.ts";
import type { ApiAction } from "../../cloud-api/listener.ts";
import type { SslService } from "../ssl-service.ts";

const DONE = 1;
const FAILED = 2;
const RUNNING = 3;

/**
 * DescribeHostUpdateRecordDetail, and DescribeHostDeployRecordDetail with the same answer: a task's progress
 * (https://tencentcloud.com/document/api/1007/57982).
 */
export function describeRecord(ssl: SslService): ApiAction {
  return {
    parameters: new Set(["DeployRecordId", "Limit", "Offset"]),
    resource: () => "*",
    run({ parameters }) {
      const record = ssl.deployments.find(Number(parameters.requiredText("DeployRecordId")));
      if (record === undefined) {
        throw new ApiError(
          "FailedOperation.CertificateDeployNotExist",
          "The certificate deployment record does not exist.",
        );
      }
      const isRunning = ssl.deployments.isRunning(record);
      const items = record.items.map(({ id, resourceType, use, error }) => ({
        Id: id,
        CertId: record.newId,
        OldCertId: record.oldId,
        Domains: [use.domain],
        ResourceType: resourceType,
        Region: use.region ?? "",
        Status: isRunning ? RUNNING : error === undefined ? DONE : FAILED,
        ErrorMsg: isRunning ? "" : (error ?? ""),
      }));
      const count = (status: number) => items.filter(({ Status }) => Status === status).length;
      const kinds = [...new Set(items.map(({ ResourceType }) => ResourceType))];
      const lists = kinds.map((kind) => items.filter(({ ResourceType }) => ResourceType === kind));
      return {
        TotalCount: items.length,
        SuccessTotalCount: count(DONE),
        FailedTotalCount: count(FAILED),
        RunningTotalCount: count(RUNNING),
        PendingTotalCount: 0,
        RecordDetailList: lists.map((List, i) => ({ ResourceType: kinds[i], List, TotalCount: List.length })),
      };
    },
  };
}
