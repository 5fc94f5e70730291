import { ApiError } from "../../cloud-api/api-error.ts";
import type { ApiAction } from "../../cloud-api/listener.ts";
import { STATUS, statusOf } from "../certificate.ts";
import type { SslService } from "../ssl-service.ts";
import { RENEWABLE_MS } from "./certificate-answer.ts";

/** How many free certificates an account may have. */
const MAX_FREE = 50;
const DOMAIN = /^(?=.{4,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/;

/**
 * ApplyCertificate: a free three-month certificate for one name (https://cloud.tencent.com/document/api/400/41678). The
 * code for each wrong value is not documented; ours are from the API's list.
 */
export function applyCertificate(ssl: SslService): ApiAction {
  return {
    parameters: new Set([
      "DvAuthMethod",
      "DomainName",
      "PackageType",
      "ValidityPeriod",
      "Alias",
      "OldCertificateId",
      "DeleteDnsAutoRecord",
      "ContactEmail",
      "ContactPhone",
    ]),
    notEmulated: new Set([
      "ProjectId",
      "CsrEncryptAlgo",
      "CsrKeyParameter",
      "CsrKeyPassword",
      "PackageId",
      "DnsNames",
    ]),
    resource: () => "*",
    async run({ parameters }) {
      // They have no effect here, but their types are checked.
      for (const name of ["ContactEmail", "ContactPhone"]) parameters.text(name);
      parameters.boolean("DeleteDnsAutoRecord");
      const domain = parameters.requiredText("DomainName");
      const method = parameters.requiredText("DvAuthMethod");
      if (!DOMAIN.test(domain)) {
        throw new ApiError(
          "FailedOperation.InvalidParam",
          "DomainName must be one name, without a wildcard.",
        );
      }
      if (method !== "DNS_AUTO" && method !== "DNS") {
        throw new ApiError("FailedOperation.InvalidParam", "DvAuthMethod must be DNS_AUTO or DNS here.");
      }
      for (const [name, only] of [
        ["PackageType", "83"],
        ["ValidityPeriod", "3"],
      ] as const) {
        if ((parameters.text(name) ?? only) !== only) {
          throw new ApiError("FailedOperation.InvalidParam", `The only ${name} is ${only}.`);
        }
      }
      if (method === "DNS_AUTO" && !ssl.certificates.isInDnsPod(domain)) {
        throw new ApiError("FailedOperation.InvalidParam", `The account has no DNSPod zone for ${domain}.`);
      }
      const oldId = parameters.text("OldCertificateId");
      if (oldId) await checkRenewable(ssl, oldId);
      if (ssl.certificates.all().filter(({ from }) => from !== "upload").length >= MAX_FREE) {
        throw new ApiError(
          "FailedOperation.ExceedsFreeLimit",
          "The number of free certificates exceeds the maximum value.",
        );
      }
      const { id } = ssl.certificates.apply(
        domain,
        method,
        parameters.text("Alias") ?? "",
        oldId || undefined,
      );
      return { CertificateId: id };
    },
  };
}

async function checkRenewable(ssl: SslService, oldId: string): Promise<void> {
  const old = await ssl.named(oldId);
  const now = ssl.options.clock();
  const isDue = old.issued !== undefined && old.issued.ends - now < RENEWABLE_MS;
  if (statusOf(old, now) !== STATUS.issued || !isDue) {
    throw new ApiError(
      "FailedOperation.CertificateNotAvailable",
      "The old certificate has expired, or has more than 30 days left.",
    );
  }
}
