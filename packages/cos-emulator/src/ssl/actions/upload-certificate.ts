import { ApiError } from "../../cloud-api/api-error.ts";
import type { ApiAction } from "../../cloud-api/listener.ts";
import { readIssued } from "../certificate.ts";
import type { SslService } from "../ssl-service.ts";

/** UploadCertificate */
export function uploadCertificate(ssl: SslService): ApiAction {
  return {
    parameters: new Set([
      "CertificatePublicKey",
      "CertificatePrivateKey",
      "CertificateType",
      "Alias",
      "Repeatable",
      "CertificateUse",
    ]),
    notEmulated: new Set(["ProjectId", "Tags", "KeyPassword"]),
    resource: () => "*",
    run({ parameters }) {
      parameters.text("CertificateUse");
      if ((parameters.text("CertificateType") ?? "SVR") !== "SVR") {
        throw new ApiError("InvalidParameter", "The emulator accepts only certificates of type SVR.");
      }
      const issued = readIssued(
        parameters.requiredText("CertificatePublicKey"),
        parameters.requiredText("CertificatePrivateKey"),
      );
      const same = ssl.certificates.all().find((one) => one.issued?.fingerprint === issued.fingerprint);
      if (same !== undefined && parameters.boolean("Repeatable") === false)
        return { CertificateId: "", RepeatCertId: same.id };
      const { id } = ssl.certificates.upload(issued, parameters.text("Alias") ?? "");
      return { CertificateId: id, RepeatCertId: "" };
    },
  };
}
