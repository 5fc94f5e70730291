interface Details {
  /** Headers that the answer must carry, such as `allow` or `retry-after`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Only for the log, such as the code that STS answered. Never a secret. */
  readonly log?: Readonly<Record<string, string | number>>;
  /** Where in a list of files the error lies, from 0. */
  readonly index?: number | undefined;
  /** What is left of the caller's quota. */
  readonly left?: object | undefined;
}

/** An error that is shown to the caller: a stable code, a real status, and a sentence that says what to do. */
export class ServiceError extends Error {
  override readonly name = "ServiceError";
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly log: Readonly<Record<string, string | number>>;
  readonly index: number | undefined;
  readonly left: object | undefined;

  constructor(
    status: number,
    code: string,
    message: string,
    { headers = {}, log = {}, index, left }: Details = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
    this.log = log;
    this.index = index;
    this.left = left;
  }

  /** The same error, for the entry at `index` of a list. */
  at(index: number): ServiceError {
    return new ServiceError(this.status, this.code, this.message, { ...this, index });
  }
}

/** An error in the function's environment. Its message names variables, never values; it is for the log. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
}

/** Makes the errors of one code. */
export type Refusal = (message: string, details?: Details) => ServiceError;

/* @__NO_SIDE_EFFECTS__ so that a bundle has only the codes that its function gives. */
function refusal(status: number, code: string): Refusal {
  return (message, details) => new ServiceError(status, code, message, details);
}

/*
 * Every code that a caller can see, with its HTTP status and when it is given.
 * Codes are a contract: other people's programs compare them.
 */

/** `ext` is missing, repeated, too long, or not in any rule. */
export const extensionNotAllowed = refusal(400, "ExtensionNotAllowed");
/** A parameter or a field of the body is missing, repeated or malformed. */
export const invalidParameter = refusal(400, "InvalidParameter");
/** The body is not JSON; of WeChat's message push, neither JSON nor XML. */
export const invalidJson = refusal(400, "InvalidJson");
/** `rule` names no rule. */
export const ruleNotFound = refusal(400, "RuleNotFound");
/** `type` is not one of the MIME types of the rule for this extension. */
export const typeNotAllowed = refusal(400, "TypeNotAllowed");
/** A query parameter that cannot be signed into a URL. */
export const parameterNotAllowed = refusal(400, "ParameterNotAllowed");
/** No `Authorization: Bearer …` came with the request. */
export const tokenMissing = refusal(401, "TokenMissing");
/** The token is longer than any that this service issues. */
export const tokenTooLarge = refusal(401, "TokenTooLarge");
/** What was sent as a token is not a JWT. */
export const tokenMalformed = refusal(401, "TokenMalformed");
/** The token's `alg` is not the configured one. */
export const tokenAlgorithmNotAllowed = refusal(401, "TokenAlgorithmNotAllowed");
/** The token was not signed by the configured key. */
export const tokenSignatureInvalid = refusal(401, "TokenSignatureInvalid");
/** The token's `exp` has passed. */
export const tokenExpired = refusal(401, "TokenExpired");
/** The token's `nbf` is still to come. */
export const tokenNotYetValid = refusal(401, "TokenNotYetValid");
/** The token lacks `exp`, `sub` or another required claim, or one has the wrong form. */
export const tokenClaimInvalid = refusal(401, "TokenClaimInvalid");
/** The token's `iss` is not `JWT_ISSUER`. */
export const tokenIssuerMismatch = refusal(401, "TokenIssuerMismatch");
/** The token's `aud` is not `JWT_AUDIENCE`. */
export const tokenAudienceMismatch = refusal(401, "TokenAudienceMismatch");
/** WeChat does not know the login code, or it was used before. */
export const loginCodeInvalid = refusal(401, "LoginCodeInvalid");
/** This caller may not read or write the key. Does not reveal whether it exists. */
export const keyNotAllowed = refusal(403, "KeyNotAllowed");
/** The message is not from WeChat or COS: its signature, key or form is wrong. */
export const pushRefused = refusal(403, "PushRefused");
/** The message is too old, or was processed already. */
export const pushReplayed = refusal(403, "PushReplayed");
/**
 * With `UPLOAD_AUTH=none` the service cannot tell whose objects are whose, so nobody may list or delete any.
 */
export const callersNotToldApart = refusal(403, "CallersNotToldApart");
/** The upload began so long ago that its credentials are no longer renewed. */
export const renewalExpired = refusal(403, "RenewalExpired");
/** The ticket of an upload in parts was not issued to this caller, or was changed. */
export const ticketInvalid = refusal(403, "TicketInvalid");
/** The upload in parts began too long ago to continue. */
export const ticketExpired = refusal(403, "TicketExpired");
/** WeChat has blocked the user. */
export const loginBlocked = refusal(403, "LoginBlocked");
/** No function lives at this path. */
export const notFound = refusal(404, "NotFound");
/** Nothing is stored under the key. */
export const objectNotFound = refusal(404, "ObjectNotFound");
/** COS does not know an upload in parts any more: it was aborted, or the bucket's lifecycle ended it. */
export const uploadNotFound = refusal(404, "UploadNotFound");
/** The method is not one of those in `Allow`. */
export const methodNotAllowed = refusal(405, "MethodNotAllowed");
/** An upload in parts cannot be completed: parts are missing, or changed meanwhile. */
export const uploadIncomplete = refusal(409, "UploadIncomplete");
/** The file waits for its check, and cannot be read before it has passed. */
export const fileNotAccepted = refusal(409, "FileNotAccepted");
/** The body is larger than a list of files, or a message, can be. */
export const requestTooLarge = refusal(413, "RequestTooLarge");
/** `size` is above the rule's `maxBytes`, or in parts above its `maxBytesInParts`. */
export const fileTooLarge = refusal(413, "FileTooLarge");
/** The body's content type is not `application/json`. */
export const unsupportedMediaType = refusal(415, "UnsupportedMediaType");
/**
 * The caller has used up their files, bytes or requests (QUOTA_…, or a rule's quota); `retry-after` says until
 * when.
 */
export const quotaExceeded = refusal(429, "QuotaExceeded");
/** WeChat says that the user has logged in too often. */
export const loginThrottled = refusal(429, "LoginThrottled");
/** Something unexpected happened. */
export const internalError = refusal(500, "InternalError");
/** The function's environment is incomplete, malformed, or refused by WeChat; the log names the variable. */
export const notConfigured = refusal(500, "ConfigurationError");
/** STS refuses the configured key or region, or says that the key may not ask for this. */
export const credentialsDenied = refusal(500, "CredentialsDenied");
/** COS refuses what this function does with its own credentials: a permission is missing. */
export const storageDenied = refusal(500, "StorageDenied");
/** STS cannot be reached, fails, or returns no valid answer. */
export const credentialsUnavailable = refusal(502, "CredentialsUnavailable");
/** COS cannot be reached, fails, or returns no valid answer. */
export const storageUnavailable = refusal(502, "StorageUnavailable");
/** The token's public keys (`JWT_JWKS_URL`) cannot be fetched. */
export const tokenKeysUnavailable = refusal(502, "TokenKeysUnavailable");
/** STS says that there were too many requests. */
export const credentialsThrottled = refusal(503, "CredentialsThrottled");
/** COS says that there were too many requests. */
export const storageThrottled = refusal(503, "StorageThrottled");
/** The service cannot find out what is left of the caller's quota, and QUOTA_WHEN_DOWN is closed. */
export const quotaUnavailable = refusal(503, "QuotaUnavailable");
/** WeChat cannot be reached, or is busy. */
export const loginUnavailable = refusal(503, "LoginUnavailable");
/** STS did not answer within the function's time. */
export const credentialsTimeout = refusal(504, "CredentialsTimeout");
/** COS did not answer within the function's time. */
export const storageTimeout = refusal(504, "StorageTimeout");
