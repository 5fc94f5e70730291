import Builder from "fast-xml-builder";
import { XMLParser } from "fast-xml-parser";
import { array, object, optional, safeParse, string } from "valibot";
import { type BucketAccess, BucketError, call } from "../../lib/bucket-api.ts";

/** A custom domain of the bucket (https://cloud.tencent.com/document/product/436/41983). */
export interface Domain {
  readonly name: string;
  /** `ENABLED` or `DISABLED`. */
  readonly status: string;
  /** `REST`, `WEBSITE` or `ACCELERATE`. */
  readonly type: string;
}

/** A certificate with its chain, and its key, both in PEM. */
export interface CertificatePair {
  readonly certificate: string;
  readonly privateKey: string;
}

const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  isArray: (_name, path) => path === "DomainConfiguration.DomainRule",
});

const builder = new Builder();

const Domains = object({
  DomainConfiguration: object({
    DomainRule: array(
      object({ Name: string(), Status: optional(string(), ""), Type: optional(string(), "") }),
    ),
  }),
});
const Certificate = object({ DomainCertificate: object({ Status: string() }) });

/** @throws BucketError */
export async function listDomains(access: BucketAccess): Promise<Domain[]> {
  const body = await unless404(call(access, "list its domains", { method: "GET", query: { domain: "" } }));
  const { success, output } = safeParse(Domains, body);
  if (!success) return [];
  return output.DomainConfiguration.DomainRule.map(({ Name, Status, Type }) => ({
    name: Name.toLowerCase(),
    status: Status,
    type: Type,
  }));
}

/**
 * The state of a domain's certificate, `ENABLED` when one is installed; undefined when COS knows of none.
 *
 * @throws BucketError
 */
export async function certificateStatus(access: BucketAccess, domain: string): Promise<string | undefined> {
  const query = { domaincertificate: "", domainname: domain };
  const what = `show the certificate of ${domain}`;
  const body = await unless404(call(access, what, { method: "GET", query }));
  const { success, output } = safeParse(Certificate, body);
  return success ? output.DomainCertificate.Status : undefined;
}

/**
 * Installs a certificate, which replaces any earlier one. The body is that of cos-go-sdk-v5's PutDomainCertificate.
 *
 * @throws BucketError
 */
export async function putCertificate(
  access: BucketAccess,
  domain: string,
  { certificate, privateKey }: CertificatePair,
): Promise<void> {
  const body = builder.build({
    DomainCertificate: {
      CertificateInfo: {
        CertType: "CustomCert",
        CustomCert: { Cert: certificate, PrivateKey: privateKey },
      },
      DomainList: { DomainName: domain },
    },
  });
  const query = { domaincertificate: "" };
  const request = { method: "PUT", query, body, contentType: "application/xml" } as const;
  await call(access, `install the certificate of ${domain}`, request);
}

/** @throws BucketError */
export async function deleteCertificate(access: BucketAccess, domain: string): Promise<void> {
  const query = { domaincertificate: "", domainname: domain };
  await call(access, `remove the certificate of ${domain}`, { method: "DELETE", query });
}

/** The answer's XML; undefined for 404, which COS returns for what was never configured. */
async function unless404(answer: ReturnType<typeof call>): Promise<unknown> {
  try {
    return parser.parse((await answer).body);
  } catch (error) {
    if (error instanceof BucketError && error.status === 404 && error.code !== "NoSuchBucket")
      return undefined;
    throw error;
  }
}
