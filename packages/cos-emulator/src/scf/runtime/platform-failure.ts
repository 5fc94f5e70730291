/**
 * A failure that the platform answers instead of the function.
 *
 * The status codes are SCF's own (https://cloud.tencent.com/document/product/583/42611), and so is the shape of the
 * body that a caller sees: `{"errorCode","errorMessage","requestId","stackTrace"?,"statusCode"}`. Where the
 * documentation gives no message, the wording is ours.
 */
export interface PlatformFailure {
  readonly statusCode: number;
  /** 1 for an exception of the function's own code, -1 for everything else. */
  readonly errorCode: 1 | -1;
  readonly errorMessage: string;
  readonly stackTrace?: string;
}

function failure(statusCode: number, errorMessage: string): PlatformFailure {
  return { statusCode, errorCode: -1, errorMessage };
}

export function requestTooLarge(maxBytes: number): PlatformFailure {
  return failure(406, `RequestTooLarge: the event is larger than ${maxBytes} bytes`);
}

export function responseTooLarge(maxBytes: number): PlatformFailure {
  return failure(407, `The size of response exceeds the upper limit of ${maxBytes} bytes`);
}

export function codeException(stackTrace: string): PlatformFailure {
  return { statusCode: 430, errorCode: 1, errorMessage: "user code exception caught", stackTrace };
}

export function resourceLimitReached(functionName: string, maxInstances: number): PlatformFailure {
  return failure(
    432,
    `ResourceLimitReached: all ${maxInstances} instances of function [${functionName}] are busy`,
  );
}

export function timeLimitReached(seconds: number): PlatformFailure {
  return failure(433, `Invoking task timed out after ${seconds} seconds`);
}

export function memoryLimitReached(megabytes: number): PlatformFailure {
  return failure(434, `MemoryLimitReached: the function needs more than its ${megabytes} MB`);
}

export function handlerNotFound(handler: string): PlatformFailure {
  return failure(437, `HandlerNotFound: there is no function ${handler}`);
}

export function processExit(how: string): PlatformFailure {
  return failure(439, `User process exit when running: ${how}`);
}

/** The code threw while it was loaded. */
export function codeError(stackTrace: string): PlatformFailure {
  return { statusCode: 443, errorCode: 1, errorMessage: "user code exception caught", stackTrace };
}

export function initTimeout(seconds: number): PlatformFailure {
  return failure(450, `InitContainerTimeout: the code did not load within ${seconds} seconds`);
}

export function requestCanceled(): PlatformFailure {
  return failure(499, "RequestCanceled: the emulator is closing");
}
