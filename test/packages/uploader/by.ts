import { put } from "../../../packages/uploader/src/put.ts";

/** The options for an upload by one of the methods. */
export function by(method: "POST" | "PUT"): { readonly method?: typeof put } {
  return method === "PUT" ? { method: put } : {};
}
