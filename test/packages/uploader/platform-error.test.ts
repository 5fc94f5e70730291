import { afterEach, describe, expect, test, vi } from "vitest";
import {
  createUploader,
  type UploadError,
  type UploaderOptions,
} from "../../../packages/uploader/src/index.ts";
import { messageFor } from "../../../packages/uploader/src/messages.ts";
import { createWx, type TestWx } from "./wx.ts";

const PHOTO = "wxfile://tmp/photo.jpg";
const ATTEMPTS = 3;

afterEach(() => {
  vi.unstubAllGlobals();
});

function phone(): TestWx {
  return createWx({ files: new Map([[PHOTO, Buffer.of(1)]]) });
}

interface Failing {
  fail(error: unknown): void;
}

/** How an upload ends on a platform whose wx.request always fails this way, and how often it was tried. */
async function requestFails(error: unknown): Promise<{ error: UploadError; tries: number }> {
  let tries = 0;
  const request = ({ fail }: Failing) => {
    tries += 1;
    setImmediate(() => fail(error));
    return { abort() {} };
  };
  vi.stubGlobal("wx", { ...phone().wx, request });
  return { error: await failed({}), tries };
}

/** The same for wx.uploadFile. */
async function uploadFileFails(error: unknown): Promise<{ error: UploadError; tries: number }> {
  let tries = 0;
  const { wx } = phone();
  const ticket = { cosKey: "uploads/1.jpg", method: "POST", url: "https://b.example.com/", fields: {} };
  const request = ({ success }: { success(answer: object): void }) => {
    setImmediate(() => success({ statusCode: 200, data: ticket }));
    return { abort() {} };
  };
  const uploadFile = ({ fail }: Failing) => {
    tries += 1;
    setImmediate(() => fail(error));
    return { abort() {}, onProgressUpdate() {} };
  };
  vi.stubGlobal("wx", { ...wx, request, uploadFile });
  return { error: await failed({}), tries };
}

async function failed(options: object, settings: Partial<UploaderOptions> = {}): Promise<UploadError> {
  const { upload } = createUploader({
    ...settings,
    endpoint: "https://f.example.com",
    maxAttempts: ATTEMPTS,
    backoffMs: 1,
  });
  return await upload(PHOTO, options).then(
    () => expect.fail("The upload succeeded."),
    (error) => error,
  );
}

/** Each code's kind; what a retry cannot help is tried once. */
const TRIED_AGAIN: Readonly<Record<string, UploadError["kind"]>> = {
  Timeout: "timeout",
  NetworkError: "network",
  Interrupted: "network",
  TooManyTasks: "client",
  PlatformError: "client",
};
const TRIED_ONCE: Readonly<Record<string, UploadError["kind"]>> = {
  FileUnreadable: "client",
  FileTooLarge: "client",
  OutOfMemory: "client",
  PermissionDenied: "client",
  DomainNotAllowed: "configuration",
  InvalidUrl: "configuration",
  InvalidRequest: "configuration",
  NotSupported: "configuration",
  SecureConnectionFailed: "configuration",
};

function expectMeaning({ error, tries }: { error: UploadError; tries: number }, code: string): void {
  const again = TRIED_AGAIN[code];
  expect(error).toMatchObject({
    name: "UploadError",
    code,
    kind: again ?? TRIED_ONCE[code],
    retryable: again !== undefined,
    status: 0,
  });
  expect(tries).toBe(again === undefined ? 1 : ATTEMPTS);
}

describe("uses WeChat's errno, whatever the text", () => {
  test.each([
    [1, "Interrupted"],
    [3, "PermissionDenied"],
    [4, "PlatformError"],
    [5, "Timeout"],
    [100, "NotSupported"],
    [101, "InvalidRequest"],
    [102, "NotSupported"],
    [103, "PermissionDenied"],
    [108, "NetworkError"],
    [111, "OutOfMemory"],
    [112, "NotSupported"],
    [1001, "InvalidRequest"],
    [1003, "TooManyTasks"],
    [600000, "NetworkError"],
    [600001, "NetworkError"],
    [600002, "DomainNotAllowed"],
    [600003, "Interrupted"],
    [600004, "NetworkError"],
    [600005, "InvalidRequest"],
    [600006, "NetworkError"],
    [600007, "TooManyTasks"],
    [600008, "InvalidUrl"],
    [600009, "InvalidUrl"],
    [600010, "InvalidRequest"],
    [600011, "InvalidUrl"],
    [602300, "FileTooLarge"],
    [1300002, "FileUnreadable"],
    [1300013, "FileUnreadable"],
    [1300202, "FileTooLarge"],
    [1301000, "FileUnreadable"],
    [987654, "NetworkError"],
  ])("%i: %s", async (errno, code) => {
    expectMeaning(await requestFails({ errMsg: "request:fail", errno }), code);
    expectMeaning(await uploadFileFails({ errMsg: "uploadFile:fail", errno: String(errno) }), code);
    const { error } = await requestFails({ errMsg: "request:fail", errCode: errno });
    expect(error).toMatchObject({ code, errno });
  });

  test("where errno says little, uses the text", async () => {
    const errMsg = "uploadFile:fail upload fail:-7:net::ERR_TIMED_OUT";
    expectMeaning(await uploadFileFails({ errno: 600001, errMsg }), "Timeout");
    const certificate =
      "request:fail errcode:-202 cronet_error_code:-202 error_msg:net::ERR_CERT_AUTHORITY_INVALID";
    expectMeaning(await requestFails({ errno: 600001, errMsg: certificate }), "SecureConnectionFailed");
    expectMeaning(await requestFails({ errno: 4, errMsg: "request:fail invalid url" }), "InvalidUrl");
  });

  test("prefers errno to errCode, and both to the text", async () => {
    const errMsg = "request:fail timeout";
    expectMeaning(await requestFails({ errMsg, errno: 600002, errCode: 5 }), "DomainNotAllowed");
    expectMeaning(await requestFails({ errMsg: "request:fail", errno: 600001, errCode: -118 }), "Timeout");
  });
});

describe("classifies texts by their meaning", () => {
  test.each([
    // Time: WeChat, iOS in three languages, Android, cronet, DevTools.
    ["request:fail 请求超时。", "Timeout"],
    ["uploadFile:fail 请求超时。", "Timeout"],
    ["request:fail 請求逾時。", "Timeout"],
    ["request:fail 请求逾时", "Timeout"],
    ["uploadFile:fail 连接超时", "Timeout"],
    ["request:fail The request timed out.", "Timeout"],
    ["request:fail timeout", "Timeout"],
    ["request:fail time out", "Timeout"],
    ["uploadFile:fail socket timeout", "Timeout"],
    ["uploadFile:fail socket time out timeout:60000", "Timeout"],
    ["request:fail -118:net::ERR_CONNECTION_TIMED_OUT", "Timeout"],
    ["uploadFile:fail upload fail:-7:net::ERR_TIMED_OUT", "Timeout"],
    ["request:fail 未能完成操作。（“NSURLErrorDomain”错误 -1001。）", "Timeout"],
    ["request:fail The operation couldn’t be completed. (NSURLErrorDomain error -1001.)", "Timeout"],
    ["request:fail failed to connect to /203.0.113.7 (port 443) from /10.0.0.2 after 15000ms", "Timeout"],
    ["request:fail TLS handshake timed out", "Timeout"],
    ["request:fail connect ETIMEDOUT 203.0.113.7:443", "Timeout"],
    ["request:fail java.net.SocketTimeoutException: SSL handshake timed out", "Timeout"],
    ["request:fail 連線逾時", "Timeout"],
    ["request:fail timer expired", "Timeout"],

    // The Mini Program's list.
    ["request:fail url not in domain list", "DomainNotAllowed"],
    ["request:fail url not in domain list:timeout.example.com", "DomainNotAllowed"],
    ["uploadFile:fail createUploadTask:fail url not in domain list", "DomainNotAllowed"],
    ["request:fail 不在以下 request 合法域名列表中", "DomainNotAllowed"],
    ["request:fail 不在域名列表", "DomainNotAllowed"],
    ["request:fail url not in domain", "DomainNotAllowed"],
    ["uploadFile:fail 域名不在白名单中", "DomainNotAllowed"],

    // The address.
    ["request:fail malformed url", "InvalidUrl"],
    ["request:fail Request path contains unescaped characters", "InvalidUrl"],
    ["request:fail illegal url", "InvalidUrl"],
    ["request:fail url is not valid", "InvalidUrl"],
    ["request:fail url invalid", "InvalidUrl"],
    ["request:fail net::ERR_UNSAFE_PORT", "InvalidUrl"],
    ["request:fail net::ERR_UNKNOWN_URL_SCHEME", "InvalidUrl"],
    ["request:fail net::ERR_CLEARTEXT_NOT_PERMITTED", "InvalidUrl"],
    ["request:fail URL格式错误", "InvalidUrl"],
    ["request:fail URL 不合法", "InvalidUrl"],
    ["request:fail 不支援的 URL", "InvalidUrl"],
    ["request:fail 重定向次数过多", "InvalidUrl"],
    ["uploadFile:fail createUploadTask:fail invalid url", "InvalidUrl"],
    ['request:fail invalid url "/post-policy?ext=jpg"', "InvalidUrl"],
    ["request:fail invalid url https://certificate.example.com/timeout", "InvalidUrl"],
    ["request:fail 不支持的 URL", "InvalidUrl"],
    ["request:fail 不支持的URL", "InvalidUrl"],
    ["request:fail unsupported URL", "InvalidUrl"],
    ["request:fail bad URL", "InvalidUrl"],
    ["request:fail 无效的网址", "InvalidUrl"],
    ["request:fail net::ERR_INVALID_URL", "InvalidUrl"],
    ["request:fail -300:net::ERR_INVALID_URL", "InvalidUrl"],
    ["request:fail java.net.MalformedURLException: no protocol: post-policy", "InvalidUrl"],
    [
      "request:fail CLEARTEXT communication to f.example.com not permitted by network security policy",
      "InvalidUrl",
    ],
    ["request:fail 不能载入资源，因为“App 传输安全”策略要求使用安全连接。", "InvalidUrl"],
    [
      "request:fail The resource could not be loaded because the App Transport Security policy requires the use of a secure connection.",
      "InvalidUrl",
    ],
    ["request:fail net::ERR_TOO_MANY_REDIRECTS", "InvalidUrl"],
    ["request:fail 錯誤的URL", "InvalidUrl"],
    ["request:fail java.lang.IllegalArgumentException: unexpected url: /post-policy", "InvalidUrl"],

    // https://github.com/gpake/qiniu-wxapp-sdk/issues/10
    ["uploadFile:fail:interupted", "Interrupted"],
    // Not the code's "invalid argument", but the socket's.
    ["request:fail connect failed: EINVAL (Invalid argument)", "NetworkError"],

    // The call.
    ["request:fail parameter error: parameter.url should be String instead of Undefined;", "InvalidRequest"],
    [
      "uploadFile:fail parameter error: parameter.filePath should be String instead of Undefined;",
      "InvalidRequest",
    ],
    ["request:fail parameter error: parameter.timeout should be Number instead of String;", "InvalidRequest"],
    ["uploadFile:fail 参数错误", "InvalidRequest"],
    ["request:fail java.lang.IllegalArgumentException: Unexpected char 0x4e2d in header", "InvalidRequest"],
    ["request:fail invalid data", "InvalidRequest"],
    ["request:fail invalid request header", "InvalidRequest"],
    ["uploadFile:fail filePath should be String", "InvalidRequest"],
    ["request:fail net::ERR_INVALID_ARGUMENT", "InvalidRequest"],
    ["request:fail jsapi has no permission", "NotSupported"],
    ["uploadFile:fail not supported", "NotSupported"],

    // The file.
    ["uploadFile:fail file not found", "FileUnreadable"],
    ["uploadFile:fail createUploadTask:fail file not found", "FileUnreadable"],
    ["uploadFile:fail file doesn't exist", "FileUnreadable"],
    ["uploadFile:fail file does not exist", "FileUnreadable"],
    ["uploadFile:fail no such file or directory wxfile://tmp/timeout.jpg", "FileUnreadable"],
    ["uploadFile:fail ENOENT: no such file or directory, open 'C:\\tmp\\ssl.jpg'", "FileUnreadable"],
    ["uploadFile:fail permission denied, open wxfile://tmp/a.jpg", "FileUnreadable"],
    ["uploadFile:fail 文件不存在", "FileUnreadable"],
    // HarmonyOS, 2300026.
    ["uploadFile:fail Failed to open/read local data from file/application", "FileUnreadable"],
    ["uploadFile:fail 檔案不存在", "FileUnreadable"],
    ["uploadFile:fail 未能打开文件“超时.jpg”，因为它不存在。", "FileUnreadable"],
    ["uploadFile:fail The requested URL was not found on this server.", "FileUnreadable"],
    [
      "uploadFile:fail The file “a.jpg” couldn’t be opened because you don’t have permission to view it.",
      "FileUnreadable",
    ],
    [
      "uploadFile:fail java.io.FileNotFoundException: open failed: ENOENT (No such file or directory)",
      "FileUnreadable",
    ],
    ["uploadFile:fail 找不到文件", "FileUnreadable"],
    ["uploadFile:fail upload fail:-6:net::ERR_FILE_NOT_FOUND", "FileUnreadable"],
    ["uploadFile:fail -14:net::ERR_UPLOAD_FILE_CHANGED", "FileUnreadable"],
    ["uploadFile:fail 未能完成操作。（NSURLErrorDomain错误 -1100。）", "FileUnreadable"],
    ["uploadFile:fail filePath not exist", "FileUnreadable"],
    ["uploadFile:fail directory not found", "FileUnreadable"],
    ["uploadFile:fail file is empty", "FileUnreadable"],
    ["uploadFile:fail read file error", "FileUnreadable"],
    ["uploadFile:fail 在此服务器上找不到所请求的 URL。", "FileUnreadable"],
    ["uploadFile:fail Error: upload file fail", "NetworkError"],
    ["request:fail exceed max size limit", "FileTooLarge"],
    ["uploadFile:fail exceed max file size", "FileTooLarge"],
    ["uploadFile:fail file size exceed limit", "FileTooLarge"],
    ["uploadFile:fail 文件超出大小限制", "FileTooLarge"],
    ["uploadFile:fail 文件过大", "FileTooLarge"],
    ["uploadFile:fail net::ERR_FILE_TOO_BIG", "FileTooLarge"],
    ["request:fail out of memory", "OutOfMemory"],
    ["request:fail net::ERR_OUT_OF_MEMORY", "OutOfMemory"],
    ["uploadFile:fail java.lang.OutOfMemoryError", "OutOfMemory"],
    ["uploadFile:fail OOM", "OutOfMemory"],

    // Certificates and TLS.
    ["request:fail ssl hand shake error", "SecureConnectionFailed"],
    ["request:fail -200:net::ERR_CERT_COMMON_NAME_INVALID", "SecureConnectionFailed"],
    ["uploadFile:fail upload fail:-201:net::ERR_CERT_DATE_INVALID", "SecureConnectionFailed"],
    ["request:fail -107:net::ERR_SSL_PROTOCOL_ERROR", "SecureConnectionFailed"],
    ["request:fail errcode:-113", "SecureConnectionFailed"],
    ["request:fail 发生了SSL错误，无法建立与该服务器的安全连接。", "SecureConnectionFailed"],
    [
      "request:fail 此服务器的证书无效。您可能正在连接到一个伪装成“timeout.example.com”的服务器，这会威胁到您的机密信息的安全。",
      "SecureConnectionFailed",
    ],
    [
      "request:fail The certificate for this server is invalid. You might be connecting to a server that is pretending to be “f.example.com”.",
      "SecureConnectionFailed",
    ],
    [
      "request:fail An SSL error has occurred and a secure connection to the server cannot be made.",
      "SecureConnectionFailed",
    ],
    [
      "request:fail java.security.cert.CertPathValidatorException: Trust anchor for certification path not found.",
      "SecureConnectionFailed",
    ],
    ["request:fail 未能完成操作。（“NSURLErrorDomain”错误 -1202。）", "SecureConnectionFailed"],
    ["request:fail self signed certificate in certificate chain", "SecureConnectionFailed"],
    ["request:fail DEPTH_ZERO_SELF_SIGNED_CERT", "SecureConnectionFailed"],
    ["request:fail UNABLE_TO_VERIFY_LEAF_SIGNATURE", "SecureConnectionFailed"],
    ["request:fail TLS 错误导致安全连接失败。", "SecureConnectionFailed"],
    ["request:fail 此伺服器的憑證無效。", "SecureConnectionFailed"],
    ["request:fail 無法建立安全連線", "SecureConnectionFailed"],

    // Interrupted.
    ["uploadFile:fail interrupted", "Interrupted"],
    ["request:fail fail:network interrupted error", "Interrupted"],
    ["uploadFile:fail abort", "Interrupted"],
    ["request:fail 已取消", "Interrupted"],
    ["request:fail cancelled", "Interrupted"],
    ["uploadFile:fail upload fail:-3:net::ERR_ABORTED", "Interrupted"],
    ["request:fail net::ERR_ABORTED", "Interrupted"],
    ["request:fail exceed max connection count 10", "TooManyTasks"],
    ["uploadFile:fail createUploadTask:fail exceed max upload connection count 10", "TooManyTasks"],
    ["request:fail exceed max task count", "TooManyTasks"],
    ["request:fail 超过最大并发数", "TooManyTasks"],

    // The network.
    ["request:fail", "NetworkError"],
    ["request:fail 网络错误", "NetworkError"],
    ["request:fail 似乎已断开与互联网的连接。", "NetworkError"],
    ["request:fail 网络连接已中断。", "NetworkError"],
    ["request:fail 未能找到使用指定主机名的服务器。", "NetworkError"],
    ["request:fail 未能连接到服务器。", "NetworkError"],
    ["request:fail 未能完成该操作。协议错误", "NetworkError"],
    ["request:fail 未能完成操作。（kCFErrorDomainCFNetwork错误 310。）", "NetworkError"],
    ["request:fail The Internet connection appears to be offline.", "NetworkError"],
    [
      'request:fail Unable to resolve host "ssl.example.com": No address associated with hostname',
      "NetworkError",
    ],
    ["request:fail Connection reset", "NetworkError"],
    ["request:fail -2:net::ERR_FAILED", "NetworkError"],
    ["request:fail -105:net::ERR_NAME_NOT_RESOLVED", "NetworkError"],
    ["request:fail-109:net::ERR_ADDRESS_UNREACHABLE", "NetworkError"],
    ["uploadFile:fail upload fail:-103:net::ERR_CONNECTION_ABORTED", "NetworkError"],
    ["request:fail -324:net::ERR_EMPTY_RESPONSE", "NetworkError"],
    [
      "request:fail errcode:-130 cronet_error_code:-130 error_msg:net::ERR_PROXY_CONNECTION_FAILED",
      "NetworkError",
    ],
    ["uploadFile:fail upload fail:-355:net::ERR_INCOMPLETE_CHUNKED_ENCODING", "NetworkError"],
    ["request:fail -356:net::ERR_QUIC_PROTOCOL_ERROR", "NetworkError"],
    ["request:fail -358:net::ERR_QUIC_HANDSHAKE_FAILED", "NetworkError"],
    ["request:fail 未能完成该操作。Invalid argument", "NetworkError"],
    ["request:fail connect ECONNREFUSED 127.0.0.1:3000", "NetworkError"],
    ["request:fail getaddrinfo ENOTFOUND f.example.com", "NetworkError"],
    ["request:fail Software caused connection reset", "NetworkError"],
    ["request:fail 2300006: Couldn't resolve host name", "NetworkError"],
    ["something that nobody has seen yet", "NetworkError"],
  ])("%s", async (errMsg, code) => {
    const { error, tries } = await requestFails({ errMsg });
    expectMeaning({ error, tries }, code);
    expect(error.message).toBe(errMsg);
    expectMeaning(await uploadFileFails({ errMsg }), code);
  });
});

/** Texts that people reported, with where. */
describe("texts from public reports", () => {
  test.each([
    // Android names the TLS layer when a connection breaks, as it does when the phone changes its network.
    [
      "request:fail Read error: ssl=0x7b66cfc0: I/O error during system call, Software caused connection abort",
      "NetworkError",
      "https://github.com/lysine-dev/okhttp/issues/3650",
    ],
    [
      "uploadFile:fail Read error: ssl=0xba7d7378: I\\/O error during system call, Software caused connection abort",
      "NetworkError",
      "https://github.com/lysine-dev/okhttp/issues/5900",
    ],
    [
      "request:fail javax.net.ssl.SSLException: Read error: ssl=0xda64a748: I/O error during system call, Connection reset by peer",
      "NetworkError",
      "https://github.com/lysine-dev/okhttp/issues/5598",
    ],
    [
      "request:fail SSL handshake aborted: ssl=0x61512948: I/O error during system call, Connection reset by peer",
      "NetworkError",
      "https://github.com/crowforkotlin/pastemangax/issues/50",
    ],
    [
      "uploadFile:fail Error: Client network socket disconnected before secure TLS connection was established",
      "NetworkError",
      "https://github.com/lcjqyml/wechatbot/issues/27",
    ],
    [
      "request:fail Read error: ssl=0x751539e0: I/O error during system call, Connection timed out",
      "Timeout",
      "https://github.com/Amab/SWADroid/issues/110",
    ],
    // The phone's date is wrong.
    [
      "request:fail Chain validation failed",
      "SecureConnectionFailed",
      "https://github.com/lysine-dev/okhttp/issues/3180",
    ],
    [
      "request:fail 小程序要求的 TLS 版本必须大于等于 1.2",
      "SecureConnectionFailed",
      "https://github.com/rchunping/wxapp-google-analytics/issues/1",
    ],
    ["uploadFile:fail file error", "FileUnreadable", "https://github.com/dcloudio/uni-app/issues/5923"],
    [
      'request:fail TypeError [ERR_INVALID_CHAR]: Invalid character in header content ["Authorization"]',
      "InvalidRequest",
      "https://github.com/dcloudio/uni-app/issues/3207",
    ],
    [
      "request:fail abort statusCode:-1 Connection reset",
      "Interrupted",
      "https://github.com/feige996/unibest/issues/222",
    ],
    ["request:fail request connect error", "NetworkError", "https://github.com/wendux/fly/issues/210"],
    ["uploadFile:fail:interrupted", "Interrupted", "https://github.com/gpake/qiniu-wxapp-sdk/issues/10"],
    [
      "getFileInfo:fail api scope is not declared in the privacy agreement",
      "NotSupported",
      "https://developers.weixin.qq.com/miniprogram/dev/framework/user-privacy/PrivacyAuthorize.html",
    ],
    [
      "chooseMedia:fail privacy permission is not authorized in gap",
      "PermissionDenied",
      "https://developers.weixin.qq.com/miniprogram/dev/framework/user-privacy/PrivacyAuthorize.html",
    ],
    [
      "request:fail URL using bad/illegal format or missing URL",
      "InvalidUrl",
      "https://developer.huawei.com/consumer/cn/doc/harmonyos-references/errorcode-net-http (2300003)",
    ],
    [
      "readFile:fail the maximum size of the file storage limit is exceeded",
      "FileTooLarge",
      "https://developers.weixin.qq.com/miniprogram/dev/api/file/FileSystemManager.saveFile.html",
    ],
    // V8's text when a page reads a file that is too large for its memory.
    [
      "readFile:fail RangeError: Array buffer allocation failed",
      "OutOfMemory",
      "https://github.com/flutter/flutter/issues/94104",
    ],
    // What Node.js, on which DevTools runs, says of files on Windows.
    [
      "uploadFile:fail Error: EPERM: operation not permitted, open 'C:\\tmp\\a.jpg'",
      "FileUnreadable",
      "https://nodejs.org/api/errors.html",
    ],
    ["uploadFile:fail Error: EBUSY: resource busy or locked, open 'C:\\tmp\\a.jpg'", "FileUnreadable", ""],
    ["readFile:fail EISDIR: illegal operation on a directory, read", "FileUnreadable", ""],
    ["uploadFile:fail write EPIPE", "NetworkError", ""],
    // iOS speaks the phone's language; apps that compare its sentences have such lists.
    ["request:fail Zeitüberschreitung bei der Anforderung.", "Timeout", ""],
    ["request:fail La requête a expiré.", "Timeout", ""],
    ["request:fail Превышен лимит времени на запрос.", "Timeout", ""],
    ["request:fail データベースの要求が時間切れになりました。", "Timeout", ""],
    ["request:fail 요청한 시간이 초과되었습니다.", "Timeout", ""],
    ["request:fail Die Netzwerkverbindung wurde unterbrochen.", "NetworkError", ""],
    ["request:fail La connexion réseau a été perdue.", "NetworkError", ""],
    ["request:fail Не удалось подключиться к серверу.", "NetworkError", ""],
    ["request:fail ネットワーク接続が切れました。", "NetworkError", ""],
    ["request:fail Le certificat de ce serveur a expiré.", "SecureConnectionFailed", ""],
    ["request:fail このサーバの証明書は無効です。", "SecureConnectionFailed", ""],
    ["request:fail Das Zertifikat für diesen Server ist ungültig.", "SecureConnectionFailed", ""],
    ["request:fail Le certificat de ce serveur n’est pas valide.", "SecureConnectionFailed", ""],
    // Siblings.
    ["uploadFile:fail 文件大小超过限制", "FileTooLarge", ""],
    ["uploadFile:fail 上传文件不能超过10M", "FileTooLarge", ""],
    ["uploadFile:fail exceed max upload file size", "FileTooLarge", ""],
    ["request:fail 内存不足", "OutOfMemory", ""],
    ["readFile:fail ENOMEM: not enough memory", "OutOfMemory", ""],
    ["request:fail exceeded the maximum number of concurrent requests", "TooManyTasks", ""],
    ["request:fail 请求并发数超过限制", "TooManyTasks", ""],
    ["request:fail domain not in whitelist", "DomainNotAllowed", ""],
    ["uploadFile:fail 域名不合法", "DomainNotAllowed", ""],
    ["request:fail 未开启无线数据权限", "PermissionDenied", ""],
    ["uploadFile:fail system error", "PlatformError", ""],
    ["request:fail jsapi error", "PlatformError", ""],
    ["request:fail Write error: ssl=0xd2: I/O error during system call, Broken pipe", "NetworkError", ""],
    ["request:fail javax.net.ssl.SSLHandshakeException: Connection closed by peer", "NetworkError", ""],
    ["uploadFile:fail Failure in SSL library, usually a protocol error", "SecureConnectionFailed", ""],
    ["request:fail SSL peer certificate or SSH remote key was not OK", "SecureConnectionFailed", ""],
    ["uploadFile:fail File path or file name error", "FileUnreadable", ""],
    ["uploadFile:fail 上传文件失败", "NetworkError", ""],
    ["uploadFile:fail 上传文件不存在", "FileUnreadable", ""],
    ["uploadFile:fail 读取文件失败", "FileUnreadable", ""],
    ["request:fail invalid HTTP method", "InvalidRequest", ""],
    // A full phone: what the systems below WeChat say, and https://github.com/dcloudio/uni-api (Harmony's file system).
    ["uploadFile:fail write failed: ENOSPC (No space left on device)", "OutOfMemory", ""],
    ["uploadFile:fail 未能完成操作。设备上没有剩余空间", "OutOfMemory", ""],
    ["request:fail -18:net::ERR_FILE_NO_SPACE", "OutOfMemory", ""],
    // Android's library for HTTP, of a redirect that leads to itself.
    [
      "request:fail java.net.ProtocolException: Too many follow-up requests: 21",
      "InvalidUrl",
      "https://github.com/square/okhttp, RetryAndFollowUpInterceptor.kt",
    ],
    [
      "fsReadFile fail: fsReadFile方法不支持",
      "NotSupported",
      "https://github.com/redengineer/redmini/issues/1344",
    ],
    // What WeCom on iOS says of a method that it lacks, here for the methods of an upload.
    [
      "uploadFile:fail function not exist",
      "NotSupported",
      "https://developers.weixin.qq.com/community/develop/doc/0000ca0e19058079f4dea0af95b000",
    ],
    // Android's words for a connection that something on the phone forbids: no file.
    [
      "request:fail java.net.SocketException: socket failed: EPERM (Operation not permitted)",
      "NetworkError",
      "https://github.com/Tencent/Shadow/issues/964",
    ],
    [
      "uploadFile:fail sendto failed: EPERM (Operation not permitted)",
      "NetworkError",
      "https://github.com/ConnectSDK/Connect-SDK-Android-API-Sampler/issues/44",
    ],
    [
      "open:fail:not supported",
      "NotSupported",
      "https://developers.weixin.qq.com/community/develop/doc/000644763b4690008cbd451d956c00",
    ],
  ])("%s: %s %s", async (errMsg, code) => {
    expectMeaning(await requestFails({ errMsg }), code);
    expectMeaning(await uploadFileFails({ errMsg }), code);
  });
});

/**
 * HarmonyOS, on which WeChat, uni-app and Taro run too:
 * https://developer.huawei.com/consumer/en/doc/doccenter-references/api/errorcode-net-http and errorcode-request
 */
describe("HarmonyOS's texts", () => {
  test.each([
    ["request:fail Unsupported protocol.", "InvalidUrl"],
    ["request:fail 2300001: Unsupported protocol", "InvalidUrl"],
    ["request:fail 2300070: Disk full or allocation exceeded", "OutOfMemory"],
    ["request:fail 2300028: Timeout was reached", "Timeout"],
    ["request:fail 2300009: Access denied to remote resource", "PermissionDenied"],
    ["request:fail 2300056: Failure when receiving data from the peer", "NetworkError"],
    // OpenSSL's words, of a version of TLS.
    [
      "request:fail write EPROTO 0:error:0A000102:SSL routines::unsupported protocol",
      "SecureConnectionFailed",
    ],
    ["request:fail Invalid URL format or missing URL.", "InvalidUrl"],
    ["request:fail Failed to resolve the host name.", "NetworkError"],
    ["request:fail Transferred a partial file.", "NetworkError"],
    ["uploadFile:fail Failed to open or read local data from the file or application.", "FileUnreadable"],
    ["request:fail Maximum file size exceeded.", "FileTooLarge"],
    ["request:fail Invalid SSL peer certificate or SSH remote key.", "SecureConnectionFailed"],
    ["request:fail The number of redirections reaches the maximum allowed.", "InvalidUrl"],
    ["request:fail It is not allowed to access this domain.", "DomainNotAllowed"],
    ["request:fail Internal error.", "PlatformError"],
    ["uploadFile:fail Invalid file or file system error.", "FileUnreadable"],
    ["uploadFile:fail File operation error.", "FileUnreadable"],
    ["uploadFile:fail Bad file path.", "FileUnreadable"],
    ["uploadFile:fail Task service ability error.", "PlatformError"],
    ["uploadFile:fail The application task queue is full.", "TooManyTasks"],
  ])("%s: %s", async (errMsg, code) => {
    expectMeaning(await requestFails({ errMsg }), code);
    expectMeaning(await uploadFileFails({ errMsg }), code);
  });
});

test.each([
  [{ message: "Operation timeout" }, "Operation timeout", "Timeout"],
  [new Error("connect ECONNREFUSED 203.0.113.7:443"), "connect ECONNREFUSED 203.0.113.7:443", "NetworkError"],
])("a failure without errMsg is reported by its message: %j", async (fail, message, code) => {
  const failed = await requestFails(fail);
  expectMeaning(failed, code);
  expect(failed.error.message).toBe(message);
});

test.each([undefined, null, "request:fail timeout", 5, {}, { errMsg: 7 }, new Error("timeout")])(
  "a failure with %o still ends the upload with an UploadError",
  async (said) => {
    const { error, tries } = await requestFails(said);
    expect(error.name).toBe("UploadError");
    expect(tries).toBe(ATTEMPTS);
  },
);

describe("attack: logs reveal no token or signature from a failure that quotes", () => {
  const quoting = (values: object) => `uploadFile:fail bad header: ${JSON.stringify(values)}`;
  const named = "x in Authorization: Bearer abc; x-cos-security-token=def&q-signature=ghi";

  test("the signing function's request", async () => {
    vi.stubGlobal("wx", {
      ...phone().wx,
      request: ({ header, fail }: Failing & { header: object }) => fail({ errMsg: quoting(header) + named }),
    });
    const error = await failed({}, { getToken: () => "SECRET-1" });
    expect(error.message).toContain("bad header");
    expect(JSON.stringify(error) + error.stack).not.toMatch(/SECRET|abc|def|ghi/);
  });

  test.each(["fails", "throws"])("a transfer that %s", async (way) => {
    const fields = { "q-signature": "SECRET-2", "x-cos-security-token": "SECRET/3" };
    const ticket = { cosKey: "k", method: "POST", url: "https://b.example.com/", fields };
    vi.stubGlobal("wx", {
      ...phone().wx,
      request: ({ success }: { success(answer: object): void }) => success({ statusCode: 200, data: ticket }),
      uploadFile({ formData, fail }: Failing & { formData: object }) {
        const errMsg = quoting(formData) + encodeURIComponent(fields["x-cos-security-token"]) + named;
        if (way === "throws") throw new Error(errMsg);
        fail({ errMsg });
      },
    });
    const error = await failed({});
    expect(error.message).toContain("bad header");
    expect(JSON.stringify(error) + error.stack).not.toMatch(/SECRET|abc|def|ghi/);
  });
});

test("a failed transfer reports its host and key", async () => {
  const { error } = await uploadFileFails({ errMsg: "uploadFile:fail file not found" });
  expect(error).toMatchObject({ method: "POST", url: "https://b.example.com/", key: "uploads/1.jpg" });
});

test.each(Object.keys(TRIED_ONCE))("%s is not reported as a network problem or as worth retrying", (code) => {
  const kind = TRIED_ONCE[code] ?? "client";
  const error = Object.assign(new Error(), { name: "UploadError" as const, kind, code });
  const told = { ...error, message: "", status: 0, requestId: "", retryable: false };
  expect(messageFor(told, "zh")).not.toMatch(/重试|网络/);
  expect(messageFor(told, "en")).not.toMatch(/try again|network|no connection/i);
});
