import { notImplemented } from "../http/errors.ts";
import type { SignedOperation } from "./operation.ts";

/**
 * PUT and GET ?symlink: not emulated. They have rights of their
 * own, so that a key for PutObject alone is refused as the real COS refuses it, and only then told that there is none.
 */
export const putSymlink: SignedOperation = {
  action: "name/cos:PutSymlink",
  on: "object",
  run() {
    throw notImplemented("PUT ?symlink (name/cos:PutSymlink)");
  },
};

export const getSymlink: SignedOperation = {
  action: "name/cos:GetSymlink",
  on: "object",
  run() {
    throw notImplemented("GET ?symlink (name/cos:GetSymlink)");
  },
};
