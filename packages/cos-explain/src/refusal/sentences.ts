import { knownCode } from "../cause/codes.ts";
import { isAboutCos } from "../text/signs-of-cos.ts";

/** What one of COS's sentences is about. */
export type SentenceAbout = "hotlink" | "appid" | "account" | "cors" | "path-style";

interface Sentence {
  readonly about: SentenceAbout;
  readonly says: RegExp;
  /** The code that it comes with, for a text that contains only the sentence. */
  readonly code: string;
}

/**
 * Messages that name the cause, whatever the code: from https://cloud.tencent.com/document/product/436/40105, and from
 * refusals reported in public.
 */
const SENTENCES: readonly Sentence[] = [
  { about: "hotlink", says: /denied by bucket referer rule/i, code: "AccessDenied" },
  {
    about: "appid",
    says: /missing required header for this request: appid|bucket format should be|missing appid/i,
    code: "InvalidRequest",
  },
  {
    about: "account",
    says: /arrears|overdue|insufficient balance|account (?:is|has been) (?:suspended|isolated|frozen)|欠费/i,
    code: "AccessDenied",
  },
  { about: "cors", says: /CORS request is not allowed/i, code: "AccessForbidden" },
  {
    about: "path-style",
    says: /must be addressed using COS virtual-styled ?domain/i,
    code: "PathStyleDomainForbidden",
  },
];

/** What a message is about; undefined if it leaves the cause open, or if another diagnosis reads it. */
export function aboutOf(message: string): SentenceAbout | undefined {
  return SENTENCES.find(({ says }) => says.test(message))?.about;
}

/** Code and message for a text that has such a sentence, but no code. */
export function findSentence(text: string): { readonly code: string; readonly message: string } | undefined {
  const isOfCos = isAboutCos(text);
  for (const { about, says, code } of SENTENCES) {
    // Any service that is paid for has such words.
    if (about === "account" && !isOfCos) continue;
    const line = text.split("\n").find((row) => says.test(row));
    if (line !== undefined) return { code, message: line.trim() };
  }
  return undefined;
}

/**
 * Messages that COS sends with only one code, for logs that keep nothing else of an error, as
 * `console.error(err.message)` and `err.stack` do.
 */
const CODE_OF_MESSAGE: readonly (readonly [message: RegExp, code: string])[] = [
  [/The Signature you specified is invalid/, "SignatureDoesNotMatch"],
  // The MinIO client's own words for the code.
  [/The request signature we calculated does not match/, "SignatureDoesNotMatch"],
  [/The Access Key Id you provided does not exist in our records/, "InvalidAccessKeyId"],
  [/The access key Id format you provided is invalid/i, "InvalidAccessKeyId"],
  [/The (?:appid|bucket|object) is unavailable for legal reasons/i, "UnavailableForLegalReasons"],
  [/The difference between the request time and the current time is too large/, "RequestTimeTooSkewed"],
  [/The specified key does not exist/, "NoSuchKey"],
  [/The specified bucket does not exist/, "NoSuchBucket"],
  [/The specified multipart upload does not exist/, "NoSuchUpload"],
  [/your policy or acl has reached the limit/i, "AttachmentFull"],
  [/Your proposed upload exceeds the maximum allowed object size/, "EntityTooLarge"],
  // Only as a whole sentence at the end of a line, or before Chinese: error pages of proxies begin with these words too.
  [/\bAccess Denied\.(?=["'`,}\])\s]{0,9}(?:$|[\u3000-\u9fff\uff00-\uffef]))/m, "AccessDenied"],
  // Or after the name of an SDK's error, as in Laravel's log.
  [
    /(?<=\b(?:ServiceResponseException|AmazonS3Exception|Cos(?:Xml)?Service(?:Error|Exception)|CosClient\\Exceptions\\\w+)\b[^\n]{0,40}: )Access Denied\./,
    "AccessDenied",
  ],
];

/** Code and message for a text that has one of COS's messages. Look for a code first, since it says more. */
export function findMessage(text: string): { readonly code: string; readonly message: string } | undefined {
  for (const [says, code] of CODE_OF_MESSAGE) {
    const message = says.exec(text)?.[0];
    if (message !== undefined) return { code, message };
  }
  return undefined;
}

/** COS's message at the beginning of the text after a code, as in `AccessDenied: Access Denied`; "" if none. */
export function messageAfter(code: string, after: string): string {
  // What Amazon's SDKs for PHP and C++ put between them.
  const between = "(?:\\((?:client|server)\\))?\\s{0,3}[:：,(-]?\\s{0,3}(?:Error message ?: ?)?";
  const [, row = ""] = new RegExp(`^["')]{0,2}\\s{0,3}${between}(.{0,300})`, "i").exec(after) ?? [];
  const [whole = ""] = /^(?:Access Denied|Request has expired)\b\.?/i.exec(row) ?? [];
  if (whole !== "") return whole;
  if (SENTENCES.some(({ says }) => says.test(row))) return row.trim();
  // Without the name that precedes it, in whatever language: `错误信息：`, `message=`.
  return (
    findMessage(row)?.message ??
    /\bAccess Denied[.。](?=["'`\s,;|)\]}]|$)/.exec(row)?.[0] ??
    (mayHaveAny(code) ? ANY_MESSAGE.exec(after)?.[1]?.trim() : undefined) ??
    ""
  );
}

/** A sentence right after a code and a colon, as tools for S3 print one, or after the words `Message:`. */
const ANY_MESSAGE =
  /^["')]{0,2}(?:\((?:client|server)\))?\s{0,3}(?:[:：]\s{0,3}|,?\s{0,3}(?:Error )?[Mm]essage ?[:=] ?["']?)([A-Z][a-z]{1,20}(?: [\w'’./-]{1,60}){2}[^\n"]{0,300})/;

/** After these, people and programs write what they were doing, and a diagnosis would take it for COS's reason. */
function mayHaveAny(code: string): boolean {
  return code !== "AccessDenied" && knownCode(code) !== undefined;
}
