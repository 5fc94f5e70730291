import { isCode } from "../cause/codes.ts";
import { namesCos } from "../text/signs-of-cos.ts";
import { has, type Words } from "../text/words.ts";
import { knownBy } from "./recognizer.ts";

const STS_ERRORS = "https://cloud.tencent.com/document/api/1312/48206";

/** What only Tencent Cloud's API and its SDKs write. */
const SIGNS: Words = [
  /\bcodeDesc["']?\s*:|\bResponse["']?\s*:\s*\{\s*["']?Error\b|encentCloudSDK(?:Http)?(?:Error|Exception)\b/,
  // CAM names the action and the resource; COS itself does not.
  /\bnot authorized to perform operation \(\w+:\w+\)|\[QC_STS\]/,
  /\bThe provided credentials could not be validated\b|\bThe SecretId is not found\b/,
  // The API's codes have a part after a dot; COS's have none.
  /\b(?:AuthFailure|FailedOperation|InternalError|InvalidParameter|InvalidParameterValue|LimitExceeded|MissingParameter|RequestLimitExceeded|ResourceInsufficient|ResourceNotFound|ResourceUnavailable|UnauthorizedOperation|UnsupportedOperation)\.[A-Z]\w+/,
];

const NAMED_CODE = /["']?\bError["']?\s*:\s*\{\s*["']?Code["']?\s*:\s*["']([\w.]+)["']/;

export const tencentApi = knownBy(
  isOfApi,
  "This is an error of Tencent Cloud's API, not of COS: its own message says what is wrong. If it is from STS, the signing function could not get credentials.",
  STS_ERRORS,
);

/** Whether the text is an error of Tencent Cloud's API, https://cloud.tencent.com/document/api/1312/48206. */
export function isOfApi(text: string): boolean {
  if (has(text, SIGNS)) return true;
  const [, code] = NAMED_CODE.exec(text) ?? [];
  return code !== undefined && !isCode(code) && !namesCos(text);
}
