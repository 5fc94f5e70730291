import type { Local, Platform } from "../core/platform";
import { fieldOf, invoke, textOf } from "../core/values";
import { placeOfInfo } from "./wx-like";

/** A platform's access to files and storage: its own, or one made from WeChat's methods. */
export function localOf<F>({ local, api }: Platform<F>): Local<F> {
  return local || likeWx(api || noApi);
}

function noApi(): unknown {
  return undefined;
}

function likeWx(api: () => unknown): Local<unknown> {
  return {
    read(filePath, range) {
      const files = invoke(api(), "getFileSystemManager", []);
      if (!fieldOf(files, "readFile")) return undefined;
      return ({ success, fail }) => {
        const told = { success: (result: unknown) => success(fieldOf(result, "data")), fail };
        invoke(files, "readFile", [Object.assign({ filePath }, told, range)]);
      };
    },
    digest(filePath, { success, fail }) {
      const done = (known: unknown) => {
        // Taro on React Native has it as `md5`.
        const digest = textOf(known, "digest") || textOf(known, "md5");
        success({
          size: Number(fieldOf(known, "size")) || undefined,
          digest: /^[\da-f]{32}$/i.test(digest) ? digest : undefined,
        });
      };
      const place = placeOfInfo(api());
      const option = { filePath, digestAlgorithm: "md5", success: done, fail };
      if (place) invoke(place, "getFileInfo", [option]);
      else success({});
    },
    stored: (name) => invoke(api(), "getStorageSync", [name]),
    store: (name, value) => void invoke(api(), "setStorageSync", [name, value]),
  };
}
