import { open, readFile, stat } from "node:fs/promises";
import { type IncomingMessage, request } from "node:http";

interface Callbacks<T> {
  readonly success?: (result: T) => void;
  readonly fail?: (error: { readonly errMsg: string }) => void;
}

interface RequestOption extends Callbacks<{ statusCode: number; header: object; data: string }> {
  readonly url: string;
  readonly method?: string;
  readonly header?: Readonly<Record<string, unknown>>;
  readonly data?: string | ArrayBuffer;
}

interface UploadFileOption extends RequestOption {
  readonly filePath: string;
  readonly name: string;
  readonly formData: Readonly<Record<string, unknown>>;
}

interface ReadFileOption extends Callbacks<{ data: ArrayBuffer }> {
  readonly filePath: string;
  readonly position?: number;
  readonly length?: number;
}

interface StatOption extends Callbacks<{ stats: object }> {
  readonly path: string;
}

/**
 * The part of a Mini Program's `wx` that cos-wx-sdk-v5 calls, over this machine's files and real HTTP.
 *
 * @param port where every request goes, on loopback and without TLS, whatever host its URL names; the Host header is
 * the URL's
 */
export function createUploadWx(port: number) {
  const storage = new Map<string, string>();

  function send(
    url: string,
    method: string,
    headers: Readonly<Record<string, unknown>>,
    body: Buffer,
    { success, fail }: Callbacks<{ statusCode: number; header: object; data: string }>,
  ) {
    const { host, pathname, search } = new URL(url);
    const given = Object.entries(headers).map(([name, value]) => [name, String(value)]);
    const outgoing = request({
      host: "127.0.0.1",
      port,
      method,
      path: pathname + search,
      headers: {
        "content-type": "application/json",
        ...Object.fromEntries(given.map(([name, value]) => [name?.toLowerCase(), value])),
        host,
        ...(method === "GET" ? {} : { "content-length": body.length }),
      },
      agent: false,
    });
    const onError = (error: Error) => fail?.({ errMsg: `request:fail ${error.message}` });
    outgoing.on("error", onError);
    outgoing.on("response", (incoming: IncomingMessage) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.on("error", onError);
      incoming.on("end", () => {
        const data = Buffer.concat(chunks).toString("utf8");
        success?.({ statusCode: incoming.statusCode ?? 0, header: incoming.headers, data });
      });
    });
    outgoing.end(body);
    return { abort: () => outgoing.destroy(), onProgressUpdate: () => undefined };
  }

  const answer = <T>(work: Promise<T>, { success, fail }: Callbacks<T>) => {
    work.then(
      (result) => success?.(result),
      (error: unknown) => fail?.({ errMsg: String(error) }),
    );
  };

  return {
    canIUse: () => true,
    getAppBaseInfo: () => ({ SDKVersion: "3.7.0" }),
    getDeviceInfo: () => ({ platform: "ios" }),
    getStorageSync: (key: string) => storage.get(key) ?? "",
    setStorageSync: (key: string, value: string) => void storage.set(key, value),
    removeStorageSync: (key: string) => void storage.delete(key),

    request({ url, method = "GET", header = {}, data = "", ...callbacks }: RequestOption) {
      const body = typeof data === "string" ? Buffer.from(data) : Buffer.from(data);
      return send(url, method, header, body, callbacks);
    },

    uploadFile({ url, filePath, name, header = {}, formData, ...callbacks }: UploadFileOption) {
      const boundary = "----a-form-of-the-phone";
      const fields = Object.entries(formData).map(
        ([field, value]) =>
          `--${boundary}\r\nContent-Disposition: form-data; name="${field}"\r\n\r\n${value}\r\n`,
      );
      const head = `${fields.join("")}--${boundary}\r\nContent-Disposition: form-data; name="${name}"; filename="file"\r\n\r\n`;
      const headers = { ...header, "Content-Type": `multipart/form-data; boundary=${boundary}` };
      readFile(filePath).then((file) => {
        const body = Buffer.concat([Buffer.from(head), file, Buffer.from(`\r\n--${boundary}--\r\n`)]);
        send(url, "POST", headers, body, callbacks);
      });
      return { abort: () => undefined, onProgressUpdate: () => undefined };
    },

    getFileSystemManager: () => ({
      readFile: ({ filePath, position, length, ...callbacks }: ReadFileOption) =>
        answer(readSlice(filePath, position, length), callbacks),
      stat: ({ path, ...callbacks }: StatOption) => answer(statOf(path), callbacks),
    }),
  };
}

async function readSlice(path: string, position = 0, length?: number): Promise<{ data: ArrayBuffer }> {
  const file = await open(path);
  try {
    const data = new ArrayBuffer(length ?? (await file.stat()).size);
    await file.read(new Uint8Array(data), 0, data.byteLength, position);
    return { data };
  } finally {
    await file.close();
  }
}

async function statOf(path: string): Promise<{ stats: object }> {
  const { size, mode, mtimeMs, atimeMs } = await stat(path);
  const stats = {
    size,
    mode,
    lastModifiedTime: Math.floor(mtimeMs / 1000),
    lastAccessedTime: Math.floor(atimeMs / 1000),
    isDirectory: () => false,
  };
  return { stats };
}
