import { createHash } from "node:crypto";
import { type ClientRequest, type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { basename } from "node:path";

/** WeChat's limit on simultaneous requests, uploads and downloads. */
const PLATFORM_LIMIT = 10;
const CHUNK_BYTES = 64 * 1024;

interface Callbacks<T> {
  readonly success?: (result: T) => void;
  readonly fail?: (error: { readonly errMsg: string }) => void;
}

interface RequestOption extends Callbacks<{ statusCode: number; data: unknown; header: object }> {
  readonly url: string;
  readonly method?: string;
  readonly header?: Readonly<Record<string, string>>;
  readonly data?: string | object | ArrayBuffer;
  readonly dataType?: string;
  readonly timeout?: number;
}

export interface UploadFileOption extends Callbacks<{ statusCode: number; data: string }> {
  readonly url: string;
  readonly filePath: string;
  readonly name: string;
  readonly header?: Readonly<Record<string, string>>;
  readonly formData?: Readonly<Record<string, string>>;
  readonly timeout?: number;
}

interface Progress {
  readonly progress: number;
  readonly totalBytesSent: number;
  readonly totalBytesExpectedToSend: number;
}

interface FileOption<T> extends Callbacks<T> {
  readonly filePath: string;
}

export interface TestWxOptions {
  /** The phone's files: path → bytes. */
  readonly files?: ReadonlyMap<string, Buffer>;
  /** An additional PEM certificate authority that the phone trusts. */
  readonly ca?: string;
  /** What the Mini Program has stored before. */
  readonly stored?: ReadonlyMap<string, string>;
  /** The server for an origin that does not exist for real. */
  readonly origins?: ReadonlyMap<string, string>;
}

/** A phone: the `wx` of a Mini Program that does real HTTP, and a test's access to it. */
export interface TestWx {
  readonly wx: { uploadFile(option: UploadFileOption): object };
  readonly files: Map<string, Buffer>;
  /** What outlives the Mini Program. */
  readonly stored: Map<string, string>;
  readonly mostInFlight: number;
  /** The codes that wx.login returns, one each time. */
  readonly loginCodes: string[];
  /** Hosts that are missing from the Mini Program's list. */
  readonly forbiddenHosts: Set<string>;
  /** Called when a file is read completely. */
  onRead: () => void;
  /** Sends the Mini Program to the background: every open request fails. */
  interrupt(): void;
}

/** Behaves as https://developers.weixin.qq.com/miniprogram/dev/framework/ability/network.html describes. */
export function createWx(options: TestWxOptions = {}): TestWx {
  const files = new Map(options.files);
  const stored = new Map(options.stored);
  const open = new Set<(reason: string) => void>();
  const forbiddenHosts = new Set<string>();
  const loginCodes: string[] = [];
  let mostInFlight = 0;

  interface Exchange {
    readonly api: string;
    readonly url: string;
    readonly method: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: Buffer;
    readonly timeout: number;
    readonly onSent: (bytes: number) => void;
    readonly done: (answer: IncomingMessage, body: Buffer) => void;
    readonly fail: (error: { readonly errMsg: string }) => void;
  }

  /** Any HTTP status is `done`; only the lack of an answer is `fail`. */
  function exchange({ api, url, method, headers, body, timeout, onSent, done, fail }: Exchange): {
    abort(): void;
  } {
    let sent: ClientRequest | undefined;
    const end = (settle: () => void) => {
      if (!open.delete(stop)) return;
      clearTimeout(timer);
      // Callbacks are never called before the call has returned.
      setImmediate(settle);
    };
    const stop = (reason: string) => {
      end(() => fail({ errMsg: `${api}:fail ${reason}` }));
      sent?.destroy();
    };
    const timer = setTimeout(() => stop("timeout"), timeout);
    const isFull = open.size >= PLATFORM_LIMIT;
    open.add(stop);
    mostInFlight = Math.max(mostInFlight, open.size);
    const { origin } = new URL(url);
    const target = new URL(url.replace(origin, options.origins?.get(origin) ?? origin));
    if (isFull) stop("exceed max connection count 10");
    else if (forbiddenHosts.has(target.host)) stop(`url not in domain list: ${target.host}`);
    else {
      const secure = target.protocol === "https:";
      const length = { "content-length": String(body.length) };
      sent = (secure ? requestHttps : requestHttp)(target, {
        method,
        headers: method === "GET" ? { ...headers } : { ...headers, ...length },
        agent: false,
        ...(options.ca !== undefined && { ca: options.ca }),
      });
      sent.on("error", (error) => stop(error.message));
      sent.on("response", async (answer) => {
        try {
          const chunks: Buffer[] = [];
          for await (const chunk of answer) chunks.push(chunk);
          end(() => done(answer, Buffer.concat(chunks)));
        } catch {
          stop("connection reset");
        }
      });
      writeInChunks(sent, body, (bytes) => open.has(stop) && onSent(bytes));
    }
    return { abort: () => stop("abort") };
  }

  const fileOf = <T>({ filePath, success, fail }: FileOption<T>, api: string, read: (file: Buffer) => T) => {
    const file = files.get(filePath);
    setImmediate(() => {
      if (file === undefined) fail?.({ errMsg: `${api}:fail no such file or directory "${filePath}"` });
      else success?.(read(file));
    });
  };

  const wx = {
    request({ url, method = "GET", header = {}, data, dataType, timeout, success, fail }: RequestOption) {
      return exchange({
        api: "request",
        url,
        method,
        headers: withContentType(header),
        body: bodyOf(data),
        timeout: timeout ?? 60_000,
        onSent: () => {},
        done: (answer, body) =>
          success?.({
            statusCode: answer.statusCode ?? 0,
            header: answer.headers,
            data: parsed(body.toString("utf8"), dataType),
          }),
        fail: (error) => fail?.(error),
      });
    },

    uploadFile({
      url,
      filePath,
      name,
      header = {},
      formData = {},
      timeout,
      success,
      fail,
    }: UploadFileOption) {
      if (!files.has(filePath)) {
        setImmediate(() => fail?.({ errMsg: "uploadFile:fail createUploadTask:fail file not found" }));
        return { abort() {}, onProgressUpdate() {} };
      }
      const listeners: ((progress: Progress) => void)[] = [];
      const boundary = `----${createHash("md5").update(filePath).digest("hex")}`;
      const body = multipart(
        boundary,
        formData,
        name,
        basename(filePath),
        files.get(filePath) ?? Buffer.of(),
      );
      const onSent = (totalBytesSent: number) => {
        const totalBytesExpectedToSend = body.length;
        const progress = Math.floor((totalBytesSent / totalBytesExpectedToSend) * 100);
        for (const listener of listeners) listener({ progress, totalBytesSent, totalBytesExpectedToSend });
      };
      const task = exchange({
        api: "uploadFile",
        url,
        method: "POST",
        headers: { ...header, "content-type": `multipart/form-data; boundary=${boundary}` },
        body,
        timeout: timeout ?? 60_000,
        onSent,
        done: (answer, data) =>
          success?.({ statusCode: answer.statusCode ?? 0, data: data.toString("utf8") }),
        fail: (error) => fail?.(error),
      });
      return {
        abort() {
          task.abort();
          // Events that were already in progress still arrive.
          onSent(body.length - 1);
        },
        onProgressUpdate(listener: (progress: Progress) => void) {
          listeners.push(listener);
        },
      };
    },

    getFileSystemManager: () => ({
      getFileInfo(option: FileOption<{ size: number; digest?: string }> & { digestAlgorithm?: string }) {
        fileOf(option, "getFileInfo", (file) => ({
          size: file.length,
          ...(option.digestAlgorithm && {
            digest: createHash(option.digestAlgorithm).update(file).digest("hex"),
          }),
        }));
      },
      readFile(option: FileOption<{ data: ArrayBuffer }> & { position?: number; length?: number }) {
        phone.onRead();
        fileOf(option, "readFile", (file) => {
          const { position = 0, length = file.length } = option;
          return { data: new Uint8Array(file.subarray(position, position + length)).buffer };
        });
      },
    }),

    getStorageSync: (name: string) => stored.get(name) ?? "",
    setStorageSync: (name: string, value: string) => void stored.set(name, value),

    login({ success, fail }: Callbacks<{ code: string }>) {
      const code = loginCodes.shift();
      setImmediate(() => (code === undefined ? fail?.({ errMsg: "login:fail" }) : success?.({ code })));
    },
  };

  const phone: TestWx = {
    wx,
    files,
    stored,
    onRead: () => {},
    loginCodes,
    forbiddenHosts,
    get mostInFlight() {
      return mostInFlight;
    },
    interrupt() {
      for (const stop of [...open]) stop("interrupted");
    },
  };
  return phone;
}

function withContentType(header: Readonly<Record<string, string>>): Record<string, string> {
  const given = Object.keys(header).some((name) => name.toLowerCase() === "content-type");
  return given ? { ...header } : { "content-type": "application/json", ...header };
}

function bodyOf(data: RequestOption["data"]): Buffer {
  if (data === undefined) return Buffer.of();
  if (data instanceof ArrayBuffer) return Buffer.from(data);
  return Buffer.from(typeof data === "string" ? data : JSON.stringify(data));
}

/** wx.request parses JSON and returns everything else as received. */
function parsed(text: string, dataType = "json"): unknown {
  if (dataType !== "json") return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The fields in order, and the file after them. */
function multipart(
  boundary: string,
  fields: Readonly<Record<string, string>>,
  name: string,
  filename: string,
  file: Buffer,
): Buffer {
  const parts = Object.entries(fields).map(
    ([field, value]) =>
      `--${boundary}\r\ncontent-disposition: form-data; name="${field}"\r\n\r\n${value}\r\n`,
  );
  const head =
    `--${boundary}\r\ncontent-disposition: form-data; name="${name}"; filename="${filename}"\r\n` +
    "content-type: image/x-of-the-phone\r\n\r\n";
  return Buffer.concat([Buffer.from(parts.join("") + head), file, Buffer.from(`\r\n--${boundary}--\r\n`)]);
}

/** Reports each chunk once the socket has accepted it. */
function writeInChunks(request: ClientRequest, body: Buffer, onSent: (bytes: number) => void): void {
  const write = (from: number) => {
    if (request.destroyed) return;
    if (from >= body.length) {
      request.end();
      return;
    }
    const to = Math.min(from + CHUNK_BYTES, body.length);
    request.write(body.subarray(from, to), (error) => {
      if (error) return;
      onSent(to);
      write(to);
    });
  };
  write(0);
}
