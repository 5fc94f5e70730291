import { type CosError, invalidArgument } from "../http/errors.ts";
import { malformedXml, parseXml, xmlField } from "../xml/parse-xml.ts";

/** How uploads are encrypted by default (https://cloud.tencent.com/document/product/436/40136). */
export type EncryptionConfiguration =
  | { readonly algorithm: "AES256" }
  | {
      readonly algorithm: "KMS" /** Undefined for the key that COS creates. */;
      readonly keyId: string | undefined;
    };

/**
 * Reads the body of PUT Bucket encryption. The rule's content is ApplyServerSideEncryptionByDefault; the examples of
 * cos-nodejs-sdk-v5 and cos-python-sdk-v5 call it ApplySideEncryptionConfiguration, which COS also accepts.
 *
 * @throws {CosError} MalformedXML, InvalidArgument
 */
export function parseEncryptionConfiguration(text: string): EncryptionConfiguration {
  const rule = xmlField(parseXml(text, "ServerSideEncryptionConfiguration", new Set()), "Rule");
  if (rule === undefined || Array.isArray(rule)) throw malformedXml("it must have one Rule");
  const applied =
    xmlField(rule, "ApplyServerSideEncryptionByDefault") ??
    xmlField(rule, "ApplySideEncryptionConfiguration");
  if (applied === undefined) throw malformedXml("its Rule has no ApplyServerSideEncryptionByDefault");
  const algorithm = xmlField(applied, "SSEAlgorithm");
  const keyId = xmlField(applied, "KMSMasterKeyID") || undefined;
  if (algorithm === undefined) throw malformedXml("its Rule has no SSEAlgorithm");
  if (algorithm === "AES256" && keyId === undefined) return { algorithm };
  if (algorithm === "AES256") throw invalid("KMSMasterKeyID is only for the SSEAlgorithm KMS");
  if (algorithm !== "KMS") throw invalid("SSEAlgorithm must be AES256 or KMS");
  if (keyId !== undefined && typeof keyId !== "string") throw malformedXml("KMSMasterKeyID is not a string");
  return { algorithm, keyId };
}

function invalid(reason: string): CosError {
  return invalidArgument(`the encryption: ${reason}`);
}
