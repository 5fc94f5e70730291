import { handle } from "../../shared/entry/handle.ts";
import { withinQuota } from "../../shared/quota/within-quota.ts";
import { claimOf } from "../../shared/upload/new-object.ts";
import { credentialsFor } from "./credentials.ts";
import { credentialsService } from "./service.ts";
import { readUpload } from "./upload.ts";

/**
 * `GET /upload-credentials?ext=mp4&size=…`: temporary credentials for the official SDK to upload one large
 * file in parts, and with `key=…&renewal=…` fresh ones for the same file.
 */
export const main_handler = handle(
  { name: "upload-credentials", methods: ["GET"] },
  credentialsService,
  async (request, service, invocation) => {
    const caller = await service.authorize(request, invocation);
    const upload = readUpload(request, caller, service, Date.now());
    const claims = upload.isNew ? [{ ...claimOf(upload), seconds: service.renewals.seconds }] : [];
    const { result, left } = await withinQuota(claims, caller, service, invocation, () =>
      credentialsFor(upload, caller, service, invocation),
    );
    return { status: 200, body: { ...result, left } };
  },
);
