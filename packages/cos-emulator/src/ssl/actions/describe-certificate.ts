import type { ApiAction, ApiResult } from "../../cloud-api/listener.ts";
import type { Certificate } from "../certificate.ts";
import type { SslService } from "../ssl-service.ts";
import { described } from "./certificate-answer.ts";

/** DescribeCertificate: a certificate without its PEM. */
export function describeCertificate(ssl: SslService): ApiAction {
  return {
    parameters: new Set(["CertificateId"]),
    resource: () => "*",
    run: async ({ parameters }) => answer(ssl, await ssl.named(parameters.requiredText("CertificateId"))),
  };
}

/** DescribeCertificateDetail: a certificate with its PEM and its key. */
export function describeCertificateDetail(ssl: SslService): ApiAction {
  return {
    parameters: new Set(["CertificateId"]),
    resource: () => "*",
    async run({ parameters }) {
      const certificate = await ssl.named(parameters.requiredText("CertificateId"));
      return {
        ...answer(ssl, certificate),
        CertificatePublicKey: certificate.issued?.publicKey ?? null,
        CertificatePrivateKey: certificate.issued?.privateKey ?? null,
      };
    },
  };
}

function answer(ssl: SslService, certificate: Certificate): ApiResult {
  const { application, issued } = certificate;
  const key = application?.record.name;
  const record = application && {
    DvAuthKey: key,
    DvAuthValue: application.record.value,
    DvAuthDomain: application.domain,
  };
  return {
    ...described(ssl, certificate),
    DvAuthDetail:
      record === undefined || issued !== undefined
        ? null
        : { ...record, DvAuths: [{ ...record, DvAuthSubDomain: "_dnsauth", DvAuthVerifyType: "TXT" }] },
  };
}
