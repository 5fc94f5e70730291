/**
 * Every code that a caller can see, with its HTTP status and when it is given.
 * Codes are a contract: other people's programs compare them.
 */
const STATUS = {
  /** `ext` is missing, repeated, too long, or not in any rule. */
  ExtensionNotAllowed: 400,
  /** A parameter or a field of the body is missing, repeated or malformed. */
  InvalidParameter: 400,
  /** The body is not JSON. */
  InvalidJson: 400,
  /** `rule` names no rule. */
  RuleNotFound: 400,
  /** `type` is not one of the MIME types of the rule for this extension. */
  TypeNotAllowed: 400,
  /** A query parameter that cannot be signed into a URL. */
  ParameterNotAllowed: 400,
  /** No `Authorization: Bearer …` came with the request. */
  TokenMissing: 401,
  /** The token is longer than any that this service issues. */
  TokenTooLarge: 401,
  /** What was sent as a token is not a JWT. */
  TokenMalformed: 401,
  /** The token's `alg` is not the configured one. */
  TokenAlgorithmNotAllowed: 401,
  /** The token was not signed by the configured key. */
  TokenSignatureInvalid: 401,
  /** The token's `exp` has passed. */
  TokenExpired: 401,
  /** The token's `nbf` is still to come. */
  TokenNotYetValid: 401,
  /** The token lacks `exp`, `sub` or another required claim, or one has the wrong form. */
  TokenClaimInvalid: 401,
  /** The token's `iss` is not `JWT_ISSUER`. */
  TokenIssuerMismatch: 401,
  /** The token's `aud` is not `JWT_AUDIENCE`. */
  TokenAudienceMismatch: 401,
  /** WeChat does not know the login code, or it was used before. */
  LoginCodeInvalid: 401,
  /** This caller may not read or write the key. Says nothing about whether it exists. */
  KeyNotAllowed: 403,
  /** The upload began so long ago that its credentials are no longer renewed. */
  RenewalExpired: 403,
  /** WeChat has blocked the user. */
  LoginBlocked: 403,
  /** No function lives at this path. */
  NotFound: 404,
  /** The method is not one of those in `Allow`. */
  MethodNotAllowed: 405,
  /** The body is larger than a list of files can be. */
  RequestTooLarge: 413,
  /** `size` is above the rule's `maxBytes`. */
  FileTooLarge: 413,
  /** The body's content type is not `application/json`. */
  UnsupportedMediaType: 415,
  /** WeChat says that the user has logged in too often. */
  LoginThrottled: 429,
  /** Something that should not happen did. */
  InternalError: 500,
  /** The function's environment is incomplete, malformed, or refused by WeChat; the log names the variable. */
  ConfigurationError: 500,
  /** STS refuses the configured key or region, or says that the key may not ask for this. */
  CredentialsDenied: 500,
  /** COS refuses what this function does with its own credentials: a right is missing. */
  StorageDenied: 500,
  /** STS cannot be reached, fails, or gives no valid answer. */
  CredentialsUnavailable: 502,
  /** COS cannot be reached, fails, or gives no valid answer. */
  StorageUnavailable: 502,
  /** The token's public keys (`JWT_JWKS_URL`) cannot be fetched. */
  TokenKeysUnavailable: 502,
  /** STS says that there were too many requests. */
  CredentialsThrottled: 503,
  /** COS says that there were too many requests. */
  StorageThrottled: 503,
  /** WeChat cannot be reached, or is busy. */
  LoginUnavailable: 503,
  /** STS did not answer within the function's time. */
  CredentialsTimeout: 504,
  /** COS did not answer within the function's time. */
  StorageTimeout: 504,
} as const;

export type ErrorCode = keyof typeof STATUS;

interface ServiceErrorOptions {
  /** Headers that the answer must carry, such as `allow` or `retry-after`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Where in a list of files the error lies, from 0. */
  readonly index?: number;
  /** Only for the log, such as the code that STS answered. Never a secret. */
  readonly log?: Readonly<Record<string, string | number>>;
}

/** An error that is shown to the caller: a stable code, a real status, and a sentence that says what to do. */
export class ServiceError extends Error {
  override readonly name = "ServiceError";
  readonly code: ErrorCode;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly index: number | undefined;
  readonly log: Readonly<Record<string, string | number>>;

  constructor(code: ErrorCode, message: string, options: ServiceErrorOptions = {}) {
    super(message);
    this.code = code;
    this.status = STATUS[code];
    this.headers = options.headers ?? {};
    this.index = options.index;
    this.log = options.log ?? {};
  }

  /** The same error, for the file at `index` of a list. */
  at(index: number): ServiceError {
    return new ServiceError(this.code, this.message, { headers: this.headers, log: this.log, index });
  }
}

/** An error in the function's environment. Its message names variables, never values; it is for the log. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
}
