import { knownBy } from "./recognizer.ts";

/** The words of COS's demo for Mini Programs around an error that has none of the fields which it shows. */
export const demoWithoutFields = knownBy(
  /请求失败[:：]undefined/,
  "COS's demo shows fields that this error does not have: COS never answered. Print the whole error, as with console.log(JSON.stringify(err)); on a phone, look for a domain that is missing from the Mini Program's list.",
);

/** A note of the SDK for Mini Programs, whose reader of XML prints it. */
export const emptyDocument = knownBy(
  /\[xmldom (?:error|warning)\]\s*invalid doc source/,
  "This is no error: COS's SDK for Mini Programs prints it of an answer without a body, as COS's to an upload that succeeded is.",
);

export const unreadableForPython = knownBy(
  /Response Error Msg Is INVALID/,
  "COS's SDK for Python got an answer without COS's XML: an answer to HEAD has none, and a proxy or CDN sends its own.",
);

/** The SDK for Java throws another error in place of STS's (https://github.com/tencentyun/qcloud-cos-sts-sdk/issues/133). */
export const stsUnread = knownBy(
  /\bCosStsClient\.getCredential\b|\bno valid secret !/,
  "The signing side got no credentials from STS, and its SDK hides why: print what STS answered, which names the key, the region or the policy that is wrong, and give that to this tool.",
);

/** Errors that COS's SDKs raise themselves. */
export const raisedBySdk = knownBy(
  [
    // Python, Java and Android
    /\bCos(?:Xml)?Client(?:Error|Exception)\b|QCloudClientException/i,
    // iOS, where the number is a status if COS answered
    /com\.tencent\.qcloud\.networking["']? Code=[1-9]\d{4}\b/i,
    // JavaScript
    /lack of required params|\bmissing param\b|\bparams? \w+ (?:format error|is required)/i,
    /\bgetAuthorization callback\b|\bauthorization error\b/i,
    // Go
    /\binvalid bucket format, please check your cos\.BaseURL|\bThe Getobject Key is illegal/,
    // A frame of the SDK's own in a stack of Node.js
    /^\s{1,20}at [^\n]{1,300}\bcos-(?:nodejs|js|wx)-sdk-v5[\\/](?:sdk|src|dist|demo)[\\/]/m,
    // C, whose own statuses are negative, and its names for them
    /\bCOSE_[A-Z]{2,20}_[A-Z_]{2,20}|\bstatus->code: ?-\d{3,4}\b/i,
  ],
  "This is an error of COS's SDK itself, not an answer from COS: its message says what the SDK was not given, or what it gave up on.",
);
