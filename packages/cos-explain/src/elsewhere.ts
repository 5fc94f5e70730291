import { isCode } from "./codes.ts";

/** Signs of COS in a text: its hosts, its headers, its elements, its SDKs and its request ids. */
const OF_COS = /\.myqcloud\.com|\.tencentcos\.cn|tencent-cos|x-cos-|<TraceId>|qcloud|com\.tencent/i;

/** Other storage services answer with the same codes in the same XML, but with other meanings and other remedies. */
const OTHER_STORAGE: readonly (readonly [name: string, sign: RegExp])[] = [
  [
    "Alibaba Cloud's OSS",
    /aliyuncs\.com|aliyunoss|api\.aliyun\.com|x-oss-|\boss: service returned error|com\.(?:aliyun|alibaba\.sdk\.android)\.oss|<EC>\d{4}-/i,
  ],
  ["Huawei Cloud's OBS", /myhuaweicloud\.com|com\.obs\.services|x-obs-/i],
  ["Amazon S3", /amazonaws\.com|<AWSAccessKeyId>|\bAWS Access Key Id\b/i],
  ["Google Cloud Storage", /storage\.googleapis\.com|<Details>/i],
  ["Azure", /blob\.core\.windows\.net|x-ms-request-id/i],
  ["MinIO", /\bserver["']?\s*[:=]\s*["']?minio\b|x-minio-/i],
  // COS's answers have no host id, and an SDK for S3 prints it empty.
  ["another storage service with S3's interface", /<HostId>[^<]+<|\bhost id: [^\s,)]/i],
];

/** The name of the storage service that sent this error; undefined for COS, and if nothing in the text tells. */
export function otherStorage(text: string): string | undefined {
  if (OF_COS.test(text) || hasRequestIdOfCos(text)) return undefined;
  return OTHER_STORAGE.find(([, sign]) => sign.test(text))?.[0];
}

/** COS's request ids are base64 of `6501f2c3_12345678_1a2b_345678`. */
function hasRequestIdOfCos(text: string): boolean {
  return [...text.matchAll(/\bN[\w+/]{23,}={0,2}/g)].some(([id]) => {
    try {
      return /^[\da-f]{8}_[\da-f]+_/.test(atob(id));
    } catch {
      return false;
    }
  });
}

const NAMED_CODE = /["']Error["']\s*:\s*\{\s*["']Code["']\s*:\s*["']([\w.]+)["']/;

/** Whether the text is an error of Tencent Cloud's API, https://cloud.tencent.com/document/api/1312/48206. */
export function isOfApi(text: string): boolean {
  if (
    /["']codeDesc["']\s*:|["']Response["']\s*:\s*\{\s*["']Error["']|\bTencentCloudSDK(?:Error|Exception)\b/.test(
      text,
    )
  )
    return true;
  // CAM names the action and the resource; COS itself does not.
  if (/\bnot authorized to perform operation \(\w+:\w+\)/.test(text)) return true;
  if (/\b(?:AuthFailure|InvalidParameter|InvalidParameterValue|UnauthorizedOperation)\.\w+/.test(text))
    return true;
  const [, code] = NAMED_CODE.exec(text) ?? [];
  return code !== undefined && !isCode(code) && !OF_COS.test(text);
}

/** Whether the text is from COS's JSON API (v4), which new buckets do not have. */
export function isOfJsonApi(text: string): boolean {
  return /\/files\/v2\/|\bERROR_(?:CMD|PROXY|CGI)_[A-Z_]+|\bJsonAPINotSupport/.test(text);
}
