// The parts of a Mini Program's `wx` that cos-wx-sdk-v5 and its test use, as documented at
// https://developers.weixin.qq.com/miniprogram/dev/api/, with real HTTP and a folder as the phone's storage.
const { randomUUID } = require("node:crypto");
const fs = require("node:fs");
const http = require("node:http");
const https = require("node:https");
const path = require("node:path");

/**
 * @param {string} folder the folder for the phone's files
 * @param {Record<string, number>} album the sizes of the files that the user chooses, by name
 */
exports.createWx = (folder, album) => {
  const storage = new Map();
  return {
    env: { USER_DATA_PATH: folder },
    canIUse: () => true,
    getAppBaseInfo: () => ({ SDKVersion: "3.8.10", version: "8.0.60" }),
    getDeviceInfo: () => ({ platform: "devtools", system: "Linux" }),
    getNetworkType: ({ success }) => setImmediate(() => success({ networkType: "wifi" })),
    getStorageSync: (name) => storage.get(name) ?? "",
    setStorageSync: (name, value) => storage.set(name, value),
    removeStorageSync: (name) => storage.delete(name),
    getFileSystemManager: () => fileSystem,
    request,
    uploadFile,
    chooseMedia({ success }) {
      const tempFiles = Object.entries(album).map(([name, size]) => {
        const tempFilePath = path.join(folder, name);
        fs.writeFileSync(tempFilePath, Buffer.alloc(size));
        return { name, size, tempFilePath };
      });
      setImmediate(() => success({ tempFiles }));
    },
  };
};

/** Calls the callbacks only after the call itself has returned. */
function settle({ success, fail }, api, work) {
  setImmediate(() => {
    let result;
    try {
      result = work();
    } catch (error) {
      fail?.({ errMsg: `${api}:fail ${error.message}` });
      return;
    }
    success?.(result);
  });
}

const fileSystem = {
  statSync: (file) => fs.statSync(file),
  writeFileSync: (file, data) => fs.writeFileSync(file, Buffer.from(data)),
  stat: (option) => settle(option, "stat", () => ({ stats: fs.statSync(option.path) })),
  readFile: (option) =>
    settle(option, "readFile", () => {
      const { filePath, position = 0, length } = option;
      const bytes = fs.readFileSync(filePath);
      const end = length === undefined ? undefined : position + length;
      return { data: new Uint8Array(bytes.subarray(position, end)).buffer };
    }),
};

function request({ url, method = "GET", header, data, responseType, dataType, ...rest }) {
  const headers = { "content-type": "application/json", ...lowerCase(header) };
  const body = data instanceof ArrayBuffer ? Buffer.from(data) : Buffer.from(textOf(data));
  return exchange("request", { url, method, headers, body, ...rest }, (answer, bytes) => ({
    statusCode: answer.statusCode,
    header: answer.headers,
    data: responseType === "arraybuffer" ? new Uint8Array(bytes).buffer : parsed(bytes, dataType),
  }));
}

function uploadFile({ url, filePath, name, header, formData = {}, ...rest }) {
  const boundary = randomUUID();
  const fields = Object.entries(formData).map(([field, value]) =>
    part(boundary, `name="${field}"`, "", value),
  );
  const filename = path.basename(filePath);
  const type = "content-type: application/octet-stream\r\n";
  const body = Buffer.concat([
    ...fields,
    part(boundary, `name="${name}"; filename="${filename}"`, type, fs.readFileSync(filePath)),
    Buffer.from(`--${boundary}--\r\n`),
  ]);
  const headers = { ...lowerCase(header), "content-type": `multipart/form-data; boundary=${boundary}` };
  const exchanged = exchange(
    "uploadFile",
    { url, method: "POST", headers, body, ...rest },
    (answer, bytes) => ({
      statusCode: answer.statusCode,
      header: answer.headers,
      data: bytes.toString(),
    }),
  );
  return {
    ...exchanged,
    onProgressUpdate: (listener) => {
      const total = { totalBytesSent: body.length, totalBytesExpectedToSend: body.length };
      setImmediate(() => listener({ progress: 100, ...total }));
    },
  };
}

/** Any HTTP status counts as success; only a request without an answer fails. */
function exchange(api, { url, method, headers, body, timeout = 60_000, success, fail, complete }, resultOf) {
  let isOver = false;
  const end = (callback, result) => {
    if (isOver) return;
    isOver = true;
    callback?.(result);
    complete?.(result);
  };
  const { request } = url.startsWith("https:") ? https : http;
  const hasBody = method !== "GET" && method !== "HEAD";
  const sent = request(url, {
    method,
    headers: hasBody ? { ...headers, "content-length": String(body.length) } : headers,
    timeout,
    agent: false,
  });
  const failed = (error) => end(fail, { errMsg: `${api}:fail ${error.message}` });
  sent.on("timeout", () => sent.destroy(new Error("timeout")));
  sent.on("error", failed);
  sent.on("response", async (answer) => {
    const chunks = [];
    try {
      for await (const chunk of answer) chunks.push(chunk);
    } catch (error) {
      failed(error);
      return;
    }
    end(success, resultOf(answer, Buffer.concat(chunks)));
  });
  sent.end(hasBody ? body : undefined);
  return { abort: () => sent.destroy(new Error("abort")) };
}

function part(boundary, disposition, headers, content) {
  const head = `--${boundary}\r\ncontent-disposition: form-data; ${disposition}\r\n${headers}\r\n`;
  return Buffer.concat([
    Buffer.from(head),
    Buffer.isBuffer(content) ? content : Buffer.from(String(content ?? "")),
    Buffer.from("\r\n"),
  ]);
}

function lowerCase(headers = {}) {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function textOf(data) {
  if (data === undefined || data === null) return "";
  return typeof data === "string" ? data : JSON.stringify(data);
}

function parsed(bytes, dataType = "json") {
  const text = bytes.toString();
  if (dataType !== "json") return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
