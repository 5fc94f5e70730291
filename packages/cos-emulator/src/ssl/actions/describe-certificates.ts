import { integers, texts } from "../../cloud-api/json.ts";
import type { ApiAction } from "../../cloud-api/listener.ts";
import { type Certificate, domainOf, statusOf } from "../certificate.ts";
import type { SslService } from "../ssl-service.ts";
import { listed } from "./certificate-answer.ts";

const MAX_LIMIT = 1000;

/** DescribeCertificates */
export function describeCertificates(ssl: SslService): ApiAction {
  return {
    parameters: new Set([
      "Offset",
      "Limit",
      "SearchKey",
      "CertificateType",
      "ExpirationSort",
      "CertificateStatus",
      "FilterSource",
      "CertIds",
    ]),
    notEmulated: new Set([
      "ProjectId",
      "Deployable",
      "Upload",
      "Renew",
      "IsSM",
      "FilterExpiring",
      "Hostable",
      "Tags",
      "IsPendingIssue",
      "ServiceId",
    ]),
    resource: () => "*",
    async run({ parameters }) {
      await ssl.certificates.settle();
      const { clock } = ssl.options;
      const search = parameters.text("SearchKey") ?? "";
      const source = parameters.text("FilterSource");
      const statuses = integers(parameters.raw("CertificateStatus") ?? [], "CertificateStatus");
      const ids = texts(parameters.raw("CertIds") ?? [], "CertIds");
      // The emulator has only servers' certificates.
      const isOfKind = (parameters.text("CertificateType") ?? "SVR") === "SVR";
      const found = ssl.certificates
        .all()
        .filter(
          (certificate) =>
            isOfKind &&
            searchableOf(certificate).some((text) => text.includes(search)) &&
            (source === undefined || (source === "upload") === (certificate.from === "upload")) &&
            (statuses.length === 0 || statuses.includes(statusOf(certificate, clock()))) &&
            (ids.length === 0 || ids.includes(certificate.id)),
        );
      const offset = parameters.integer("Offset") ?? 0;
      const limit = Math.min(parameters.integer("Limit") ?? 10, MAX_LIMIT);
      return {
        TotalCount: found.length,
        Certificates: sorted(found, parameters.text("ExpirationSort"))
          .slice(offset, offset + limit)
          .map((certificate) => listed(ssl, certificate)),
      };
    },
  };
}

function sorted(found: readonly Certificate[], order: string | undefined): readonly Certificate[] {
  if (order === undefined) return found;
  const direction = order === "ASC" ? 1 : -1;
  return found.toSorted((a, b) => direction * ((a.issued?.ends ?? 0) - (b.issued?.ends ?? 0)));
}

function searchableOf(certificate: Certificate): string[] {
  return [certificate.id, certificate.alias, domainOf(certificate), ...(certificate.issued?.names ?? [])];
}
