import { array, type InferOutput, nullish, number, object, pipe, string, transform } from "valibot";
import { type CloudApi, CloudError } from "../cloud-api.ts";
import { Text } from "./fields.ts";

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
