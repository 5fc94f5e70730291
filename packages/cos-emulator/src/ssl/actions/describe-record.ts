import { ApiError } from "../../cloud-api/api-error.ts";
import type { ApiAction, ApiResult } from "../../cloud-api/listener.ts";
import type { Parameters } from "../../cloud-api/parameters.ts";
import { beijingTime } from "../../cloud-api/time.ts";
import type { Deployment } from "../deployments.ts";
import type { SslService } from "../ssl-service.ts";

const DONE = 1;
const FAILED = 2;
const RUNNING = 3;

const DEFAULT_LIMIT = 10;
const MAX_LIMIT = 200;

/**
 * DescribeHostUpdateRecordDetail: the progress of a task of UpdateCertificateInstance, its items by the kind of their
 * resource (https://tencentcloud.com/document/api/1007/57982).
 */
export function describeUpdateRecord(ssl: SslService): ApiAction {
  return {
    parameters: new Set(["DeployRecordId", "Limit", "Offset"]),
    resource: () => "*",
    run({ parameters }) {
      const record = named(ssl, parameters);
      const items = itemsOf(ssl, record).map((item, i) => ({
        ...item,
        ResourceType: record.items[i]?.resourceType ?? "",
      }));
      const kinds = [...new Set(items.map(({ ResourceType }) => ResourceType))];
      const lists = kinds.map((kind) => items.filter(({ ResourceType }) => ResourceType === kind));
      return {
        ...counts(items),
        RecordDetailList: lists.map((List, i) => ({ ResourceType: kinds[i], List, TotalCount: List.length })),
      };
    },
  };
}

/**
 * DescribeHostDeployRecordDetail: the progress of a task of DeployCertificateInstance. Unlike the other one, it has one
 * list of all items, and takes numbers (https://cloud.tencent.com/document/product/400/91658).
 */
export function describeDeployRecord(ssl: SslService): ApiAction {
  return {
    parameters: new Set(["DeployRecordId", "Limit", "Offset"]),
    resource: () => "*",
    run({ parameters }) {
      const offset = parameters.integer("Offset") ?? 0;
      const limit = Math.min(parameters.integer("Limit") ?? DEFAULT_LIMIT, MAX_LIMIT);
      const items = itemsOf(ssl, named(ssl, parameters));
      return { ...counts(items), DeployRecordDetailList: items.slice(offset, offset + limit) };
    },
  };
}

/** @throws {ApiError} FailedOperation.CertificateDeployNotExist */
function named(ssl: SslService, parameters: Parameters): Deployment {
  const record = ssl.deployments.find(Number(parameters.requiredText("DeployRecordId")));
  if (record !== undefined) return record;
  throw new ApiError(
    "FailedOperation.CertificateDeployNotExist",
    "The certificate deployment record does not exist.",
  );
}

function itemsOf(ssl: SslService, record: Deployment) {
  const isRunning = ssl.deployments.isRunning(record);
  const startedAt = beijingTime(record.startedAt);
  return record.items.map(({ id, use, error }) => ({
    Id: id,
    CertId: record.newId,
    OldCertId: record.oldId,
    Domains: [use.domain],
    Region: use.region ?? "",
    Status: isRunning ? RUNNING : error === undefined ? DONE : FAILED,
    ErrorMsg: isRunning ? "" : (error ?? ""),
    CreateTime: startedAt,
    UpdateTime: startedAt,
  }));
}

function counts(items: readonly { readonly Status: number }[]): ApiResult {
  const count = (status: number) => items.filter(({ Status }) => Status === status).length;
  return {
    TotalCount: items.length,
    SuccessTotalCount: count(DONE),
    FailedTotalCount: count(FAILED),
    RunningTotalCount: count(RUNNING),
    PendingTotalCount: 0,
  };
}
