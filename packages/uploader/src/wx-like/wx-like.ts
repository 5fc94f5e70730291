import type { Platform, PlatformAnswer } from "../core/platform";
import { fieldOf, invoke, tryTo } from "../core/values";
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
    option: RequestLike & { method: "GET" | "POST" | "PUT"; data?: string | object; dataType: "text" },
  ): unknown;
  uploadFile(
    option: RequestLike & { filePath: string; name: string; formData: Record<string, string> },
  ): unknown;
}

/** @param api is asked for at every use: it may not be there yet, or be another later */
export function wxLike(api: () => WxLike): Platform<string> {
  return {
    request: (sending, body, told) =>
      api().request(Object.assign({ dataType: "text" as const }, sending, told, body && { data: body })),
    upload(sending, filePath, formData, told, onSent) {
      const task = api().uploadFile(Object.assign({ filePath, formData, name: "file" }, sending, told));
      const listener = (update: unknown) => onSent(Number(fieldOf(update, "progress")) / 100 || 0);
      tryTo(task, "onProgressUpdate", [listener]);
      return task;
    },
    info(filePath, { success, fail }) {
      const done = (known: unknown) => success({ size: Number(fieldOf(known, "size")) || undefined });
      const place = placeOfInfo(api());
      if (place) invoke(place, "getFileInfo", [{ filePath, success: done, fail }]);
      else success({});
    },
    nameOf: (filePath) => filePath,
    meaningOf,
    api,
  };
}

/** What has `getFileInfo`, if anything has: in newer versions WeChat's file system, elsewhere the platform itself. */
export function placeOfInfo(api: unknown): unknown {
  return [invoke(api, "getFileSystemManager", []), api].filter((place) => fieldOf(place, "getFileInfo"))[0];
}
