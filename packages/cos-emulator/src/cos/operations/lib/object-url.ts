import type { CosRequest } from "../../http/request.ts";

/** The address of an object on the host that the request came to, as `Location` tells it. */
export function objectUrl(request: CosRequest, key: string): string {
  const path = key.split("/").map(encodeURIComponent).join("/");
  return `${request.secure ? "https" : "http"}://${request.host}/${path}`;
}
