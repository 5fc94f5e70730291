import { describe, expect, test } from "vitest";
import { credentialsDenied } from "../../../shared/errors.ts";
import { NetworkError, TimeoutError } from "../../../shared/net/https.ts";
import { apiError, BadAnswer, isRetryable, isTooLong, toServiceError } from "../../../shared/sts/errors.ts";

const api = (Code: string) => ({ Code, Message: "their words", RequestId: "req-2" });

describe("a retry", () => {
  test.each([
    ["throttling", api("RequestLimitExceeded")],
    ["throttling of one kind", api("RequestLimitExceeded.UinLimitExceeded")],
    ["throttling in STS's own words", api("InvalidParameter.OverLimit")],
    ["a fault inside STS", api("InternalError.DbError")],
    ["a service that is down", api("ServiceUnavailable")],
    ["a broken connection", new NetworkError("ECONNRESET")],
    ["an HTTP 500", new BadAnswer(500)],
    ["an HTTP 503", new BadAnswer(503)],
  ])("can help after %s", (_, error) => {
    expect(isRetryable(error)).toBe(true);
  });

  test.each([
    ["a wrong key", api("AuthFailure.SecretIdNotFound")],
    ["a policy that is too long", api("InvalidParameter.PolicyTooLong")],
    ["a code that only ends like a temporary one", api("X.RequestLimitExceeded")],
    ["a code that only ends like a fault inside STS", api("X.InternalError")],
    ["a timeout, which has used up the time", new TimeoutError("No answer in time.")],
    ["an HTTP 499", new BadAnswer(499)],
    ["HTML with status 200", new BadAnswer(200)],
    ["a fault of this code", new TypeError("x")],
    ["null", null],
    ["nothing", undefined],
  ])("is useless after %s", (_, error) => {
    expect(isRetryable(error)).toBe(false);
  });
});

test("only STS's own code for it means that a policy is too long", () => {
  expect(isTooLong(api("InvalidParameter.PolicyTooLong"))).toBe(true);
  expect(isTooLong(api("InvalidParameter.OverLimit"))).toBe(false);
  expect(isTooLong(new BadAnswer(400))).toBe(false);
});

describe("an error of the API", () => {
  test("is read from an object that is not an Error", () => {
    expect(apiError(api("X"))).toEqual({ code: "X", message: "their words", requestId: "req-2" });
  });

  test("may have only its code", () => {
    expect(apiError({ Code: "X" })).toEqual({ code: "X", message: "", requestId: "" });
  });

  test.each([[undefined], [null], ["Code"], [{}], [new Error("Code")]])("is not read from %o", (error) => {
    expect(apiError(error)).toBeUndefined();
  });
});

describe("the caller's answer and the log", () => {
  const RETRY_AFTER = { "retry-after": "1" };
  const inLog = (stsCode: string) => ({ stsCode, stsRequestId: "req-2" });

  test.each([
    ["RequestLimitExceeded", "CredentialsThrottled", 503, RETRY_AFTER],
    ["InvalidParameter.OverLimit", "CredentialsThrottled", 503, RETRY_AFTER],
    ["AuthFailure.SecretIdNotFound", "CredentialsDenied", 500, {}],
    ["UnauthorizedOperation", "CredentialsDenied", 500, {}],
    ["UnsupportedRegion", "CredentialsDenied", 500, {}],
    ["ResourceNotFound.RoleNotFound", "CredentialsDenied", 500, {}],
    ["InvalidParameter.AccessKeyNotSupport", "CredentialsDenied", 500, {}],
    ["InvalidParameter.AccountNotAvaliable", "CredentialsDenied", 500, {}],
    ["InvalidParameter.GrantOtherResource", "CredentialsDenied", 500, {}],
    ["InternalError.DbError", "CredentialsUnavailable", 502, {}],
    ["ServiceUnavailable", "CredentialsUnavailable", 502, {}],
    ["ResourceUnavailable", "CredentialsUnavailable", 502, {}],
    ["FailedOperation", "CredentialsUnavailable", 502, {}],
    // Tencent's own list of what STS refuses for good:
    // https://github.com/TencentCloud/tencentcloud-sdk-go/blob/master/tencentcloud/sts/v20180813/errors.go
    ["InvalidParameter.StrategyFormatError", "CredentialsDenied", 500, {}],
    ["InvalidParameter.StrategyInvalid", "CredentialsDenied", 500, {}],
    ["InvalidParameter.ResouceError", "CredentialsDenied", 500, {}],
    ["InvalidParameter.ParamError", "CredentialsDenied", 500, {}],
    ["InvalidParameter.OverTimeError", "CredentialsDenied", 500, {}],
    ["InvalidParameter.PolicyTooLong", "CredentialsDenied", 500, {}],
    ["UnsupportedOperation", "CredentialsDenied", 500, {}],
    ["IpNotInWhitelist", "CredentialsDenied", 500, {}],
    ["InvalidAction", "CredentialsDenied", 500, {}],
    ["X.InternalError", "CredentialsDenied", 500, {}],
    ["InvalidParameter", "CredentialsDenied", 500, {}],
  ])("%s", (stsCode, code, status, headers) => {
    const error = toServiceError(api(stsCode));
    expect(error).toMatchObject({ code, status, headers, log: inLog(stsCode) });
    // STS's words may name the account; they are for the log.
    expect(error.message).not.toContain(stsCode);
    expect(error.message).not.toContain("their words");
  });

  test.each([
    ["a timeout", new TimeoutError("x"), "CredentialsTimeout", 504, RETRY_AFTER, {}],
    [
      "a broken connection",
      new NetworkError("ECONNRESET"),
      "CredentialsUnavailable",
      502,
      {},
      { stsError: "ECONNRESET" },
    ],
    [
      "a DNS that does not answer",
      new NetworkError("EAI_AGAIN"),
      "CredentialsUnavailable",
      502,
      {},
      { stsError: "EAI_AGAIN" },
    ],
    [
      "a name that DNS does not know",
      new NetworkError("ENOTFOUND"),
      "ConfigurationError",
      500,
      {},
      { message: "STS_ENDPOINT names a wrong address (ENOTFOUND)." },
    ],
    [
      "another host's certificate",
      new NetworkError("ERR_TLS_CERT_ALTNAME_INVALID"),
      "ConfigurationError",
      500,
      {},
      { message: "STS_ENDPOINT names a wrong address (ERR_TLS_CERT_ALTNAME_INVALID)." },
    ],
    [
      "another server's answer",
      new BadAnswer(404),
      "ConfigurationError",
      500,
      {},
      { message: "STS_ENDPOINT names a wrong address (HTTP 404)." },
    ],
    ["an HTTP error", new BadAnswer(500), "CredentialsUnavailable", 502, {}, { stsError: "HTTP 500" }],
    [
      "a fault of this code",
      new TypeError("a secret"),
      "CredentialsUnavailable",
      502,
      {},
      { stsError: "TypeError" },
    ],
    ["what is not an error", "a secret", "CredentialsUnavailable", 502, {}, { stsError: "string" }],
  ])("%s", (_, error, code, status, headers, log) => {
    const told = toServiceError(error);
    expect(told).toMatchObject({ code, status });
    expect(told.headers).toEqual(headers);
    expect(told.log).toEqual(log);
  });

  test.each([
    [new TimeoutError("x"), /did not answer in time; try again/],
    [api("RequestLimitExceeded"), /Too many uploads are being signed; try again/],
    [api("UnauthorizedOperation"), /request is refused; its log says why/],
    [new BadAnswer(500), /The credential service failed; try again/],
  ])("says what to do: %o", (error, sentence) => {
    expect(toServiceError(error).message).toMatch(sentence);
  });

  test("an answer that is already a ServiceError stays as it is", () => {
    const error = credentialsDenied("x");
    expect(toServiceError(error)).toBe(error);
  });
});
