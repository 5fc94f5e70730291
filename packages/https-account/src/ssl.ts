import { array, type InferOutput, nullish, number, object, pipe, string, transform } from "valibot";
import { type CloudApi, CloudError } from "./cloud-api.ts";

const Text = nullish(string(), "");
const Texts = nullish(array(string()), []);

/** The API's `Status` of a certificate. */
export const CERTIFICATE_STATUS = {
  reviewing: 0,
  issued: 1,
  failed: 2,
  expired: 3,
  addingRecord: 4,
} as const;

const Extra = nullish(object({ OriginCertificateId: Text, RenewOrder: Text }));

const Listed = object({
  CertificateId: string(),
  Alias: Text,
  From: Text,
  Domain: Text,
  SubjectAltName: Texts,
  Status: nullish(number(), -1),
  StatusMsg: Text,
  VerifyType: Text,
  ProductZhName: Text,
  PackageType: Text,
  CertBeginTime: Text,
  CertEndTime: Text,
  InsertTime: Text,
  HasRenewOrder: Text,
  CertificateExtra: Extra,
});

/** A certificate in the account, as DescribeCertificates lists it. */
export interface AccountCertificate {
  readonly id: string;
  readonly alias: string;
  /** `upload`, or the brand that issued it. */
  readonly from: string;
  /** The domain and all other names, without duplicates. */
  readonly names: readonly string[];
  readonly status: number;
  readonly statusMessage: string;
  /** Whether the service itself sets the DNS record that proves ownership of the name. */
  readonly verifiedBySystem: boolean;
  /** When it expires, in Unix milliseconds; NaN while it is not issued. */
  readonly ends: number;
  readonly inserted: number;
  /** The id of the certificate that it renews; empty for none. */
  readonly renewalOf: string;
}

const PAGE = 100;

/**
 * Lists all server certificates in the account, the newest first.
 *
 * @param search part of an id, an alias or a name
 * @throws CloudError
 */
export async function listCertificates(ssl: CloudApi, search?: string): Promise<AccountCertificate[]> {
  const found: AccountCertificate[] = [];
  for (let offset = 0; ; offset += PAGE) {
    const { Certificates, TotalCount } = await ssl.call(
      "DescribeCertificates",
      { CertificateType: "SVR", Limit: PAGE, Offset: offset, ...(search && { SearchKey: search }) },
      object({ Certificates: nullish(array(Listed), []), TotalCount: nullish(number(), 0) }),
    );
    found.push(...Certificates.map(readListed));
    if (found.length >= TotalCount || Certificates.length === 0) return found;
  }
}

function readListed(item: InferOutput<typeof Listed>): AccountCertificate {
  return {
    id: item.CertificateId,
    alias: item.Alias,
    from: item.From,
    names: [
      ...new Set([item.Domain, ...item.SubjectAltName].filter(Boolean).map((name) => name.toLowerCase())),
    ],
    status: item.Status,
    statusMessage: item.StatusMsg,
    verifiedBySystem: item.VerifyType === "DNS_AUTO",
    ends: beijing(item.CertEndTime),
    inserted: beijing(item.InsertTime),
    renewalOf: item.CertificateExtra?.OriginCertificateId ?? "",
  };
}

/** Reads `2026-11-27 18:00:00`, in Beijing time, as Unix milliseconds; NaN for anything else. */
function beijing(text: string): number {
  return Date.parse(`${text.replace(" ", "T")}+08:00`);
}

export function isPending({ status }: AccountCertificate): boolean {
  return status === CERTIFICATE_STATUS.reviewing || status === CERTIFICATE_STATUS.addingRecord;
}

export function isUsable({ status, ends }: AccountCertificate, now: number): boolean {
  return status === CERTIFICATE_STATUS.issued && !(ends <= now);
}

/** The DNS record that proves that the account owns a name. */
export interface ValidationRecord {
  readonly type: string;
  readonly name: string;
  readonly value: string;
}

const DvAuth = object({ DvAuthKey: Text, DvAuthValue: Text, DvAuthVerifyType: Text });
const DvAuthDetail = nullish(
  object({ DvAuthKey: Text, DvAuthValue: Text, DvAuths: nullish(array(DvAuth), []) }),
);

/** @returns undefined when there is no record to set @throws CloudError */
export async function validationRecord(ssl: CloudApi, id: string): Promise<ValidationRecord | undefined> {
  const { DvAuthDetail: detail } = await ssl.call(
    "DescribeCertificate",
    { CertificateId: id },
    object({ DvAuthDetail }),
  );
  const [first] = detail?.DvAuths ?? [];
  const name = first?.DvAuthKey || detail?.DvAuthKey;
  const value = first?.DvAuthValue || detail?.DvAuthValue;
  return name && value ? { type: first?.DvAuthVerifyType || "TXT", name, value } : undefined;
}

/**
 * Uploads a certificate to the account. If the account already has it, it is not stored a second time.
 *
 * @param again whether to store it a second time anyway, for example with a corrected chain
 * @returns its id, and whether it is new in the account
 * @throws CloudError
 */
export async function uploadCertificate(
  ssl: CloudApi,
  pair: { readonly certificate: string; readonly privateKey: string },
  alias: string,
  again = false,
): Promise<{ id: string; isNew: boolean }> {
  const { CertificateId, RepeatCertId } = await ssl.call(
    "UploadCertificate",
    {
      CertificatePublicKey: pair.certificate,
      CertificatePrivateKey: pair.privateKey,
      CertificateType: "SVR",
      Alias: alias,
      Repeatable: again,
    },
    object({ CertificateId: Text, RepeatCertId: Text }),
  );
  return RepeatCertId ? { id: RepeatCertId, isNew: false } : { id: CertificateId, isNew: true };
}

export type ValidationMethod = "DNS_AUTO" | "DNS";

/** Applies for a free certificate for one name and three months. @returns its id @throws CloudError */
export async function applyCertificate(
  ssl: CloudApi,
  name: string,
  method: ValidationMethod,
  oldId?: string,
): Promise<string> {
  const { CertificateId } = await ssl.call(
    "ApplyCertificate",
    {
      DvAuthMethod: method,
      DomainName: name,
      PackageType: "83",
      ValidityPeriod: "3",
      ...(oldId !== undefined && { OldCertificateId: oldId }),
    },
    object({ CertificateId: string() }),
  );
  return CertificateId;
}

/** The kinds of resource on which this package can replace certificates. */
export const RESOURCE_TYPES = ["cdn", "teo", "cos", "scf"] as const;

/** One place where a certificate is used. */
export interface CertificateUse {
  /** `cdn`, `cos` and so on, in lower case. */
  readonly type: string;
  readonly host: string;
  readonly region: string;
  /** Only for COS. */
  readonly bucket: string;
}

const Instance = object({ Domain: Text, Host: Text, Region: Text, Bucket: Text });
const InstanceList = object({
  Region: Text,
  InstanceList: nullish(array(Instance), []),
  TotalCount: nullish(number(), 0),
});
const Lists = nullish(array(InstanceList), []);

/** TCB's are in environments (TCBInstanceList, https://cloud.tencent.com/document/api/400/41679). */
const Service = nullish(object({ InstanceList: nullish(array(Instance), []) }));
const Environment = object({ AccessService: Service, HostService: Service });
const TcbLists = nullish(
  pipe(
    array(object({ Region: Text, Environments: nullish(array(Environment), []) })),
    transform((regions) =>
      regions.map(({ Region, Environments }) => ({
        Region,
        InstanceList: Environments.flatMap(({ AccessService, HostService }) =>
          [AccessService, HostService].flatMap((service) => service?.InstanceList ?? []),
        ),
        TotalCount: Environments.length,
      })),
    ),
  ),
  [],
);

const TaskDetail = object({
  Status: nullish(number(), 0),
  CDN: Lists,
  TEO: Lists,
  COS: Lists,
  SCF: Lists,
  CLB: Lists,
  WAF: Lists,
  LIVE: Lists,
  DDOS: Lists,
  VOD: Lists,
  APIGATEWAY: Lists,
  TSE: Lists,
  TKE: Lists,
  TCB: TcbLists,
  TDMQ: Lists,
  MQTT: Lists,
  GAAP: Lists,
});

/** The most ids that CreateCertificateBindResourceSyncTask accepts at once. */
const MAX_IDS = 100;
const LOOK_MS = 1000;
/** How many times to look for the result before giving up. */
const MAX_LOOKS = 60;
/** The most uses of a kind, in a region, that one answer lists. */
const MAX_USES = 100;
const TASK_DETAIL = "DescribeCertificateBindResourceTaskDetail";

/** By the kind of what uses the certificate, such as CDN. */
type UseLists = Omit<InferOutput<typeof TaskDetail>, "Status">;

/**
 * Finds where certificates are used, by their ids. The service searches anew each time.
 *
 * @throws CloudError
 */
export async function usesOf(
  ssl: CloudApi,
  ids: readonly string[],
  sleep: (ms: number) => Promise<void>,
): Promise<ReadonlyMap<string, readonly CertificateUse[]>> {
  const uses = new Map<string, readonly CertificateUse[]>();
  for (let start = 0; start < ids.length; start += MAX_IDS) {
    const { CertTaskIds } = await ssl.call(
      "CreateCertificateBindResourceSyncTask",
      { CertificateIds: ids.slice(start, start + MAX_IDS), IsCache: 0 },
      object({ CertTaskIds: nullish(array(object({ CertId: string(), TaskId: string() })), []) }),
    );
    for (const { CertId, TaskId } of CertTaskIds) uses.set(CertId, await usesOfTask(ssl, TaskId, sleep));
  }
  return uses;
}

async function usesOfTask(
  ssl: CloudApi,
  taskId: string,
  sleep: (ms: number) => Promise<void>,
): Promise<CertificateUse[]> {
  for (let look = 0; look < MAX_LOOKS; look += 1) {
    const { Status, ...lists } = await taskDetail(ssl, taskId, 0);
    if (Status !== 0) return await allUses(ssl, taskId, lists);
    await sleep(LOOK_MS);
  }
  // Without its result, a certificate that is in use would count as one that is not.
  throw new CloudError(TASK_DETAIL, "TaskNotFinished", "The search for a certificate's uses has not ended.");
}

/** Every page of the result. @param first the first of them */
async function allUses(ssl: CloudApi, taskId: string, first: UseLists): Promise<CertificateUse[]> {
  const uses = usesIn(first);
  const longest = Math.max(
    ...Object.values(first).flatMap((regions) => regions.map((one) => one.TotalCount)),
    0,
  );
  for (let offset = MAX_USES; offset < longest; offset += MAX_USES) {
    const { Status: _, ...lists } = await taskDetail(ssl, taskId, offset);
    uses.push(...usesIn(lists));
  }
  return uses;
}

function taskDetail(ssl: CloudApi, taskId: string, offset: number) {
  const page = { Limit: String(MAX_USES), Offset: String(offset) };
  return ssl.call(TASK_DETAIL, { TaskId: taskId, ...page }, TaskDetail);
}

function usesIn(lists: UseLists): CertificateUse[] {
  return Object.entries(lists).flatMap(([type, regions]) =>
    regions.flatMap(({ Region, InstanceList }) =>
      InstanceList.map((instance) => ({
        type: type.toLowerCase(),
        host: (instance.Domain || instance.Host).toLowerCase(),
        region: instance.Region || Region,
        bucket: instance.Bucket,
      })),
    ),
  );
}

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
