import { xmlReply } from "../xml/xml-reply.ts";
import { configurationOf } from "./lib/configuration.ts";
import type { SignedOperation } from "./operation.ts";

/** GET Bucket encryption, https://cloud.tencent.com/document/product/436/40137. */
export const getBucketEncryption: SignedOperation = {
  action: "name/cos:GetBucketEncryption",
  on: "bucket",
  run({ service }) {
    const configuration = configurationOf(service, "encryption");
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
