/**
 * A refusal in the cloud API's own terms. It is answered with HTTP 200 and the code in the body.
 * Source: common error codes (https://cloud.tencent.com/document/api/1312/48207).
 */
export class ApiError extends Error {
  override readonly name = "ApiError";
  /** Such as `AuthFailure.SignatureFailure`. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export function missingParameter(name: string): ApiError {
  return new ApiError("MissingParameter", `The request is missing a required parameter \`${name}\`.`);
}
