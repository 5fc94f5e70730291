import type { CauseId } from "./cause.ts";

/** What one of COS's codes says by itself, whatever the request. */
export interface KnownCode {
  readonly cause: CauseId;
  /** What is wrong, without a full stop; COS's own message is appended. */
  readonly what: string;
}

const ARGUMENT = "argument-invalid";
const BUSY = "busy";
const BODY = "body-incomplete";
const PARTS = "parts-differ";
const CONFLICT = "conflict";
const ENCRYPTION = "encryption";
const IMAGE = "image-processing";
const BUCKET = "bucket-name";
const SETTING = "no-such-setting";
const UNSUPPORTED = "not-supported";

const TRY_AGAIN = "COS could not answer at this moment";
const PART_MISSING = "The list of parts does not match what was uploaded";
const ENCRYPTED = "The encryption that the bucket or the request asks for failed";
const IMAGE_FAILED = "The image cannot be processed";
const ACLS_FULL = "The account has as many access control lists and policies as COS allows";
const NO_SETTING = "The bucket has no such setting";

/**
 * The codes that COS can answer when an object is uploaded or read
 * (https://cloud.tencent.com/document/product/436/7730, and older copies of it, which spell some differently), except
 * those that diagnosis/diagnose.ts diagnoses from the request. Codes for creating and configuring buckets are left out.
 */
const KNOWN = {
  InvalidArgument: [ARGUMENT, "COS does not accept a parameter, header or field of the request"],
  InvalidRequest: [ARGUMENT, "COS does not accept the request as it is"],
  BadRequest: [ARGUMENT, "COS does not accept a parameter of the request"],
  BadRquest: [ARGUMENT, "COS does not accept a parameter of the request"],
  InvalidTag: [ARGUMENT, "COS does not accept the tags in x-cos-tagging"],
  InvalidSHA1Digest: [ARGUMENT, "The SHA-1 that was sent is not that of the body"],
  VerifyAlgorithmNotSupported: [ARGUMENT, "COS does not know the checksum's algorithm"],
  UnexpectedContent: [ARGUMENT, "The request has a body or a parameter that does not belong to it"],
  MissingContentMD5: [ARGUMENT, "This operation needs Content-MD5"],
  MissingHost: [ARGUMENT, "The request has no Host header"],
  InvalidDelimiter: [ARGUMENT, "COS does not accept the list's delimiter"],
  MalformedACLError: ["xml-malformed", "The ACL that was sent cannot be read"],
  MalformedXML: ["xml-malformed", "The XML that was sent cannot be read"],
  XMLSizeLimit: ["xml-malformed", "The XML that was sent is too long"],
  IncompleteBody: [BODY, "Fewer bytes arrived than Content-Length announced"],
  ImcompleteBody: [BODY, "Fewer bytes arrived than Content-Length announced"],
  EntitySizeNotMatch: [BODY, "The body is not as long as announced"],
  MissingRequestBodyError: [BODY, "The request needs a body and has none"],
  UserNetworkTooSlow: ["too-slow", "The bytes came too slowly, and COS ended the request"],
  RequestTimeout: ["too-slow", "The bytes did not arrive in time, and COS ended the request"],
  RequestTimeOut: ["too-slow", "The bytes did not arrive in time, and COS ended the request"],
  InternalError: [BUSY, TRY_AGAIN],
  // The documentation's own spelling on some pages.
  InternalErrror: [BUSY, TRY_AGAIN],
  ServiceUnavailable: [BUSY, TRY_AGAIN],
  SlowDown: [BUSY, "COS received more requests for this bucket than it can serve"],
  TooManyRequests: [BUSY, "COS received more requests for this bucket than it can serve"],
  KmsFreqControl: [BUSY, "The key service received more requests than it can serve"],
  NoSuchUpload: ["no-such-upload", "There is no multipart upload with this uploadId for this key"],
  InvalidPart: [PARTS, PART_MISSING],
  InvalidPartOrder: [PARTS, "The parts are not listed in ascending order"],
  ListPartUploadIdIsEmpty: [PARTS, "The request names no uploadId"],
  InvalidUploadStatus: [PARTS, "The multipart upload is not in a state that allows this"],
  UploadIdNotSupported: [PARTS, "The object was not uploaded in parts"],
  PathConflict: [CONFLICT, "The same key was written twice at the same moment"],
  UploadConflict: [CONFLICT, "The same upload was completed or written twice at the same moment"],
  AppendPositionErr: [CONFLICT, "The position to append at is not the object's length"],
  ObjectNotAppendable: [CONFLICT, "The object cannot be appended to"],
  InvalidBucketState: [CONFLICT, "A setting of the bucket forbids this"],
  ObjectLocked: ["locked", "The object is locked against changes"],
  BucketLocked: ["locked", "The bucket is locked against changes"],
  PreconditionFailed: ["precondition-failed", "A condition of the request (such as If-Match) does not hold"],
  InvalidRange: ["range-invalid", "The Range that was asked for lies outside the object"],
  KeyTooLong: ["bad-key", "The object key or the metadata is too long"],
  InvalidObjectName: ["bad-key", "COS does not accept the object key"],
  MetadataTooLarge: ["metadata-too-large", "The x-cos-meta-… headers are too long together"],
  MaxMessageLengthExceeded: ["too-large", "The request is longer than COS accepts"],
  InvalidBucketName: [BUCKET, "The host does not begin with the name of a bucket"],
  BucketNameTooLong: [BUCKET, "The bucket's name in the host is too long"],
  InvalidRegionName: [BUCKET, "The region in the host is not one of COS's"],
  MissingAppid: ["missing-appid", "The bucket's name lacks its APPID"],
  DownloadForbidden: ["default-host", "COS does not give this file at its default host"],
  PathStyleDomainForbidden: [
    "path-style",
    "The request names the bucket in the path, but this bucket must be named in the host",
  ],
  AttachmentFull: ["acl-limit", ACLS_FULL],
  PolicyFull: ["acl-limit", ACLS_FULL],
  PermanentRedirect: [BUCKET, "The bucket answers at another host"],
  TemporaryRedirect: [BUCKET, "The bucket answers at another host for now"],
  Redirect: [BUCKET, "The bucket answers at another host for now"],
  PaymentRequired: ["account-problem", "The account that owns the bucket has an unpaid bill"],
  AccountProblem: ["account-problem", "Something is wrong with the account that owns the bucket"],
  UnavailableForLegalReasons: ["blocked", "Tencent Cloud has blocked the object, the bucket or the account"],
  DomainAuditFailed: ["domain-not-filed", "The domain has not passed the check that it needs"],
  InvalidObjectState: ["archived", "The object's storage class or state does not allow this"],
  RestoreAlreadyInProgress: ["archived", "The object is being restored already"],
  InvalidObjectStorage: ["storage-class", "The bucket does not accept this storage class"],
  NotSupportedStorageClass: ["storage-class", "The bucket does not accept this storage class"],
  InvalidStorageClass: ["storage-class", "The bucket does not accept this storage class"],
  MAZOperationNotSupportOnOAZBucket: ["storage-class", "The storage class is for multi-AZ buckets"],
  OAZOperationNotSupportOnMAZBucket: ["storage-class", "The storage class is for single-AZ buckets"],
  KmsException: [ENCRYPTION, ENCRYPTED],
  KmsInternalException: [ENCRYPTION, ENCRYPTED],
  KmsKeyDisabled: [ENCRYPTION, "The KMS key that the object is encrypted with is switched off"],
  KmsKeyNotExist: [ENCRYPTION, "There is no KMS key with this id"],
  SSEHeaderNotAllowed: [ENCRYPTION, ENCRYPTED],
  SSEContentNotSupported: [ENCRYPTION, ENCRYPTED],
  SsecDecryptHeaderInvalid: [ENCRYPTION, "The customer's key does not decrypt the object"],
  InvalidPicOperations: [IMAGE, "Pic-Operations cannot be read"],
  InvalidImageFormat: [IMAGE, IMAGE_FAILED],
  InvalidImageSource: [IMAGE, IMAGE_FAILED],
  ImageResolutionExceed: [IMAGE, "The image has too many pixels to be processed"],
  ImageTooLarge: [IMAGE, "The image's file is too large to be processed"],
  NoProcessAuthority: [IMAGE, "The key may not use image processing (CI)"],
  InvalidCopySource: [ARGUMENT, "x-cos-copy-source does not name an object in the form that COS requires"],
  NoSuchCopySource: ["no-such-key", "There is no object to copy from"],
  // COS's SDK for Python makes up this code for an answer to HEAD, which has no body.
  NoSuchResource: ["no-such-key", "There is no such object, or no such bucket"],
  RestoreNonArchiveObject: ["archived", "The object is not archived, so there is nothing to restore"],
  NoSuchVersion: ["no-such-version", "The object has no version with this id"],
  MethodNotAllowed: [UNSUPPORTED, "This resource does not support the HTTP method"],
  NotImplemented: [UNSUPPORTED, "The request asks for something that is not supported here"],
  ActionAccelerateNotSupported: [UNSUPPORTED, "The acceleration host does not support this operation"],
  BucketAccelerateNotEnabled: [UNSUPPORTED, "Global acceleration is not switched on for the bucket"],
  NoSuchBucketPolicy: [SETTING, NO_SETTING],
  NoSuchDomainConfiguration: [SETTING, NO_SETTING],
  NoSuchEncryptionConfiguration: [SETTING, NO_SETTING],
  NoSuchObjectLockConfiguration: [SETTING, NO_SETTING],
  NoSuchCORSConfiguration: [SETTING, NO_SETTING],
  NoSuchLifecycleConfiguration: [SETTING, NO_SETTING],
  NoSuchRefererConfiguration: [SETTING, NO_SETTING],
  NoSuchWebsiteConfiguration: [SETTING, NO_SETTING],
  NoSuchTagSet: [SETTING, "The bucket has no tags"],
} as const satisfies Readonly<Record<string, readonly [CauseId, string]>>;

/** What a code says by itself; undefined for one that is not in the list. */
export function knownCode(code: string): KnownCode | undefined {
  const known = CODES.get(code);
  return known && { cause: known[0], what: known[1] };
}

const CODES: ReadonlyMap<string, readonly [CauseId, string]> = new Map(Object.entries(KNOWN));

/** The codes that diagnosis/diagnose.ts diagnoses; the compiler says which of them it lacks. */
const DIAGNOSED = [
  "AccessDenied",
  "AccessForbidden",
  "BadDigest",
  "EntityTooLarge",
  "EntityTooSmall",
  "ExpiredToken",
  "FileAlreadyExists",
  "IncorrectNumberOfFilesInPostRequest",
  "InvaildAccessKeyId",
  "InvalidAccessKeyId",
  "InvalidDigest",
  "InvalidPolicyDocument",
  "InvalidSecurity",
  "InvalidURI",
  "MalformedPOSTRequest",
  "MaxPostPreDataLengthExceededError",
  "MissingContentLength",
  "NoSuchBucket",
  "NoSuchKey",
  "RequestTimeTooSkewed",
  "SignatureDoesNotMatch",
] as const;

/** A code that this tool diagnoses from the request. */
export type DiagnosedCode = (typeof DIAGNOSED)[number];

/** Every code that is explained. */
export const ALL_CODES: readonly string[] = [...DIAGNOSED, ...CODES.keys()];

const NAMES: ReadonlySet<string> = new Set(ALL_CODES);

/**
 * The code that a word looks like: in another case, as logs and people write it, or with other letters of the same
 * look, as what reads a picture's text does; undefined for any other word.
 */
export function codeByLook(word: string): string | undefined {
  return BY_LOOK.get(look(word));
}

function look(word: string): string {
  return word.toLowerCase().replaceAll(/[l1|]/g, "i").replaceAll("0", "o");
}

const BY_LOOK: ReadonlyMap<string, string> = new Map(ALL_CODES.map((code) => [look(code), code]));

/** Whether it is one of COS's codes that this tool knows. */
export function isCode(text: string): boolean {
  return NAMES.has(text);
}
