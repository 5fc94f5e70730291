import { fieldOf } from "../core/values";
import type { WxLike } from "./wx-like";

/** How long `success` or `fail` may come after `complete`, in milliseconds: frameworks pass them on at different times. */
const LATER = 1000;

/**
 * Has a request succeed or fail also where a platform calls nothing but `complete`: uni-app on Xiaohongshu for Android does
 * (https://github.com/redengineer/redmini/issues/52).
 */
export function withComplete<A extends WxLike>(api: A): A {
  return Object.assign(Object.create(api), {
    request: (option: Parameters<WxLike["request"]>[0]) => api.request(completed(option)),
    uploadFile: (option: Parameters<WxLike["uploadFile"]>[0]) => api.uploadFile(completed(option)),
  });
}

function completed<O extends Parameters<WxLike["request" | "uploadFile"]>[0]>(option: O): O {
  const { success, fail } = option;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isHeard = false;
  const heard = () => {
    isHeard = true;
    clearTimeout(timer);
  };
  return Object.assign({}, option, {
    success(answer: Parameters<typeof success>[0]) {
      heard();
      success(answer);
    },
    fail(error: unknown) {
      heard();
      fail(error);
    },
    complete(result: unknown) {
      if (isHeard) return;
      const told = () => {
        const statusCode = fieldOf(result, "statusCode");
        if (Number(statusCode) >= 100)
          success({ statusCode, data: fieldOf(result, "data"), header: fieldOf(result, "header") });
        else fail(result);
      };
      clearTimeout(timer);
      timer = setTimeout(told, LATER);
    },
  });
}
