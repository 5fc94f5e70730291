import { array, type InferOutput, nullish, number, object } from "valibot";
import type { CloudApi } from "../cloud-api.ts";
import { Text, Texts } from "./fields.ts";
import type { CertificateUse } from "./uses.ts";

/** The kinds of resource on which this package can replace certificates. */
export const RESOURCE_TYPES = ["cdn", "teo", "cos", "scf"] as const;

/** A task that installs a certificate; its id is 0 while the service is still creating it. */
export interface DeployRecord {
  readonly id: number;
}

/**
 * Starts a task that replaces an old certificate everywhere it is used. The same call also tells whether the task has
 * been created yet.
 *
 * @throws CloudError
 */
export async function replaceCertificate(
  ssl: CloudApi,
  oldId: string,
  newId: string,
  uses: readonly CertificateUse[],
): Promise<DeployRecord> {
  const kinds = RESOURCE_TYPES.filter((kind) => uses.some(({ type }) => type === kind));
  const regional = kinds.filter((kind) => kind === "cos" || kind === "scf");
  const { DeployRecordId } = await ssl.call(
    "UpdateCertificateInstance",
    {
      OldCertificateId: oldId,
      CertificateId: newId,
      ResourceTypes: kinds,
      ResourceTypesRegions: regional.map((kind) => ({
        ResourceType: kind,
        Regions: [...new Set(uses.flatMap(({ type, region }) => (type === kind && region ? [region] : [])))],
      })),
    },
    object({ DeployRecordId: nullish(number(), 0) }),
  );
  return { id: DeployRecordId };
}

/** Where {@link deployCertificate} puts a certificate: a bucket's custom domain, or a domain on EdgeOne. */
export type DeployTarget =
  | { readonly type: "cos"; readonly region: string; readonly bucket: string; readonly host: string }
  | { readonly type: "teo"; readonly host: string };

/**
 * Installs a certificate on one host. Each kind of resource names its hosts in its own way
 * (https://cloud.tencent.com/document/api/400/91667).
 *
 * @throws CloudError
 */
export async function deployCertificate(
  ssl: CloudApi,
  id: string,
  target: DeployTarget,
): Promise<DeployRecord> {
  const { type, host } = target;
  const instance = type === "cos" ? `${target.region}|${target.bucket}|${host}` : host;
  const { DeployRecordId } = await ssl.call(
    "DeployCertificateInstance",
    { CertificateId: id, ResourceType: type, InstanceIdList: [instance] },
    object({ DeployRecordId: nullish(number(), 0) }),
    type === "cos" ? target.region : undefined,
  );
  return { id: DeployRecordId };
}

/** How far a task is. */
export interface DeployProgress {
  readonly total: number;
  readonly done: number;
  /** The hosts where it failed, each with the reason. */
  readonly failures: readonly string[];
  readonly isRunning: boolean;
}

const FAILED = 2;
/** The most items of a task that one answer lists. */
const MAX_ITEMS = 200;
const Count = nullish(number(), 0);
const Items = nullish(array(object({ Domains: Texts, Status: Count, ErrorMsg: Text })), []);
const Counts = {
  TotalCount: Count,
  SuccessTotalCount: Count,
  FailedTotalCount: Count,
  RunningTotalCount: Count,
  PendingTotalCount: Count,
};

/** How far a task of {@link replaceCertificate} is. @throws CloudError */
export async function replaceProgress(ssl: CloudApi, { id }: DeployRecord): Promise<DeployProgress> {
  const answer = await ssl.call(
    "DescribeHostUpdateRecordDetail",
    { DeployRecordId: String(id), Limit: String(MAX_ITEMS) },
    object({ ...Counts, RecordDetailList: nullish(array(object({ List: Items })), []) }),
  );
  return progressOf(
    answer,
    answer.RecordDetailList.flatMap(({ List }) => List),
  );
}

/**
 * How far a task of {@link deployCertificate} is. Its call takes a number where the other takes text, and its answer
 * has no kinds (https://cloud.tencent.com/document/product/400/91658).
 *
 * @throws CloudError
 */
export async function deployProgress(ssl: CloudApi, { id }: DeployRecord): Promise<DeployProgress> {
  const answer = await ssl.call(
    "DescribeHostDeployRecordDetail",
    { DeployRecordId: String(id), Limit: MAX_ITEMS },
    object({ ...Counts, DeployRecordDetailList: Items }),
  );
  return progressOf(answer, answer.DeployRecordDetailList);
}

function progressOf(
  counts: Readonly<Record<keyof typeof Counts, number>>,
  items: InferOutput<typeof Items>,
): DeployProgress {
  const failures = items
    .filter(({ Status }) => Status === FAILED)
    .map(({ Domains, ErrorMsg }) => `${Domains.join(", ")}: ${ErrorMsg || "no reason given"}`);
  const unlisted = counts.FailedTotalCount - failures.length;
  return {
    total: counts.TotalCount,
    done: counts.SuccessTotalCount,
    failures: unlisted > 0 ? [...failures, `${unlisted} more: no reason given`] : failures,
    isRunning: counts.RunningTotalCount > 0 || counts.PendingTotalCount > 0,
  };
}
