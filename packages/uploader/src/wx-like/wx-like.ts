import type { FileInfo, OnSent, Platform, PlatformAnswer, Told } from "../core/platform";
import { fieldOf, textOf } from "../core/values";
import { meaningOf } from "./meaning";

/** What both kinds of request have. */
interface RequestLike {
  url: string;
  header: Record<string, string>;
  timeout: number;
  success: (answer: PlatformAnswer) => void;
  fail: (error: unknown) => void;
}

/** What a platform that copies WeChat's must have. Everything else is looked for, and done without. */
export interface WxLike {
  request(
    option: RequestLike & { method: "GET" | "POST" | "PUT"; data?: string | ArrayBuffer; dataType: "text" },
  ): unknown;
  uploadFile(
    option: RequestLike & { filePath: string; name: string; formData: Record<string, string> },
  ): unknown;
}

/** The platform's: https://developers.weixin.qq.com/miniprogram/dev/framework/ability/network.html */
const TRANSFERS = 10;

/** @param api is asked for at every use: it may not be there yet, or be another later */
export function wxLike(api: () => WxLike): Platform<string> {
  const files = () => invoke(api(), "getFileSystemManager");
  return {
    transfers: TRANSFERS,
    request(sending, body, told) {
      const data = typeof body === "string" || isBytes(body) ? { data: body } : {};
      return api().request(Object.assign({ dataType: "text" as const }, sending, data, told));
    },
    upload({ url, header, timeout }, filePath, formData, told, onSent) {
      const option = { url, header, timeout, filePath, formData, name: "file" };
      const task = api().uploadFile(Object.assign(option, told));
      onTaskProgress(task, onSent);
      return task;
    },
    info(filePath, md5) {
      const option = md5 ? { filePath, digestAlgorithm: "md5" } : { filePath };
      const begin =
        method(files(), "getFileInfo", option) ||
        method(api(), "getFileInfo", option) ||
        method(files(), "stat", { path: filePath });
      return begin && (({ success, fail }) => begin({ success: (known) => success(infoOf(known)), fail }));
    },
    read(filePath, range) {
      const begin = method(files(), "readFile", Object.assign({ filePath }, range));
      return begin && (({ success, fail }) => begin({ success: (result) => success(dataOf(result)), fail }));
    },
    nameOf: (filePath) => filePath,
    meaningOf,
    storage: {
      get: (name) => invoke(api(), "getStorageSync", name),
      set: (name, value) => void invoke(api(), "setStorageSync", name, value),
    },
  };
}

function infoOf(known: unknown): FileInfo {
  const size = fieldOf(fieldOf(known, "stats") || known, "size");
  const digest = textOf(known, "digest");
  return {
    size: typeof size === "number" ? size : undefined,
    digest: /^[\da-f]{32}$/i.test(digest) ? digest : undefined,
  };
}

function dataOf(result: unknown): unknown {
  const data = fieldOf(result, "data");
  return typeof data === "string" || isBytes(data) ? data : undefined;
}

/** Lets a task tell of its progress, if it can. */
function onTaskProgress(task: unknown, listener: OnSent): void {
  try {
    invoke(task, "onProgressUpdate", (update: unknown) => {
      const sent =
        Number(fieldOf(update, "totalBytesSent")) / Number(fieldOf(update, "totalBytesExpectedToSend"));
      listener(sent || Number(fieldOf(update, "progress")) / 100 || 0);
    });
  } catch {
    // The upload goes on without.
  }
}

/** A method that answers through `success` or `fail`; undefined where it is missing. */
function method(target: unknown, name: string, option: object): ((told: Told<unknown>) => void) | undefined {
  if (typeof fieldOf(target, name) !== "function") return undefined;
  return ({ success, fail }) => void invoke(target, name, Object.assign({ success, fail }, option));
}

/** Calls a method that a platform may lack. */
function invoke(target: unknown, name: string, ...values: unknown[]): unknown {
  const method = fieldOf(target, name);
  return typeof method === "function" ? method.apply(target, values) : undefined;
}

/** By its tag: a platform's buffers may come from another realm. */
function isBytes(value: unknown): value is ArrayBuffer {
  return Object.prototype.toString.call(value) === "[object ArrayBuffer]";
}
