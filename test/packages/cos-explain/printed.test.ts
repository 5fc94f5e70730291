import { describe, expect, test } from "vitest";
import { explain } from "../../../packages/cos-explain/src/explain.ts";

/* What programs leave of an answer, or print in its place. Names, keys and ids are made up. */

const HOST = "photos-1250000000.cos.ap-guangzhou.myqcloud.com";
const ID = "NjUwMWYyYzNfMTIzNDU2NzhfMWEyYl8zNDU2Nzg=";
const of = (error: string) => explain({ error });

// https://github.com/aws/aws-sdk-php/issues/669 shows it: forums drop tags that they do not know, and what they enclose
// is left in one row.
describe("XML without its tags", () => {
  test.each([
    ["AccessDenied", `AccessDeniedAccess Denied.${HOST}/a.jpg${ID}OGVm`],
    ["NoSuchKey", `NoSuchKeyThe specified key does not exist.${HOST}/a.jpg${ID}OGVm`],
    ["NoSuchBucketPolicy", `NoSuchBucketPolicyThe specified bucket does not have a bucket policy.${HOST}/`],
    ["NoSuchBucket", `NoSuchBucketThe specified bucket does not exist.${HOST}/`],
    ["MalformedPOSTRequest", `MalformedPOSTRequestThe body of your POST request is not well-formed.${HOST}/`],
  ])("has the code %s", (code, text) => {
    expect(of(text).code).toBe(code);
  });

  test("is not every word that begins with a code", () => {
    expect(of("class NoSuchKeyError extends Error").code).toBe("");
    expect(of("at AccessDeniedHandler handles").code).toBe("");
  });
});

// What reads a picture's text, such as a phone that copies it from a screenshot, takes I for l, and O for 0.
test.each([
  [
    "InvalidAccessKeyId",
    "<Error><Code>lnvalidAccessKeyld</Code><Message>The Access Key ld</Message></Error>",
  ],
  ["InvalidAccessKeyId", "lnvaIidAccessKeyId"],
  [
    "NoSuchUpload",
    "<Code>N0SuchUpl0ad</Code><Message>The specified multipart upload does not exist</Message>",
  ],
  ["MalformedXML", "Ma1formedXML"],
])("a picture's %s", (code, text) => {
  expect(of(text).code).toBe(code);
});

describe("COS's own message is shown after the code that a tool prints", () => {
  test.each([
    [
      "s3cmd",
      "ERROR: S3 error: 400 (InvalidRequest): Missing required header for this request: Content-MD5",
      "Missing required header for this request: Content-MD5",
    ],
    [
      // https://github.com/milvus-io/milvus/pull/49978
      "Amazon's SDK for C++",
      `PutObjectBuffer failed, host ${HOST}, error: InvalidRequest, Unable to parse ExceptionName: InvalidRequest Message: The value of x-amz-content-sha256 header is invalid.`,
      "The value of x-amz-content-sha256 header is invalid",
    ],
    [
      "a message after a colon",
      `upload to bucket failed: InvalidArgument: The storage class you specified is not valid`,
      "The storage class you specified is not valid",
    ],
  ])("%s", (_, text, message) => {
    expect(of(text).sentence).toContain(message);
  });

  test("but not what a program was doing, nor after AccessDenied, whose reason it would seem", () => {
    expect(of("AccessDenied: Uploading the file photo.jpg").sentence).not.toContain("Uploading");
    expect(of(`InvalidArgument (upload of ${HOST}/a.jpg)`).sentence).not.toContain("upload of");
  });
});

// https://www.tencentcloud.com/document/product/436/38958
test("what the SDK for Mini Programs shows has no request id", () => {
  const { cause, code } = of("Request has expired (Status Code: 403; Error Code: AccessDenied)");
  expect({ cause, code }).toEqual({ cause: "expired", code: "AccessDenied" });
});

test("Amazon's SDK for .NET says COS's message, and no code", () => {
  const text =
    "Amazon.S3.AmazonS3Exception: Access Denied. ---> Amazon.Runtime.Internal.HttpErrorResponseException: Exception of type 'Amazon.Runtime.Internal.HttpErrorResponseException' was thrown.";
  expect(of(text).code).toBe("AccessDenied");
});

describe("names what is no refusal", () => {
  test.each([
    ["all that a program printed", '{"code":-1,"error":"[object Object]"}'],
    // https://github.com/TencentCloudAgentRuntime/ags-cli/issues/56
    [
      "all that a program printed",
      "7 files to be uploaded\nError: fail to upload files to cos: [object Object]",
    ],
    // https://github.com/NervJS/taro/issues/12907
    ["all that a program printed", '{"errMsg": "uploadFile fail: [object Object]"}'],
    // https://github.com/dcloudio/uni-app/issues/2079
    ["does not say why", '{"errMsg":"downloadFile:fail undefined"}'],
    // https://github.com/dcloudio/uni-app/issues/4789
    ["does not say why", "uploadFile:fail httpStatus=0"],
    ["URL is not valid", "downloadFile:fail downloadFile protocol must be http or https"],
    [
      "WeChat may not read the file",
      '{"errMsg":"uploadFile:fail permission denied, open \\"/storage/a.jpg\\""}',
    ],
    // https://github.com/redengineer/redmini/issues/1483
    [
      "no boundary",
      "<br />\n<b>Warning</b>:  Missing boundary in multipart/form-data POST data in <b>Unknown</b> on line <b>0</b><br />",
    ],
    // https://github.com/binarywang/WxJava/pull/3280
    ["no boundary", "the request was rejected because no multipart boundary was found"],
    ["no boundary", "request Content-Type has bad boundary or no multipart boundary param in Content-Type"],
    ["no boundary", "Error: Multipart: Boundary not found"],
    // https://github.com/stackabletech/airflow-operator/pull/684
    [
      "how long its body is",
      "botocore.exceptions.ClientError: An error occurred (411) when calling the PutObject operation: Length Required",
    ],
    // https://developer.huawei.com/consumer/cn/doc/harmonyos-references/errorcode-net-http
    ["COS never answered", '{"code":2300028,"message":"Operation timeout"}'],
    ["has no address", 'AxiosError: {"code":2300006,"message":"Failed to resolve the host name."}'],
    ["does not trust", "BusinessError 2300060: invalid certificate"],
    ["URL is incomplete", '{"code":2300003,"message":"Invalid URL format or missing URL."}'],
    // https://github.com/langgenius/dify/issues/19925
    ["SDK itself", "panic: Failed to create storage: invalid bucket format, please check your cos.BaseURL"],
    // https://github.com/tencentyun/cos-nodejs-sdk-v5/issues/42
    [
      "SDK itself",
      "TypeError: Cannot read property 'FilePath' of undefined\n    at Object.getFileUUID (/srv/node_modules/cos-nodejs-sdk-v5/sdk/util.js:310:20)",
    ],
    // https://github.com/tencentyun/coscli/issues/67
    [
      "coscli_output",
      "Failed: Total num: 1, size: 28 Byte. OK num: 0, Error num: 1. See more information in directory ./coscli_output",
    ],
    [
      "translated",
      `<Error>\n<Code>拒绝访问</Code>\n<Message>拒绝访问。</Message>\n<RequestId>${ID}</RequestId>\n</Error>`,
    ],
    ["CloudBase", '{"code":"STORAGE_REQUEST_FAIL","message":"[STORAGE_REQUEST_FAIL] storage request fail"}'],
  ])("%s: %s", (words, text) => {
    const { cause, sentence } = of(text);
    expect(cause).toBe("not-a-refusal");
    expect(sentence).toContain(words);
  });

  test("a size is not one of HarmonyOS's numbers", () => {
    expect(of('{"size":2300028}').sentence).not.toContain("COS never answered");
  });
});

// What WeChat on iOS and Android gives as errMsg, as a program collected it from its users; wording from 2019 on.
describe("reads what a phone's system says in its language", () => {
  test.each([
    ["请求超时。", "never answered in time"],
    ["要求逾時。", "never answered in time"],
    ["The request timed out.", "never answered in time"],
    ["似乎已断开与互联网的连接。", "has no network"],
    ["目前不允许数据连接。", "mobile data"],
    ["发生了SSL错误，无法建立与该服务器的安全连接。", "no secure connection"],
    ["发生了 SSL 错误，无法建立与该服务器的安全连接。", "no secure connection"],
    [
      "An SSL error has occurred and a secure connection to the server cannot be made.",
      "no secure connection",
    ],
    ["未能找到使用指定主机名的服务器。", "has no address"],
    ["A server with the specified hostname could not be found.", "has no address"],
    ["request unknow host error", "has no address"],
    [`The certificate for this server is invalid. You might be connecting to “${HOST}”.`, "does not trust"],
    ["unsupported URL", "URL is not valid"],
    ["bad URL", "URL is not valid"],
    ["cancelled", "program itself ended"],
    ["已取消", "program itself ended"],
    ["网络连接已中断。", "COS never answered"],
    ["網絡連線中斷。", "COS never answered"],
    ["无法连接服务器。", "COS never answered"],
    ["无法解析响应", "COS never answered"],
    ["未能完成操作。（kCFErrorDomainCFNetwork错误310。）", "COS never answered"],
  ])("%s", (words, says) => {
    for (const method of ["request", "uploadFile"]) {
      expect(of(JSON.stringify({ errMsg: `${method}:fail ${words}` })).sentence).toContain(says);
    }
  });

  test.each([
    // https://developers.weixin.qq.com/miniprogram/dev/framework/user-privacy/PrivacyAuthorize.html
    [
      "privacy statement does not declare",
      "chooseMedia:fail api scope is not declared in the privacy agreement",
    ],
    ["has not agreed", "chooseImage:fail privacy permission is not authorized"],
    [
      "in the background",
      "uploadFile:fail jsapi has no permission, event=uploadFile, runningState=background",
    ],
    // https://developers.weixin.qq.com/miniprogram/dev/api/network/download/wx.downloadFile.html
    ["up to 200 MB", "downloadFile:fail exceed max file size"],
    // https://developers.weixin.qq.com/miniprogram/dev/framework/ability/file-system.html
    ["limit of 200 MB", "saveFile:fail the maximum size of the file storage limit is exceeded"],
    ["limit of 200 MB", "downloadFile:fail exceed max size in usr"],
  ])("%s: %s", (says, errMsg) => {
    expect(of(JSON.stringify({ errMsg })).sentence).toContain(says);
  });

  test("but not of a method that asks no server", () => {
    expect(of('{"errMsg":"chooseImage:fail cancelled"}').sentence).not.toContain("ended the request");
  });
});

describe("names what is no refusal either", () => {
  test.each([
    // https://github.com/lobehub/lobehub/issues/4676
    ["region or an endpoint", "[EndpointError: Invalid region: region was not a valid DNS name.]"],
    // https://github.com/Qexo/Qexo/issues/425
    ["region or an endpoint", "ValueError('Invalid endpoint: s3地址')"],
    // https://github.com/lxl80/hexo-deployer-cos-cdn/issues/8
    [
      "Tencent Cloud's API",
      "{ code: 4100, message: '身份认证失败，用户身份验证失败', codeDesc: 'AuthFailure' }",
    ],
    // https://github.com/tencentyun/qcloud-cos-sts-sdk/issues/133
    [
      "STS",
      "java.lang.NullPointerException\n\tat com.tencent.cloud.CosStsClient.getCredential(CosStsClient.java:72)",
    ],
    ["STS", "java.lang.IllegalArgumentException: no valid secret !"],
    // https://opendocs.alipay.com/mini/api/kmq4hc
    ["no file under this path", '{"error":11,"errorMessage":"文件不存在"}'],
    ["status 413", '{"errMsg":"uploadFile:fail statusCode:413"}'],
    // https://searchfox.org/mozilla-central/source/xpcom/base/ErrorList.py
    ["has no address", "NS_ERROR_UNKNOWN_HOST"],
    ["COS never answered", "NS_ERROR_NET_RESET"],
    ["does not trust", "Error code: SEC_ERROR_UNKNOWN_ISSUER"],
    ["does not trust", "MOZILLA_PKIX_ERROR_SELF_SIGNED_CERT"],
    ["other names", "Error code: SSL_ERROR_BAD_CERT_DOMAIN"],
    ["speaks no TLS", "Error code: SSL_ERROR_RX_RECORD_TOO_LONG"],
    ["Chrome shows this", "Provisional headers are shown. Learn more"],
    ["cannot read the file", "curl: (26) Failed to open/read local data from file/application"],
  ])("%s: %s", (words, text) => {
    const { cause, sentence } = of(text);
    expect(cause).toBe("not-a-refusal");
    expect(sentence).toContain(words);
  });
});
