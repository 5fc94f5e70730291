import { handle } from "../../shared/entry/handle.ts";
import { withinQuota } from "../../shared/quota/within-quota.ts";
import { readFiles } from "../../shared/upload/file.ts";
import { claimOf, newObject } from "../../shared/upload/new-object.ts";
import { post } from "../../shared/upload/post.ts";
import { limitedService } from "../../shared/upload/service.ts";
import { signEach, uploadAnswer } from "../../shared/upload/sign.ts";

/** `GET /post-policy?ext=jpg`: what a client needs to POST one new object as a form, and nothing else. */
export const main_handler = handle(
  { name: "post-policy", methods: ["GET", "POST"] },
  limitedService,
  async (request, service, invocation) => {
    const caller = await service.authorize(request, invocation);
    const { files, isList } = readFiles(request, service.rules);
    const now = Date.now();
    const objects = files.map((file) => newObject(file, caller, now));
    const claims = objects.map(claimOf);
    const uploads = await withinQuota(claims, caller, service, invocation, () =>
      signEach(objects, post, service, invocation),
    );
    return uploadAnswer(uploads, isList);
  },
);
