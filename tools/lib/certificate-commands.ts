import type { Commands } from "../../packages/tls-check/src/index.ts";

/** This project's commands that install a certificate, for what tls-check says to do. */
export const CERTIFICATE_COMMANDS: Commands = {
  cdn: "npm run https -- cdn https puts it on the CDN.",
  bucket: "npm run https -- cert put installs it on a bucket.",
};
