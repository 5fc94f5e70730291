import { invalidArgument } from "../http/errors.ts";
import { etagOf } from "../store/stored-object.ts";
import { findObject } from "./lib/find-object.ts";
import { versionHeaders } from "./lib/version.ts";
import type { SignedOperation } from "./operation.ts";

/**
 * GET symlink, as cos-go-sdk-v5 and cos-python-sdk-v5 send it: returns a link's target, percent-encoded. We could not
 * find out what COS answers for an object that is not a link.
 */
export const getSymlink: SignedOperation = {
  action: "name/cos:GetSymlink",
  on: "object",
  run({ service, request }) {
    const link = findObject(service, request);
    if (link.symlinkTarget === undefined) {
      throw invalidArgument("the object is not a symbolic link");
    }
    return {
      status: 200,
      headers: {
        "x-cos-symlink-target": link.symlinkTarget.split("/").map(encodeURIComponent).join("/"),
        etag: etagOf(link),
        "last-modified": new Date(link.lastModified).toUTCString(),
        ...versionHeaders(service, link),
      },
    };
  },
};
