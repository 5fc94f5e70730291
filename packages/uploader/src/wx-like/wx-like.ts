import type { Platform, PlatformAnswer } from "../core/platform";
import { fieldOf, invoke, tryTo } from "../core/values";
import { meaningOf } from "./meaning";

/** The options that both kinds of request have. */
interface RequestLike {
  url: string;
  header: Record<string, string>;
  timeout: number;
  success: (answer: PlatformAnswer) => void;
  fail: (error: unknown) => void;
}

/**
 * What a platform that copies WeChat's API must have. Everything else is optional. `dataType`, which requests also have, is
 * not named: before version 5, miniprogram-api-typings allows only "json" and "其他".
 */
export interface WxLike {
  request(option: RequestLike & { method: "GET" | "POST" | "PUT"; data?: string | object }): unknown;
  uploadFile(
    option: RequestLike & { filePath: string; name: string; formData: Record<string, string> },
  ): unknown;
}

/** @param api is called at every use: the API may not exist yet, or may be replaced later */
export function wxLike(api: () => WxLike): Platform<string> {
  return {
    request: (sending, body, told) =>
      api().request(Object.assign({ dataType: "text" }, sending, told, body && { data: body })),
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

/** The object that has `getFileInfo`: WeChat's file system in newer versions, otherwise the API itself; or undefined. */
export function placeOfInfo(api: unknown): unknown {
  return [invoke(api, "getFileSystemManager", []), api].filter((place) => fieldOf(place, "getFileInfo"))[0];
}
