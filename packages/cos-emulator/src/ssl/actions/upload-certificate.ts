import { ApiError } from "../../cloud-api/api-error.ts";
import type { ApiAction } from "../../cloud-api/listener.ts";
import type { Parameters } from "../../cloud-api/parameters.ts";
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
      if ((parameters.text("CertificateType") ?? "SVR") !== "SVR") {
        throw new ApiError("InvalidParameter", "The emulator accepts only certificates of type SVR.");
      }
      const issued = readIssued(
        parameters.requiredText("CertificatePublicKey"),
        parameters.requiredText("CertificatePrivateKey"),
      );
      const same = ssl.certificates.all().find((one) => one.issued?.fingerprint === issued.fingerprint);
      if (same !== undefined && !isRepeatable(parameters))
        return { CertificateId: "", RepeatCertId: same.id };
      const { id } = ssl.certificates.upload(issued, parameters.text("Alias") ?? "");
      return { CertificateId: id, RepeatCertId: "" };
    },
  };
}

function isRepeatable(parameters: Parameters): boolean {
  const value = parameters.raw("Repeatable") ?? true;
  if (typeof value === "boolean") return value;
  throw new ApiError("InvalidParameter", "The value of the parameter `Repeatable` is not a boolean.");
}
