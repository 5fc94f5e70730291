/** Why COS refused, as a stable name that programs can compare. */
export type CauseId = keyof typeof CAUSES;

/** Advice that fits only some explanations of a cause. */
export interface SituationalAdvice {
  readonly text: string;
  /**
   * - `with-lines`: there is a comparison to look at
   * - `without-lines`: there is none
   * - `more-to-give`: the answer or the request was not given
   * - `code-alone`: COS's message was not given
   */
  readonly only: "with-lines" | "without-lines" | "more-to-give" | "code-alone";
}

/** What is always true of a cause, whatever the request. */
export interface Cause {
  /** A few words. */
  readonly title: string;
  /** What to do, the likeliest first. */
  readonly advice: readonly (string | SituationalAdvice)[];
  /** Where it is documented. */
  readonly links: readonly string[];
}

const doc = (page: string) => `https://cloud.tencent.com/document/product/${page}`;

const SIGNATURE = doc("436/7778");
const WHY_403 = doc("436/40105");
const ERROR_CODES = doc("436/7730");
const PUT_OBJECT = doc("436/7749");
const POST_OBJECT = doc("436/14690");
const POST_ERRORS = "https://www.tencentcloud.com/document/product/436/41164";
const CONDITION_KEYS = doc("436/71306");
const TEMPORARY_KEYS = doc("436/14048");
const REGIONS = doc("436/6224");
const OBJECT_KEYS = doc("436/13324");
const BUCKET_CORS = doc("436/8279");
const HOTLINK = doc("436/13319");

const SEND_AS_ANSWERED =
  "Send url, headers and fields exactly as the signing function returned them; do not rebuild any of them.";
const MORE_TO_GIVE =
  "With both the signing function's answer (--answer) and the request (--request), this tool can say more.";
const ASK_AGAIN = "Ask the signing function again just before the upload, and send that answer once.";

export const CAUSES = {
  "key-encoding": {
    title: "The object key is encoded differently from how it was signed",
    advice: [
      "Sign the raw key, and percent-encode it once, when you put it into the URL.",
      "Send the answer's url as it is: an HTTP client or framework that encodes it again breaks it.",
    ],
    links: [SIGNATURE, OBJECT_KEYS],
  },
  "key-differs": {
    title: "The signature is for another object key",
    advice: [SEND_AS_ANSWERED, "A signature is good for one key: ask for one per file."],
    links: [SIGNATURE, WHY_403],
  },
  "method-differs": {
    title: "The signature is for another HTTP method",
    advice: [
      "Send the answer's method: /put-sign is for PUT, /post-policy for POST.",
      "wx.uploadFile always sends POST; PUT needs wx.request.",
    ],
    links: [SIGNATURE],
  },
  "host-differs": {
    title: "The signature is for another host",
    advice: [
      "Set COS_DOMAIN to the host that clients really upload to, or send the answer's url.",
      "A CDN or proxy in between must pass the Host header on unchanged.",
    ],
    links: [SIGNATURE, REGIONS],
  },
  "parameter-changed": {
    title: "A signed URL parameter was changed",
    advice: ["Send the answer's url as it is; ask for every parameter when it is signed."],
    links: [SIGNATURE],
  },
  "header-changed": {
    title: "A signed header was changed on the way, or not sent",
    advice: [
      "Send every header of the answer with exactly its value.",
      "HTTP clients set some headers themselves: wx.request adds content-type: application/json unless told otherwise, and no client lets you set content-length.",
      "type=, size= and md5= are enforced exactly: ask with the values of the file that you send.",
    ],
    links: [SIGNATURE, PUT_OBJECT],
  },
  "signature-altered": {
    title: "The signature that arrived is not the one in the answer",
    advice: [
      SEND_AS_ANSWERED,
      "Look for code that cuts, trims or URL-encodes Authorization, or that mixes values from two answers.",
    ],
    links: [SIGNATURE],
  },
  "wrong-secret-key": {
    title: "The signature was made with another SecretKey",
    advice: [
      "Check COS_SECRET_KEY of the function: it must belong to COS_SECRET_ID, without spaces or line breaks around it.",
      "With temporary keys, TmpSecretId, TmpSecretKey and token must come from the same answer of STS.",
    ],
    links: [SIGNATURE, TEMPORARY_KEYS],
  },
  "signature-mismatch": {
    title: "The signature is for a different request from the one that arrived",
    advice: [
      { text: MORE_TO_GIVE, only: "more-to-give" },
      {
        text: "COS's whole answer, with StringToSign and FormatString, shows what it received: give that, if you have it.",
        only: "without-lines",
      },
      {
        text: "Compare the lines above, which are what COS received, with what was signed.",
        only: "with-lines",
      },
    ],
    links: [SIGNATURE, WHY_403],
  },
  "malformed-signature": {
    title: "The Authorization or the form's signature fields cannot be read",
    advice: [
      "Authorization has these parts, each once, joined with &: q-sign-algorithm=sha1, q-ak, q-sign-time, q-key-time, q-header-list, q-url-param-list, q-signature.",
      "In a query each part is percent-encoded; in the header none is.",
    ],
    links: [SIGNATURE],
  },
  expired: {
    title: "The signature has expired",
    advice: [
      ASK_AGAIN,
      "If it was only just signed, the clock that signed it is behind: compare it with ServerTime.",
      "SIGNATURE_SECONDS, or a rule's signatureSeconds, sets how long it lasts.",
    ],
    links: [WHY_403, SIGNATURE],
  },
  "not-yet-valid": {
    title: "The signature is not valid yet",
    advice: [
      "Sign for a time that begins now.",
      "If it already does, the clock that signed is ahead: synchronize it (NTP).",
    ],
    links: [WHY_403, SIGNATURE],
  },
  "clock-skew": {
    title: "The clock that signed and COS's clock are too far apart",
    advice: [
      "Synchronize the clock of the machine that signs (NTP); a phone's clock does not matter when a function signs.",
      "The functions here sign by STS's clock (serverTime in the answer); code that signs on its own must do the same.",
    ],
    links: [WHY_403],
  },
  "missing-token": {
    title: "The security token of the temporary key is missing",
    advice: [
      "Send x-cos-security-token: a header for PUT, a form field before the file for POST, a parameter in a signed URL.",
    ],
    links: [TEMPORARY_KEYS, WHY_403],
  },
  "wrong-token": {
    title: "The security token belongs to another temporary key",
    advice: ["Use Authorization (or q-ak) and x-cos-security-token from the same answer."],
    links: [TEMPORARY_KEYS, WHY_403],
  },
  "expired-token": {
    title: "The temporary key has expired",
    advice: [
      ASK_AGAIN,
      "Credentials for a large file are renewed before they expire: see renewal in the answer.",
    ],
    links: [TEMPORARY_KEYS, ERROR_CODES],
  },
  "unknown-key-id": {
    title: "COS does not know the key id (q-ak)",
    advice: [
      "Check COS_SECRET_ID of the function: the key exists, is enabled, belongs to this site (China or International), and is not swapped with COS_SECRET_KEY.",
      "A temporary key without its x-cos-security-token, or with another's, is unknown too.",
    ],
    links: [ERROR_CODES, TEMPORARY_KEYS],
  },
  "no-signature": {
    title: "The request is not signed, and the bucket is private",
    advice: [
      "Send the answer's Authorization and x-cos-security-token headers; for POST, all of its fields.",
      "To read, use a signed URL from /object-url.",
    ],
    links: [WHY_403, SIGNATURE],
  },
  "action-not-allowed": {
    title: "The session policy does not allow this operation",
    advice: [
      "Each answer allows one operation: PUT with /put-sign, POST with /post-policy, GET with /object-url.",
      "Your own code must name the operation (name/cos:…) in the policy that it sends to STS.",
    ],
    links: [doc("436/31923"), TEMPORARY_KEYS],
  },
  "resource-not-allowed": {
    title: "The session policy does not allow this object key",
    advice: [
      "Each answer is for its own key: ask for one per file.",
      "Resources are written qcs::cos:<region>:uid/<appid>:<bucket>/<key>, with the raw key.",
    ],
    links: [TEMPORARY_KEYS, WHY_403],
  },
  "condition-not-met": {
    title: "A condition of the session policy is not met",
    advice: [SEND_AS_ANSWERED, "A condition looks at the request's own headers, not at a form's fields."],
    links: [CONDITION_KEYS, doc("598/10608")],
  },
  "plain-http": {
    title: "The request came over plain HTTP, and only HTTPS is allowed",
    advice: [
      "Use the answer's url, which begins with https://; the functions' policies and many bucket policies allow nothing else.",
      "Look for code that puts http:// before cosHost, and for an SDK whose protocol is set to http.",
    ],
    links: [CONDITION_KEYS],
  },
  "strict-signature": {
    title: "The bucket requires content-type and content-length to be signed",
    advice: [
      "Ask with type= and size= (put-sign then signs both), and send the answer's headers.",
      "Or switch this requirement off for the bucket.",
    ],
    links: [SIGNATURE],
  },
  "denied-explicitly": {
    title: "A policy denies this explicitly",
    advice: ["An explicit deny wins over every allow: look for it in the policy that is named above."],
    links: [WHY_403, doc("598/10605")],
  },
  "not-allowed": {
    title: "The key may not do this, or not in this way",
    advice: [
      {
        text: "COS's Message says more than its code: give the error as it was logged (JSON.stringify(error)), or COS's XML.",
        only: "code-alone",
      },
      "Check in this order: is the request signed; was it sent over https://, which the functions' policies require; is it for the answer's operation and key; does it have a Content-Length within maxBytes; does the sub-account itself have the permission; does the bucket's policy deny it.",
      { text: MORE_TO_GIVE, only: "more-to-give" },
    ],
    links: [WHY_403, TEMPORARY_KEYS, CONDITION_KEYS],
  },
  "post-condition": {
    title: "A form field is not what the POST policy says",
    advice: [SEND_AS_ANSWERED, "Every field that the policy names must be in the form, before the file."],
    links: [POST_OBJECT, POST_ERRORS],
  },
  "post-policy-malformed": {
    title: "The POST policy cannot be read",
    advice: [
      "policy is base64 of JSON with expiration and conditions, among them q-sign-algorithm, q-ak and q-sign-time.",
    ],
    links: [POST_OBJECT, POST_ERRORS],
  },
  "form-malformed": {
    title: "The form is not one that POST Object accepts",
    advice: [
      'Send multipart/form-data with the fields first and one file last, in a field named "file".',
      "Set no Content-Type header by hand: the HTTP client writes the boundary into it.",
    ],
    links: [POST_OBJECT, POST_ERRORS],
  },
  "too-large": {
    title: "The file is larger than the signature allows",
    advice: [
      "Check the file's size against the answer's maxBytes before sending it.",
      "The limit is set in shared/object/rules.ts; size= makes it exact.",
    ],
    links: [CONDITION_KEYS, doc("436/39963")],
  },
  "too-small": {
    title: "The file is smaller than the signature allows",
    advice: [
      "size= fixes the exact length: ask with the size of the file that you send.",
      "In a multipart upload, every part but the last must have 1 MiB or more.",
    ],
    links: [doc("436/39963")],
  },
  "md5-mismatch": {
    title: "The bytes that arrived do not have the MD5 that was announced",
    advice: [
      "Compute the MD5 of exactly the bytes that are sent, after any compression or conversion.",
      "If it happens only now and then, bytes get lost on the way: send again.",
    ],
    links: [PUT_OBJECT],
  },
  "md5-malformed": {
    title: "Content-MD5 is not an MD5",
    advice: ["Content-MD5 is the base64 of the digest's 16 bytes (24 characters), not of its hex."],
    links: [PUT_OBJECT],
  },
  overwrite: {
    title: "An object with this key already exists and must not be overwritten",
    advice: [
      "Ask the signing function for a new key.",
      "If the same upload was sent twice, the first one has succeeded.",
    ],
    links: [PUT_OBJECT],
  },
  cors: {
    title: "No CORS rule of the bucket allows this browser request",
    advice: [
      "Add the page's origin, the method and the headers to the bucket's CORS rules.",
      "A Mini Program on a phone needs none: CORS is for browsers.",
    ],
    links: [BUCKET_CORS],
  },
  "bucket-name": {
    title: "There is no such bucket at this host",
    advice: [
      "Check COS_BUCKET (name-appid), COS_REGION and COS_DOMAIN of the function.",
      "The host is <bucket>-<appid>.cos.<region>.myqcloud.com; a custom domain must be bound to the bucket.",
    ],
    links: [REGIONS, ERROR_CODES],
  },
  "default-host": {
    title: "COS's own host does not serve this file",
    advice: [
      "Read it through a domain of your own that is bound to the bucket, or through a CDN (DOWNLOAD_DOMAIN).",
      "Buckets that were made since 2024 do not give .apk and .ipa files at their default hosts, and give everything else for download only.",
    ],
    links: [doc("436/57456"), doc("436/102489")],
  },
  "path-style": {
    title: "The bucket is named in the path, but must be named in the host",
    advice: [
      "Send to https://<bucket>-<appid>.cos.<region>.myqcloud.com/<key>, not to https://cos.<region>.myqcloud.com/<bucket>/<key>.",
      "Tools for S3 call it virtual-hosted style: forcePathStyle: false, addressing_style: virtual, BucketLookupDNS; in rclone, provider = TencentCOS.",
      "The endpoint in such a tool is https://cos.<region>.myqcloud.com, without the bucket.",
    ],
    links: [doc("436/41284"), REGIONS],
  },
  "acl-limit": {
    title: "The account has too many access control lists and policies",
    advice: [
      "Send no ACL with an object (x-cos-acl, x-cos-grant-…, the form field acl, or an SDK's ACL option): without one, the bucket's applies, and nothing is counted.",
      "Put objects that should be public under a prefix, or into a bucket, that one policy makes public.",
    ],
    links: [doc("436/14518"), ERROR_CODES],
  },
  "no-such-key": {
    title: "There is no object with this key",
    advice: ["Check that the upload ended with 200, and that cosKey was stored unchanged."],
    links: [ERROR_CODES],
  },
  "no-length": {
    title: "The request does not say its length",
    advice: [
      "Send Content-Length; a body in chunks has none, and a policy that limits cos:content-length then refuses it.",
      "wx.request sends it with an ArrayBuffer, curl -T with a file (not with standard input), fetch and axios with a Buffer or Blob (not with a stream).",
    ],
    links: [PUT_OBJECT],
  },
  "bad-key": {
    title: "The URL or object key is not one that COS accepts",
    advice: [
      "A key has at most 850 bytes of UTF-8, no leading slash and no control characters; a URL's percent escapes are complete.",
    ],
    links: [OBJECT_KEYS],
  },
  "denied-with-reason": {
    title: "COS refuses the request, and says why",
    advice: [
      "Do what COS's own sentence says; the pages below list its codes, and the usual causes of a 403.",
      "With the RequestId, Tencent's support can see what the server saw.",
    ],
    links: [WHY_403, ERROR_CODES],
  },
  "hotlink-protection": {
    title: "The bucket's hotlink protection refuses the Referer",
    advice: [
      "A Mini Program cannot choose its Referer: it is always https://servicewechat.com/<appid>/<version>/page-frame.html. Put servicewechat.com on the rule's list.",
      "SDKs, curl and some phones send none: allow an empty Referer too.",
      "COS does not look at the Referer of a signed request: a signed URL from /object-url works.",
    ],
    links: [HOTLINK, WHY_403],
  },
  "account-problem": {
    title: "The Tencent Cloud account that owns the bucket cannot be served",
    advice: [
      "Look in the billing center of the account that owns the bucket: an unpaid bill or an empty balance blocks reads and writes in all its buckets.",
      "After you pay, it takes a while until COS answers again; no change to the code will help.",
    ],
    links: [doc("436/10044"), ERROR_CODES],
  },
  blocked: {
    title: "Tencent Cloud has blocked the object, the bucket or the account",
    advice: [
      "Look for a message in the account's console: unlawful content, or an unpaid bill.",
      "An object that was moderated stays blocked; upload another one.",
    ],
    links: [ERROR_CODES, doc("436/10044")],
  },
  "domain-not-filed": {
    title: "The custom domain is not allowed to serve",
    advice: [
      "A domain for regions in the Chinese mainland needs an ICP filing: check it, or use the bucket's own host.",
    ],
    links: [doc("436/18424"), ERROR_CODES],
  },
  "missing-appid": {
    title: "The bucket's name lacks its APPID",
    advice: [
      "Write COS_BUCKET as <bucket name>-<APPID>, such as photos-1250000000; the APPID is shown in the account's console.",
      "A custom domain (COS_DOMAIN) that is not bound to the bucket gets this answer too.",
    ],
    links: [doc("436/13312"), REGIONS],
  },
  "no-such-upload": {
    title: "There is no such multipart upload (any more)",
    advice: [
      "It was completed or aborted already, or a lifecycle rule removed it: if the object is there, all is well; otherwise start again.",
      "uploadId belongs to one key of one bucket: check that all three come from one answer.",
    ],
    links: [doc("436/7746"), ERROR_CODES],
  },
  "parts-differ": {
    title: "The parts that were named are not the parts that were uploaded",
    advice: [
      "List every part once, in ascending order, with its number and the ETag that its upload returned.",
      "List Parts says what COS has: upload what is missing, then complete.",
    ],
    links: [doc("436/7742"), doc("436/7747")],
  },
  "body-incomplete": {
    title: "The body that arrived is not as long as announced",
    advice: [
      "Send it again: a connection that broke looks like this.",
      "If it always happens, Content-Length is set by hand to something other than the body's length, or a proxy changes the body.",
    ],
    links: [PUT_OBJECT],
  },
  "too-slow": {
    title: "The bytes came too slowly",
    advice: [
      "Send it again; upload fewer files at once.",
      "Upload large files in parts (/upload-credentials), so that only a part is lost; global acceleration helps over long distances.",
    ],
    links: [ERROR_CODES, doc("436/38866")],
  },
  busy: {
    title: "COS could not serve the request at this moment",
    advice: [
      "Try again after a second, then after longer waits; the client does so by itself.",
      "If it lasts, look at the service's health page, and spread keys and requests.",
    ],
    links: [ERROR_CODES, doc("436/14518")],
  },
  "argument-invalid": {
    title: "COS does not accept part of the request",
    advice: [
      SEND_AS_ANSWERED,
      "Compare the header, parameter or field that COS names with the operation's page.",
    ],
    links: [PUT_OBJECT, POST_OBJECT, ERROR_CODES],
  },
  "xml-malformed": {
    title: "The XML in the request's body cannot be used",
    advice: [
      "Completing an upload sends <CompleteMultipartUpload> with one <Part> per part, each with PartNumber and ETag.",
      "Let an SDK or an XML library write it.",
    ],
    links: [doc("436/7742"), ERROR_CODES],
  },
  "metadata-too-large": {
    title: "The object's metadata is too long",
    advice: ["Keep all x-cos-meta-… headers together within 2 KB."],
    links: [PUT_OBJECT],
  },
  "storage-class": {
    title: "The bucket does not accept this storage class",
    advice: [
      "Leave x-cos-storage-class out, or name one that this bucket and region have, such as STANDARD.",
    ],
    links: [doc("436/33417")],
  },
  encryption: {
    title: "Server-side encryption failed",
    advice: [
      "Check the KMS key that the bucket's encryption names: it exists in the bucket's region, is enabled, and the sub-account may use it.",
      "Send no x-cos-server-side-encryption… header that the answer does not have.",
    ],
    links: [doc("436/18145")],
  },
  archived: {
    title: "The object is archived, or in a state that does not allow this",
    advice: ["Restore the object first (POST Object restore), and read it when that is done."],
    links: [doc("436/12633"), WHY_403],
  },
  locked: {
    title: "The object is locked",
    advice: ["Retention is on for the bucket or the object: write under a new key, or wait until it ends."],
    links: [ERROR_CODES],
  },
  conflict: {
    title: "Another write, or a setting, conflicts with this one",
    advice: [
      "If it is one of two uploads at the same moment, send it once more, or ask for a new key.",
      "Keys that the functions choose are new each time; look for code that sends one answer twice.",
    ],
    links: [ERROR_CODES],
  },
  "precondition-failed": {
    title: "A condition that the request sets does not hold",
    advice: [
      "Look at If-Match, If-None-Match and If-(Un)Modified-Since: the object changed, or is not the one meant.",
    ],
    links: [doc("436/7753")],
  },
  "range-invalid": {
    title: "The range lies outside the object",
    advice: ["Ask for the object's size first (HEAD), and for a Range within it; an empty object has none."],
    links: [doc("436/7753")],
  },
  "image-processing": {
    title: "Image processing (CI) refused the request",
    advice: [
      "Check that the file is an image of a supported format and size, and that CI is switched on for the bucket.",
      "Without the processing parameters the original can be read.",
    ],
    links: [doc("436/44879"), doc("460/8523"), ERROR_CODES],
  },
  "no-such-version": {
    title: "The object has no such version",
    advice: ["Leave versionId out to get the newest version, or list the object's versions."],
    links: [ERROR_CODES],
  },
  "not-supported": {
    title: "The request asks for something that this host does not support",
    advice: [
      "Check method and URL: objects are at https://<host>/<key>, and a form (POST) goes to https://<host>/.",
      "If you used another host, send to the bucket's own, <bucket>-<appid>.cos.<region>.myqcloud.com.",
    ],
    links: [PUT_OBJECT, POST_OBJECT],
  },
  "no-such-setting": {
    title: "Nothing of this kind is set",
    advice: ["This is not a fault: the bucket or the object does not have what was asked for."],
    links: [ERROR_CODES],
  },
  unknown: {
    title: "Not one of the causes that this tool knows",
    advice: [
      "Look the code up in COS's list of errors.",
      "With the RequestId, Tencent's support can see what the server saw.",
    ],
    links: [ERROR_CODES],
  },
  "not-a-refusal": {
    title: "This is not an error of COS",
    advice: [
      "Give COS's answer in whatever form you have it: its XML, the error object as it was logged or printed, an SDK's text, or its code alone.",
    ],
    links: [ERROR_CODES],
  },
} as const satisfies Readonly<Record<string, Cause>>;

/** False for the two ids that stand for "no cause found". */
export function isExplained(cause: CauseId): boolean {
  return cause !== "unknown" && cause !== "not-a-refusal";
}
