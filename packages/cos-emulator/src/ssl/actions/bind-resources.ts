import { ApiError } from "../../cloud-api/api-error.ts";
import { texts } from "../../cloud-api/json.ts";
import type { ApiAction } from "../../cloud-api/listener.ts";
import type { Parameters } from "../../cloud-api/parameters.ts";
import { beijingTime } from "../../cloud-api/time.ts";
import type { SslService } from "../ssl-service.ts";

/** From the API's description of CertificateIds. */
const MAX_IDS = 100;

/** Of the uses of a kind, in a region, from the API's description of Limit. */
const MAX_LIMIT = 100;
const DEFAULT_LIMIT = 10;

/** The other kinds in the API's answer, of which the emulator has no resources. */
const OTHER_KINDS = "CLB WAF DDOS LIVE VOD TKE APIGATEWAY TCB TSE TDMQ MQTT GAAP".split(" ");

/** TCB's resources are in environments (TCBInstanceList, https://cloud.tencent.com/document/api/400/41679). */
function noneOf(kind: string): object {
  return kind === "TCB" ? { Environments: [], Error: "" } : { InstanceList: [], TotalCount: 0, Error: "" };
}

/**
 * CreateCertificateBindResourceSyncTask: starts a search for where certificates are used. The task's id is derived from
 * the certificate's.
 */
export function createBindResourceTask(ssl: SslService): ApiAction {
  return {
    parameters: new Set(["CertificateIds", "IsCache"]),
    resource: () => "*",
    async run({ parameters }) {
      const ids = texts(parameters.raw("CertificateIds"), "CertificateIds");
      parameters.integer("IsCache");
      if (ids.length > MAX_IDS) {
        throw new ApiError("InvalidParameter", `CertificateIds may have at most ${MAX_IDS} ids.`);
      }
      for (const id of ids) {
        await ssl.named(id);
        ssl.deployments.startSearch(taskId(id));
      }
      return { CertTaskIds: ids.map((id) => ({ CertId: id, TaskId: taskId(id) })) };
    },
  };
}

/** DescribeCertificateBindResourceTaskDetail */
export function describeBindResourceTask(ssl: SslService): ApiAction {
  return {
    parameters: new Set(["TaskId", "Limit", "Offset"]),
    notEmulated: new Set(["ResourceTypes", "Regions"]),
    resource: () => "*",
    async run({ parameters }) {
      const id = certificateId(parameters.requiredText("TaskId"));
      if (id === undefined) {
        throw new ApiError("FailedOperation.CertificateSyncTaskIdInvalid", "There is no such task.");
      }
      const certificate = await ssl.named(id);
      if (!ssl.deployments.hasSearched(taskId(id))) return { Status: 0 };
      const offset = readNumber(parameters, "Offset") ?? 0;
      const limit = Math.min(readNumber(parameters, "Limit") ?? DEFAULT_LIMIT, MAX_LIMIT);
      const lists = ssl.users.map(({ resourceType, uses }) => {
        const instances = uses(certificate);
        const regions = new Set(instances.map(({ region }) => region));
        const of = (region: string | undefined) => instances.filter((one) => one.region === region);
        return [
          resourceType.toUpperCase(),
          (regions.size === 0 ? [undefined] : [...regions]).map((region) => ({
            ...(region !== undefined && { Region: region }),
            InstanceList: of(region)
              .slice(offset, offset + limit)
              .map(({ detail }) => ({ ...detail, CertId: id })),
            TotalCount: of(region).length,
            Error: "",
          })),
        ];
      });
      const none = OTHER_KINDS.map((kind) => [kind, [noneOf(kind)]]);
      return {
        ...Object.fromEntries([...none, ...lists]),
        Status: 1,
        CacheTime: beijingTime(ssl.options.clock()),
      };
    },
  };
}

/** A number that the API takes as text. */
function readNumber(parameters: Parameters, name: string): number | undefined {
  const text = parameters.text(name);
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new ApiError("InvalidParameter", `The value of the parameter \`${name}\` is not a number.`);
}

function taskId(certificate: string): string {
  return BigInt(`0x${Buffer.from(certificate).toString("hex")}`).toString();
}

function certificateId(task: string): string | undefined {
  if (!/^\d{1,30}$/.test(task)) return undefined;
  return Buffer.from(BigInt(task).toString(16), "hex").toString("latin1");
}
