import { hasRequestIdOfCos } from "../text/signs-of-cos.ts";
import { knownBy } from "./recognizer.ts";

export const DIAGNOSTIC_TOOL = "https://www.tencentcloud.com/document/product/436/40947";

/** COS's answers to what succeeded. */
export const succeeded = knownBy(
  [
    /\buploadFile:ok\b(?![^\n]{0,2000}statusCode["']?\s*:\s*["']?[345])/i,
    /<(?:PostResponse|CompleteMultipartUploadResult|InitiateMultipartUploadResult)>/i,
    /^(?:< )?HTTP\/[\d.]+ 20[0-6]\b(?=[\s\S]{0,2000}\bx-cos-request-id)/im,
  ],
  "This is no error: the answer says that the request succeeded. COS answers a form with 204, unless the field success_action_status names 200 or 201.",
);

/** A request id of COS's without anything that says how the request ended. */
export const requestIdAlone = knownBy(
  hasRequestIdOfCos,
  "This is a request id of COS and no error. With it, COS's diagnostic tool in the console says how the request ended.",
  DIAGNOSTIC_TOOL,
);
