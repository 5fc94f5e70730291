import { CosError } from "../http/errors.ts";
import { xmlReply } from "../xml/xml-reply.ts";
import type { SignedOperation } from "./operation.ts";

/** GET Bucket encryption, https://cloud.tencent.com/document/product/436/40137. */
export const getBucketEncryption: SignedOperation = {
  action: "name/cos:GetBucketEncryption",
  on: "bucket",
  run({ service }) {
    const configuration = service.settings.get("encryption");
    if (configuration === undefined) {
      throw new CosError("NoSuchEncryptionConfiguration", "The encryption configuration does not exist.", {
        reason: "this bucket has no default encryption",
      });
    }
    const keyId = configuration.algorithm === "KMS" ? configuration.keyId : undefined;
    return xmlReply({
      ServerSideEncryptionConfiguration: {
        Rule: {
          ApplyServerSideEncryptionByDefault: {
            SSEAlgorithm: configuration.algorithm,
            ...(keyId !== undefined && { KMSMasterKeyID: keyId }),
          },
        },
      },
    });
  },
};
