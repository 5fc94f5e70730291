import type { EmulatorCause } from "../../../../cos-explain/src/index.ts";
import { reasonOf } from "../../cloud/reason-of.ts";

/**
 * The error codes that the emulator answers with, and their HTTP status.
 *
 * Source: https://cloud.tencent.com/document/product/436/7730. Copies of that page differ on ExpiredToken, 400 or 403;
 * here it is 403, like every other refusal of a credential. FileAlreadyExists and InvalidSecurity are not on the
 * current page: COS answers the first to x-cos-forbid-overwrite, and older copies had the second ("the signature string
 * is invalid", 403).
 */
const STATUS_OF = {
  ActionAccelerateNotSupported: 400,
  BadDigest: 400,
  BucketAccelerateNotEnabled: 400,
  BucketNameTooLong: 400,
  DuplicateInventoryId: 400,
  EntityTooLarge: 400,
  EntityTooSmall: 400,
  IncompleteBody: 400,
  IncorrectNumberOfFilesInPostRequest: 400,
  InvalidArgument: 400,
  InvalidBucketName: 400,
  InvalidCopySource: 400,
  InvalidDelimiter: 400,
  InvalidDigest: 400,
  InvalidPart: 400,
  InvalidPartOrder: 400,
  InvalidPolicyDocument: 400,
  InvalidRegionName: 400,
  InvalidRequest: 400,
  InvalidTag: 400,
  InvalidTargetBucketForLogging: 400,
  InvalidURI: 400,
  InventoryFull: 400,
  KeyTooLong: 400,
  KmsKeyNotExist: 400,
  MalformedACLError: 400,
  MalformedPOSTRequest: 400,
  MalformedXML: 400,
  MaxPostPreDataLengthExceededError: 400,
  MetadataTooLarge: 400,
  NotSupportedStorageClass: 400,
  OAZOperationNotSupportOnMAZBucket: 400,
  SSEHeaderNotAllowed: 400,
  SsecDecryptHeaderInvalid: 400,
  TooManyBuckets: 400,
  XMLSizeLimit: 400,
  AccessDenied: 403,
  AccessForbidden: 403,
  DownloadForbidden: 403,
  ExpiredToken: 403,
  InvalidAccessKeyId: 403,
  InvalidObjectState: 403,
  InvalidSecurity: 403,
  PathStyleDomainForbidden: 403,
  RequestTimeTooSkewed: 403,
  SignatureDoesNotMatch: 403,
  IntelligentTieringConfigurationNotFoundError: 404,
  InventoryConfigurationNotFoundError: 404,
  NoSuchBucket: 404,
  NoSuchBucketPolicy: 404,
  NoSuchCORSConfiguration: 404,
  NoSuchDomainConfiguration: 404,
  NoSuchEncryptionConfiguration: 404,
  NoSuchKey: 404,
  NoSuchLifecycleConfiguration: 404,
  NoSuchObjectLockConfiguration: 404,
  NoSuchTagSet: 404,
  NoSuchUpload: 404,
  NoSuchVersion: 404,
  NoSuchWebsiteConfiguration: 404,
  OriginConfigurationNotFoundError: 404,
  ReplicationConfigurationNotFoundError: 404,
  MethodNotAllowed: 405,
  RestoreNonArchiveObject: 405,
  BucketAlreadyOwnedByYou: 409,
  BucketNotEmpty: 409,
  AppendPositionErr: 409,
  FileAlreadyExists: 409,
  InvalidBucketState: 409,
  InvalidLockedTime: 409,
  ObjectLocked: 409,
  ObjectNotAppendable: 409,
  RestoreAlreadyInProgress: 409,
  MissingContentLength: 411,
  PreconditionFailed: 412,
  InvalidRange: 416,
  InternalError: 500,
  NotImplemented: 501,
} as const;

export type CosErrorCode = keyof typeof STATUS_OF;

/** Elements that some errors have between Message and Resource. */
export type ErrorElement = "StringToSign" | "FormatString" | "ServerTime";

export interface CosErrorExtra {
  /** What exactly was wrong, for programs and for `npm run explain`; COS itself does not say this. */
  readonly cause?: EmulatorCause;
  /** The same for people, in the log and the header x-emulator-reason. @default the sentence for the cause */
  readonly reason?: string;
  readonly elements?: Readonly<Partial<Record<ErrorElement, string>>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A refusal in COS's own terms. Thrown anywhere below the handler, rendered only in render-error.ts. */
export class CosError extends Error {
  override readonly name = "CosError";
  readonly code: CosErrorCode;
  readonly status: number;
  override readonly cause: EmulatorCause | undefined;
  readonly reason: string | undefined;
  readonly elements: Readonly<Partial<Record<ErrorElement, string>>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: CosErrorCode, message: string, extra: CosErrorExtra = {}) {
    super(message);
    this.code = code;
    this.status = STATUS_OF[code];
    this.cause = extra.cause;
    this.reason = extra.reason ?? (extra.cause && reasonOf(extra.cause));
    this.elements = extra.elements ?? {};
    this.headers = extra.headers ?? {};
  }
}

/** 403 AccessDenied in COS's words for a missing permission (https://cloud.tencent.com/document/product/436/40105). */
export function accessDenied(why: EmulatorCause | string): CosError {
  return new CosError(
    "AccessDenied",
    "Access Denied.",
    typeof why === "string" ? { reason: why } : { cause: why },
  );
}

/** 400 for a value that COS does not take. */
export function invalidArgument(reason: string): CosError {
  return new CosError("InvalidArgument", "Invalid Argument", { reason });
}

/** 409 for a retention that COS does not take. */
export function invalidLockedTime(reason: string): CosError {
  return new CosError("InvalidLockedTime", "The retention period you specified is not valid.", { reason });
}

/** 409 for what one of the bucket's configurations forbids. */
export function invalidBucketState(reason: string): CosError {
  return new CosError("InvalidBucketState", "The bucket's state does not allow the request.", { reason });
}

/** 501 for what COS has but this emulator does not, such as `?select`. Nothing is silently ignored. */
export function notImplemented(what: string): CosError {
  return new CosError(
    "NotImplemented",
    `This emulator does not implement what the request asks for: ${what}.`,
    {
      reason: `${what} is not emulated`,
    },
  );
}
