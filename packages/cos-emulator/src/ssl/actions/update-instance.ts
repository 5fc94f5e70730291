import { ApiError, missingParameter } from "../../cloud-api/api-error.ts";
import { list, members, textMember, texts } from "../../cloud-api/json.ts";
import type { ApiAction } from "../../cloud-api/listener.ts";
import type { Parameters } from "../../cloud-api/parameters.ts";
import { type Certificate, STATUS, statusOf } from "../certificate.ts";
import type { Target } from "../deployments.ts";
import type { SslService } from "../ssl-service.ts";

/** Every kind that the API knows; the emulator has resources of four of them. */
const KINDS = new Set(
  "clb cdn waf live ddos teo apigateway vod tke tcb tse cos mqtt scf tdmq gaap".split(" "),
);
/** The kinds of resources for which the regions must be named. */
const REGIONAL = new Set("clb tke apigateway waf tcb tse cos mqtt scf tdmq".split(" "));

/**
 * UpdateCertificateInstance: deploys a new certificate wherever an old one is used
 * (https://tencentcloud.com/document/api/1007/57981). The first calls answer DeployRecordId 0 while the API searches
 * for these places.
 */
export function updateInstance(ssl: SslService): ApiAction {
  return {
    parameters: new Set([
      "OldCertificateId",
      "CertificateId",
      "ResourceTypes",
      "ResourceTypesRegions",
      "ExpiringNotificationSwitch",
    ]),
    notEmulated: new Set([
      "Regions",
      "CertificatePublicKey",
      "CertificatePrivateKey",
      "Repeatable",
      "AllowDownload",
      "Tags",
      "ProjectId",
    ]),
    resource: () => "*",
    async run({ parameters }) {
      parameters.integer("ExpiringNotificationSwitch");
      const old = await ssl.named(parameters.requiredText("OldCertificateId"));
      const certificate = await deployable(ssl, parameters.requiredText("CertificateId"));
      const targets = targetsOf(ssl, old, readKinds(parameters));
      const running = ssl.deployments.running(old.id, certificate.id);
      if (running !== undefined) return { DeployRecordId: running.id, DeployStatus: 0 };
      if (targets.length > 0 && !ssl.deployments.isListed(`update ${old.id} ${certificate.id}`)) {
        return { DeployRecordId: 0, DeployStatus: 1 };
      }
      const { id } = await ssl.deployments.start(old.id, certificate, targets);
      return { DeployRecordId: id, DeployStatus: 1 };
    },
  };
}

/** DeployCertificateInstance: deploys a certificate to named resources. */
export function deployInstance(ssl: SslService): ApiAction {
  return {
    parameters: new Set(["CertificateId", "InstanceIdList", "ResourceType", "IsCache"]),
    notEmulated: new Set(["Status"]),
    resource: () => "*",
    async run({ parameters, region }) {
      parameters.integer("IsCache");
      const certificate = await deployable(ssl, parameters.requiredText("CertificateId"));
      const type = parameters.text("ResourceType") ?? "clb";
      checkKind(type);
      if (REGIONAL.has(type) && region === undefined) throw missingParameter("Region");
      const running = ssl.deployments.running("", certificate.id);
      if (running !== undefined) return { DeployRecordId: running.id, DeployStatus: 0 };
      const user = ssl.users.find(({ resourceType }) => resourceType === type);
      const targets = texts(parameters.raw("InstanceIdList"), "InstanceIdList").map((instance): Target => {
        const use = user?.find(instance);
        if (use !== undefined) return [type, use];
        throw new ApiError(
          "FailedOperation.CertificateNotDeployInstance",
          "The certificate is not allowed to be deployed under the instance list.",
        );
      });
      const { id } = await ssl.deployments.start("", certificate, targets);
      return { DeployRecordId: id, DeployStatus: 1 };
    },
  };
}

/** The requested kinds of resources, each with its regions; undefined for a kind without regions. */
function readKinds(parameters: Parameters): ReadonlyMap<string, ReadonlySet<string> | undefined> {
  const regions = new Map(
    list(parameters.raw("ResourceTypesRegions") ?? [], "ResourceTypesRegions").map((item) => {
      const entry = members(item, "ResourceTypesRegions[]");
      const type = textMember(entry, "ResourceType", "ResourceTypesRegions[]") ?? "";
      return [type, new Set(texts(entry.get("Regions") ?? [], "Regions"))] as const;
    }),
  );
  const kinds = texts(parameters.raw("ResourceTypes"), "ResourceTypes");
  if (kinds.length === 0) throw missingParameter("ResourceTypes");
  return new Map(
    kinds.map((kind) => {
      checkKind(kind);
      if (REGIONAL.has(kind) && (regions.get(kind)?.size ?? 0) === 0) {
        throw missingParameter("ResourceTypesRegions");
      }
      return [kind, REGIONAL.has(kind) ? regions.get(kind) : undefined];
    }),
  );
}

function checkKind(kind: string): void {
  if (KINDS.has(kind)) return;
  throw new ApiError(
    "FailedOperation.CertificateHostResourceTypeInvalid",
    "The cloud resource type is invalid.",
  );
}

function targetsOf(
  ssl: SslService,
  old: Certificate,
  kinds: ReadonlyMap<string, ReadonlySet<string> | undefined>,
): Target[] {
  return ssl.users
    .filter(({ resourceType }) => kinds.has(resourceType))
    .flatMap((user) =>
      user
        .uses(old)
        .filter(({ region }) => region === undefined || kinds.get(user.resourceType)?.has(region))
        .map((use): Target => [user.resourceType, use]),
    );
}

async function deployable(ssl: SslService, id: string): Promise<Certificate> {
  const certificate = await ssl.named(id);
  if (statusOf(certificate, ssl.options.clock()) === STATUS.issued) return certificate;
  throw new ApiError(
    "FailedOperation.CertificateNotAvailable",
    "The certificate is not available. Please check and try again.",
  );
}
