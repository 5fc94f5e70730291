import { array, type InferOutput, nullish, number, object, string } from "valibot";
import type { CloudApi } from "../cloud-api.ts";
import { Text, Texts } from "./fields.ts";

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
