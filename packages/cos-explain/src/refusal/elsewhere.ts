import { isCode } from "../cause/codes.ts";

/** Signs of COS in a text: its hosts, its headers, its elements, its SDKs and its request ids. */
const OF_COS = /\.myqcloud\.com|\.tencentcos\.cn|tencent-cos|x-cos-|<TraceId>|qcloud|com\.tencent/i;

/** Other storage services answer with the same codes in the same XML, but with other meanings and other remedies. */
const OTHER_STORAGE: readonly (readonly [name: string, sign: RegExp])[] = [
  [
    "Alibaba Cloud's OSS",
    /aliyuncs\.com|aliyunoss|\brequest[-_ ]?id["']?[:=>]\s?["']?[\dA-F]{24}\b|api\.aliyun\.com|x-oss-|\boss: service returned error|com\.(?:aliyun|alibaba\.sdk\.android)\.oss|<EC>\d{4}-/i,
  ],
  ["Huawei Cloud's OBS", /myhuaweicloud\.com|com\.obs\.services|x-obs-/i],
  ["Amazon S3", /amazonaws\.com|<AWSAccessKeyId>|<X-Amz-Expires>|\bAWS Access Key Id\b/i],
  ["Google Cloud Storage", /storage\.googleapis\.com|<Details>/i],
  ["Azure", /blob\.core\.windows\.net|x-ms-request-id/i],
  ["MinIO", /\bserver["']?\s*[:=]\s*["']?minio\b|x-minio-/i],
  // COS's answers have no host id, and an SDK for S3 prints it empty.
  [
    "another storage service with S3's interface",
    /<HostId>[^<]+<|\bhost id: [^\s,)]|<RequestId>[\dA-Z]{16}</i,
  ],
];

/** Whether a text shows that it is about COS. */
export function isAboutCos(text: string): boolean {
  return OF_COS.test(text) || hasRequestIdOfCos(text);
}

/** The name of the storage service that sent this error; undefined for COS, and if nothing in the text tells. */
export function otherStorage(text: string): string | undefined {
  if (isAboutCos(text)) return undefined;
  return OTHER_STORAGE.find(([, sign]) => sign.test(text))?.[0];
}

/** Whether a refusal with a code that may be any storage's shows a sign of COS, in its elements of these names. */
export function isFromCos({
  resource,
  requestId,
}: {
  readonly resource: string;
  readonly requestId: string;
}): boolean {
  return OF_COS.test(resource) || hasRequestIdOfCos(requestId);
}

/** COS's request ids are base64 of `6501f2c3_12345678_1a2b_345678`. */
export function hasRequestIdOfCos(text: string): boolean {
  return [...text.matchAll(/\bN[\w+/]{23,}={0,2}/g)].some(([id]) => {
    try {
      return /^[\da-f]{8}_[\da-f]+_/.test(atob(id));
    } catch {
      return false;
    }
  });
}

const NAMED_CODE = /["']?\bError["']?\s*:\s*\{\s*["']?Code["']?\s*:\s*["']([\w.]+)["']/;

/** The API's codes have a part after a dot; COS's have none. */
const DOTTED_CODE =
  /\b(?:AuthFailure|FailedOperation|InternalError|InvalidParameter|InvalidParameterValue|LimitExceeded|MissingParameter|RequestLimitExceeded|ResourceInsufficient|ResourceNotFound|ResourceUnavailable|UnauthorizedOperation|UnsupportedOperation)\.[A-Z]\w+/;

/** Whether the text is an error of Tencent Cloud's API, https://cloud.tencent.com/document/api/1312/48206. */
export function isOfApi(text: string): boolean {
  if (
    /["']codeDesc["']\s*:|\bResponse["']?\s*:\s*\{\s*["']?Error\b|encentCloudSDK(?:Http)?(?:Error|Exception)\b/.test(
      text,
    )
  )
    return true;
  // CAM names the action and the resource; COS itself does not.
  if (/\bnot authorized to perform operation \(\w+:\w+\)|\[QC_STS\]/.test(text)) return true;
  if (/\bThe provided credentials could not be validated\b|\bThe SecretId is not found\b/.test(text))
    return true;
  if (DOTTED_CODE.test(text)) return true;
  const [, code] = NAMED_CODE.exec(text) ?? [];
  return code !== undefined && !isCode(code) && !OF_COS.test(text);
}

/** Whether the text is from COS's JSON API (v4), which new buckets do not have. */
export function isOfJsonApi(text: string): boolean {
  return /\/files\/v2\/|\bERROR_(?:CMD|PROXY|CGI)_[A-Z_]+|\bJsonAPINotSupport/.test(text);
}

/** What SCF's codes say about a function that gave no answer (https://cloud.tencent.com/document/product/583/42611). */
const SCF_CODES: ReadonlyMap<string, string> = new Map([
  ["401", "whoever called it may not"],
  ["402", "SCF is suspended for the account"],
  ["404", "the subnet in its network settings does not exist"],
  ["405", "its process ended before it was called"],
  ["406", "the request is larger than it may be"],
  ["407", "its answer is larger than 6 MB"],
  ["410", "the account has no balance"],
  ["429", "more instances were needed at once than the account may start"],
  ["430", "its code threw an error"],
  ["432", "more ran at once than its quota allows"],
  ["433", "it did not end in time"],
  ["434", "it used more memory than it has"],
  ["435", "it does not exist, or was deleted"],
  ["436", "it was called with a parameter that SCF does not take"],
  ["437", "its package does not have the file or the method that is to be called"],
  ["438", "it is being changed, or SCF is suspended for the account"],
  ["439", "its process ended early"],
  ["441", "whoever called it may not"],
  ["442", "the version or alias that was called does not exist"],
  ["443", "its code threw an error"],
  ["444", "its image could not be pulled"],
  ["445", "its container did not start"],
  ["446", "it did not listen on its port in time"],
  ["447", "pulling its image took too long"],
  ["449", "the region has nothing free of the size that it asks for"],
  ["450", "its container took too long to start"],
  ["499", "the call was cancelled, or the gateway did not wait until it ended"],
]);

/** The statuses above that no other server gives. */
const ONLY_OF_SCF = /^43[02-9]$|^44[12356]$|^447$/;

/** What SCF says of a function by a status that only SCF gives, as the rest of a sentence; undefined for any other. */
export function failureByStatus(status: string): string | undefined {
  return ONLY_OF_SCF.test(status) ? SCF_CODES.get(status) : undefined;
}

/**
 * Whether SCF itself, or API Gateway before it, answered in a function's place: what happened, as the rest of a sentence
 * that begins "The function failed". Undefined for any other text.
 */
export function failureOfFunction(text: string): string | undefined {
  if (/\bInvalid scf response\b/i.test(text)) return ": what it returned is not what an HTTP answer must be";
  if (/\bSCF invoke error\b/i.test(text)) return "";
  if (/\bInvoking task timed out after\b/.test(text)) return ": it did not end in time";
  if (/\bAvailableStatus ?= ?InsufficientBalance\b/.test(text)) return ": the account has no balance";
  if (!/["']errorCode["']\s*:\s*["']?-?\d/.test(text) || !/["']errorMessage["']\s*:/.test(text))
    return undefined;
  const codes = [...text.matchAll(/["'](?:statusCode|errorCode)["']\s*:\s*["']?(\d{3})\b/g)].map(
    ([, code = ""]) => code,
  );
  const said = codes.map((code) => SCF_CODES.get(code)).find((what) => what !== undefined);
  return said === undefined ? "" : `: ${said}`;
}

/**
 * What the statuses mean that Tencent's CDN gives by itself (https://cloud.tencent.com/document/product/228/35909), as the rest
 * of a sentence.
 */
const CDN_STATUSES: ReadonlyMap<string, string> = new Map([
  [
    "423",
    "the request came back to the CDN in a circle: see how it reaches the origin, and follows redirects",
  ],
  ["509", "the domain is blocked after an attack"],
  [
    "514",
    "the IP address has asked too often or is on a blocklist, or HTTPS is not switched on for the domain",
  ],
  ["524", "the platform is overloaded by a burst of requests"],
  ["614", "the platform is overloaded by a burst of requests"],
  ["531", "the origin's name has no address"],
  ["532", "the origin refuses connections to its port 443"],
  ["533", "the origin does not answer at its port 443"],
  ["537", "the origin's answer took too long"],
  ["538", "the TLS handshake with the origin failed"],
  ["539", "the origin's certificate is not valid"],
  ["540", "the origin's certificate is for other names"],
  ["564", "the origin could not be reached over HTTPS"],
  ["566", "its firewall has stopped the request"],
  ["567", "the answer took too long"],
]);

/** Other servers give these too, and mean something else. */
const OF_OTHERS: ReadonlySet<string> = new Set(["423", "509", "524"]);

/** The same of EdgeOne's (https://cloud.tencent.com/document/product/1552/101095), where some mean something else. */
const EDGEONE_STATUSES: ReadonlyMap<string, string> = new Map([
  [
    "418",
    "EdgeOne does not know the domain where the request arrived: see its CNAME, and whether the site is switched on",
  ],
  ["423", "the request came back to EdgeOne in a circle: see how it reaches the origin"],
  ["520", "the origin broke the connection instead of answering"],
  ["521", "the origin refuses connections"],
  ["522", "the origin does not answer at its port"],
  ["523", "the origin's name has no address"],
  ["524", "the origin's answer took too long"],
  ["525", "the TLS handshake with the origin failed"],
  ["566", "a managed rule of its web protection has stopped the request"],
  ["567", "a rule of its web protection, for rates or against bots, has stopped the request"],
]);

/** A service in front of the origin that passes on COS's answers and gives some of its own. */
interface Edge {
  readonly name: string;
  readonly page: string;
  /** As the rest of a sentence; undefined for a status that the page does not explain. */
  readonly meaning: string | undefined;
}

/** The headers and servers of Tencent's CDN, and of EdgeOne. */
const CDN = /\bx-nws-log-uuid\b|\bx-cache-lookup\b|^(?:< )?server: (?:NWS_|SLT-MID)/im;
const EDGEONE = /\beo-(?:log-uuid|cache-status)\b|^(?:< )?server: (?:edgeone|TencentEdgeOne)/im;

/**
 * Which of Tencent's services at the edge answered; undefined for COS's answers through it, which have a request id, and
 * for any other text.
 */
export function edgeOf(text: string, status: string | undefined): Edge | undefined {
  if (/\bx-cos-request-id\b/i.test(text)) return undefined;
  if (EDGEONE.test(text)) {
    // 550 to 555 are the same between EdgeOne's own nodes.
    const meaning = status && EDGEONE_STATUSES.get(status.replace(/^55(?=[0-5]$)/, "52"));
    return { name: "EdgeOne", page: "https://cloud.tencent.com/document/product/1552/101095", meaning };
  }
  const meaning = status && CDN_STATUSES.get(status);
  if (!CDN.test(text) && (meaning === undefined || OF_OTHERS.has(status ?? ""))) return undefined;
  return { name: "Tencent's CDN", page: "https://cloud.tencent.com/document/product/228/59531", meaning };
}

/** The server that a head or a page of an answer names, if it is not COS. */
export function serverOf(text: string): string | undefined {
  const [, header, footer] =
    /^(?:< )?server: ([\w./-]{1,40})|<center>((?:nginx|openresty|tengine|stgw)\b[\w./-]{0,20})<\/center>/im.exec(
      text,
    ) ?? [];
  const name = header ?? footer;
  return name === undefined || /^tencent-cos/i.test(name) ? undefined : name;
}
