import { beijingTime } from "../../cloud-api/time.ts";
import { type Certificate, domainOf, STATUS, statusOf } from "../certificate.ts";
import type { SslService } from "../ssl-service.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** How long before its end a certificate may be renewed (ApplyCertificate's OldCertificateId). */
export const RENEWABLE_MS = 30 * DAY_MS;

const STATUS_MESSAGE: ReadonlyMap<number, string> = new Map([
  [STATUS.reviewing, "PENDING-DCV"],
  [STATUS.addingRecord, "PENDING-DCV"],
]);

/** What every answer says of a certificate. */
export function described(ssl: SslService, certificate: Certificate): Readonly<Record<string, unknown>> {
  const { clock, ownerUin } = ssl.options;
  const { issued, application } = certificate;
  const now = clock();
  const status = statusOf(certificate, now);
  const renewal = renewalOf(ssl, certificate);
  return {
    OwnerUin: ownerUin,
    ProjectId: "0",
    From: certificate.from,
    CertificateType: "SVR",
    PackageType: certificate.from === "upload" ? null : "83",
    Domain: domainOf(certificate),
    Alias: certificate.alias,
    Status: status,
    StatusMsg: STATUS_MESSAGE.get(status) ?? "",
    VerifyType: application?.method ?? "",
    CertBeginTime: issued ? beijingTime(issued.begins) : null,
    CertEndTime: issued ? beijingTime(issued.ends) : null,
    InsertTime: beijingTime(certificate.insertedAt),
    CertificateId: certificate.id,
    SubjectAltName: issued?.names ?? [domainOf(certificate)],
    Deployable: status === STATUS.issued,
    RenewAble: status === STATUS.issued && issued !== undefined && issued.ends - now < RENEWABLE_MS,
    IsWildcard: domainOf(certificate).startsWith("*."),
    CertificateExtra: {
      DomainNumber: String(issued?.names.length ?? 1),
      OriginCertificateId: certificate.renewalOf ?? null,
      RenewOrder: renewal?.id ?? null,
      ReplacedBy: null,
      ReplacedFor: null,
    },
  };
}

/** A certificate as DescribeCertificates lists it. */
export function listed(ssl: SslService, certificate: Certificate): Readonly<Record<string, unknown>> {
  const { issued } = certificate;
  return {
    ...described(ssl, certificate),
    IsExpiring: issued !== undefined && issued.ends - ssl.options.clock() < RENEWABLE_MS,
    HasRenewOrder: renewalOf(ssl, certificate)?.id ?? "",
  };
}

function renewalOf(ssl: SslService, { id }: Certificate): Certificate | undefined {
  return ssl.certificates.all().find((one) => one.renewalOf === id);
}
