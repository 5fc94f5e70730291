import { createHash, randomBytes } from "node:crypto";
import type { Account } from "../../../cloud/account.ts";
import { readJson } from "../../../json/read-json.ts";
import { CosError, invalidArgument } from "../../http/errors.ts";
import type { CosRequest } from "../../http/request.ts";
import { isSecure } from "../../http/transport.ts";
import type { Encryption } from "../../store/encryption.ts";
import type { ObjectAttributes } from "../../store/stored-object.ts";
import type { OpenContext } from "../operation.ts";

const PREFIX = "x-cos-server-side-encryption";
const OF_SOURCE = "x-cos-copy-source-server-side-encryption";
const CUSTOMER_PARTS = ["customer-algorithm", "customer-key", "customer-key-md5"] as const;
const KMS_KEY_ID = `${PREFIX}-cos-kms-key-id`;
const KMS_CONTEXT = `${PREFIX}-context`;

/** Every header of encryption that COS knows, in lower case (https://cloud.tencent.com/document/product/436/7728). */
export const ENCRYPTION_HEADERS: ReadonlySet<string> = new Set([
  PREFIX,
  KMS_KEY_ID,
  KMS_CONTEXT,
  ...CUSTOMER_PARTS.flatMap((part) => [`${PREFIX}-${part}`, `${OF_SOURCE}-${part}`]),
]);

/** AES-256. */
const KEY_BYTES = 32;

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

type Named = ReadonlyMap<string, string>;

/**
 * How to encrypt an upload: as its headers or form fields say or, without any, as the bucket's default says. Nothing is
 * really encrypted here, but an object with a customer's key can be read only with that key. cos-cpp-sdk-v5's own tests
 * expect InvalidArgument for an unknown algorithm.
 *
 * @throws {CosError} InvalidArgument, KmsKeyNotExist
 */
export function readEncryption(context: OpenContext, named: Named): Encryption | undefined {
  const algorithm = named.get(PREFIX) || undefined;
  const keyMd5 = readCustomerKey(context, named, PREFIX, invalidArgument);
  const keyId = named.get(KMS_KEY_ID) || undefined;
  if (algorithm !== "cos/kms" && (keyId !== undefined || named.has(KMS_CONTEXT))) {
    throw invalidArgument(`${KMS_KEY_ID} and ${KMS_CONTEXT} are only for ${PREFIX}: cos/kms`);
  }
  if (keyMd5 !== undefined) {
    if (algorithm !== undefined)
      throw invalidArgument(`${PREFIX} and ${PREFIX}-customer-* cannot be used together`);
    return { method: "SSE-C", keyMd5 };
  }
  if (algorithm === undefined) return bucketEncryption(context);
  if (algorithm === "AES256") return { method: "SSE-COS" };
  if (algorithm !== "cos/kms") throw invalidArgument(`${PREFIX} must be AES256 or cos/kms`);
  checkContext(named.get(KMS_CONTEXT));
  return kmsEncryption(context.service.account, keyId);
}

/**
 * How to encrypt an upload that does not say how.
 *
 * @throws {CosError} KmsKeyNotExist
 */
function bucketEncryption({ service }: OpenContext): Encryption | undefined {
  const configuration = service.settings.get("encryption");
  if (configuration === undefined) return undefined;
  if (configuration.algorithm === "AES256") return { method: "SSE-COS" };
  return kmsEncryption(service.account, configuration.keyId);
}

/**
 * Refuses to read an object that is encrypted with a customer's key, unless the request has that key. We could not find
 * out what COS does with a key for an object without one; here it is ignored.
 *
 * @param source whether the object is the source of a copy, whose key has its own headers
 * @throws {CosError} SsecDecryptHeaderInvalid
 */
export function checkCustomerKey(
  context: OpenContext,
  { encryption }: ObjectAttributes,
  { source = false }: { readonly source?: boolean } = {},
): void {
  if (encryption?.method !== "SSE-C") return;
  const prefix = source ? OF_SOURCE : PREFIX;
  const keyMd5 = readCustomerKey(context, context.request.headers, prefix, notDecrypted);
  if (keyMd5 === undefined) throw notDecrypted(`the object can be read only with ${prefix}-customer-*`);
  if (keyMd5 !== encryption.keyMd5) throw notDecrypted("the object was encrypted with another key");
}

/**
 * Refuses a part without the key that its upload began with, or with a key if the upload has none. We could not find
 * out which code COS has for that.
 *
 * @throws {CosError} InvalidArgument
 */
export function checkPartKey(context: OpenContext, { encryption }: ObjectAttributes): void {
  const keyMd5 = readCustomerKey(context, context.request.headers, PREFIX, invalidArgument);
  const expected = encryption?.method === "SSE-C" ? encryption.keyMd5 : undefined;
  if (keyMd5 === expected) return;
  if (expected === undefined) throw invalidArgument("the upload was begun without a customer's key");
  throw invalidArgument(`every part needs the ${PREFIX}-customer-* that the upload was begun with`);
}

/**
 * Refuses a download that says how to encrypt (https://cloud.tencent.com/document/product/436/7728).
 *
 * @throws {CosError} SSEHeaderNotAllowed
 */
export function checkNoEncryptionHeader({ headers }: CosRequest): void {
  if (!headers.has(PREFIX)) return;
  throw new CosError("SSEHeaderNotAllowed", "The SSE header is not allowed for this request.", {
    reason: `${PREFIX} is only for uploads; COS decrypts by itself`,
  });
}

/** The headers that say in answers how an object is encrypted (https://cloud.tencent.com/document/product/436/7729). */
export function encryptionHeaders({ encryption }: ObjectAttributes): Record<string, string> {
  switch (encryption?.method) {
    case undefined:
      return {};
    case "SSE-COS":
      return { [PREFIX]: "AES256" };
    case "SSE-KMS":
      return { [PREFIX]: "cos/kms", [KMS_KEY_ID]: encryption.keyId };
    case "SSE-C":
      return {
        [`${PREFIX}-customer-algorithm`]: "AES256",
        [`${PREFIX}-customer-key-MD5`]: encryption.keyMd5,
      };
  }
}

/**
 * The ETag of an object that is sent in one piece and encrypted, but not with COS's own key: it is not the MD5 of its
 * bytes, as the examples of https://cloud.tencent.com/document/product/436/7749 show. Empty for any other object.
 */
export function encryptedEtag({ encryption }: ObjectAttributes): { readonly etag?: string } {
  const isMd5 = encryption === undefined || encryption.method === "SSE-COS";
  return isMd5 ? {} : { etag: randomBytes(16).toString("hex") };
}

/** Whether a request says how to encrypt its object. */
export function asksForEncryption(named: Named): boolean {
  return [...named.keys()].some((name) => name.startsWith(PREFIX) && ENCRYPTION_HEADERS.has(name));
}

/**
 * The MD5 of the customer's key, from three headers or fields; undefined without any of them. They must be sent over
 * HTTPS (https://cloud.tencent.com/document/product/436/18145). No refusal quotes them.
 */
function readCustomerKey(
  { service, request }: OpenContext,
  named: Named,
  prefix: string,
  refusal: (reason: string) => CosError,
): string | undefined {
  const [algorithm, key, md5] = CUSTOMER_PARTS.map((part) => named.get(`${prefix}-${part}`) || undefined);
  if (algorithm === undefined && key === undefined && md5 === undefined) return undefined;
  if (algorithm !== "AES256") throw refusal(`${prefix}-customer-algorithm must be AES256`);
  const bytes = Buffer.from(key ?? "", "base64");
  if (bytes.length !== KEY_BYTES || bytes.toString("base64") !== key) {
    throw refusal(`${prefix}-customer-key must be the base64 of ${KEY_BYTES} bytes`);
  }
  const keyMd5 = createHash("md5").update(bytes).digest("base64");
  if (md5 !== keyMd5) throw refusal(`${prefix}-customer-key-MD5 is not the base64 of the key's MD5`);
  if (isSecure(request, service.strictTransport)) return keyMd5;
  throw refusal("a customer's key must be sent over HTTPS");
}

/**
 * There is no KMS: every id that could be a key's counts as one. KMS's ids are UUIDs; cos-java-sdk-v5's own tests try
 * `kms-test`, and have COS's message for it.
 *
 * @throws {CosError} KmsKeyNotExist
 */
function kmsEncryption({ appId }: Account, keyId: string | undefined): Encryption {
  if (keyId === undefined || UUID.test(keyId)) {
    return { method: "SSE-KMS", keyId: keyId ?? keyMadeByCos(appId) };
  }
  throw new CosError("KmsKeyNotExist", "The kms key you provided can not be found in kms", {
    reason: "the id of a KMS key is a UUID",
  });
}

/** Always the same for an account, since COS creates one key per account. */
function keyMadeByCos(appId: string): string {
  const hex = createHash("sha256").update(`cos/kms ${appId}`).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    "-",
  );
}

function checkContext(context: string | undefined): void {
  if (context === undefined) return;
  const value = readJson(Buffer.from(context, "base64").toString("utf8"));
  if (typeof value === "object" && value !== null) return;
  throw invalidArgument(`${KMS_CONTEXT} is not the base64 of a JSON object`);
}

function notDecrypted(reason: string): CosError {
  return new CosError("SsecDecryptHeaderInvalid", "The SSE-C headers are not valid for this object.", {
    reason,
  });
}
