import { handleRoutes } from "../../shared/entry/handle.ts";
import { readJsonBody } from "../../shared/http/json-body.ts";
import { countRequest } from "../../shared/quota/count-request.ts";
import { withinQuota } from "../../shared/quota/within-quota.ts";
import { abortUpload } from "../../shared/upload/multipart/abort.ts";
import { beginUpload } from "../../shared/upload/multipart/begin.ts";
import { completeUpload } from "../../shared/upload/multipart/complete.ts";
import { readLargeFile } from "../../shared/upload/multipart/file.ts";
import { readQuestion } from "../../shared/upload/multipart/question.ts";
import { resumeUpload } from "../../shared/upload/multipart/resume.ts";
import { multipartService } from "../../shared/upload/multipart/service.ts";
import { signParts } from "../../shared/upload/multipart/sign-parts.ts";
import { acceptedKey, claimOf, newObject } from "../../shared/upload/new-object.ts";

/**
 * `POST /multipart {"ext":"mp4","size":…}` begins an upload in parts, and answers with signed addresses for the
 * first of them and a ticket. With the ticket `/multipart/parts` signs others, `/multipart/complete` makes the
 * parts one file, and `/multipart/abort` deletes them.
 */
export const main_handler = handleRoutes("multipart", multipartService, [
  {
    path: "",
    methods: ["POST"],
    serve: async (request, service, invocation) => {
      const caller = await service.authorize(request, invocation);
      const file = readLargeFile(request, service.rules);
      const object = newObject(file, caller, Date.now());
      const claim = { ...claimOf(object), seconds: service.tickets.seconds, isOnce: true };
      const { result, left } = await withinQuota([claim], caller, service, invocation, () =>
        beginUpload(object, service, invocation),
      );
      const { begun, page } = result;
      const ticket = service.tickets.issue(begun, caller);
      const { key, uploadId, partSize, ruleName: rule, end: ticketEnds } = begun;
      return {
        status: 200,
        body: { key, ...acceptedKey(key), uploadId, rule, partSize, ...page, ticket, ticketEnds, left },
      };
    },
  },
  {
    path: "/parts",
    methods: ["POST"],
    serve: async (request, service, invocation) => {
      const caller = await service.authorize(request, invocation);
      const { ticket, ...asked } = readJsonBody(request, ["ticket", "numbers", "resume"]);
      const begun = service.tickets.read(ticket, caller, Date.now());
      const question = readQuestion(asked, begun);
      const { result: page, left } = await withinQuota([], caller, service, invocation, () =>
        question.resume
          ? resumeUpload(begun, service, invocation)
          : signParts(begun, question.numbers, service, invocation),
      );
      return { status: 200, body: { ...page, left } };
    },
  },
  {
    path: "/complete",
    methods: ["POST"],
    serve: async (request, service, invocation) => {
      const caller = await service.authorize(request, invocation);
      const { ticket } = readJsonBody(request, ["ticket"]);
      const begun = service.tickets.read(ticket, caller, Date.now());
      await countRequest(caller, service, invocation);
      return { status: 200, body: await completeUpload(begun, service, invocation) };
    },
  },
  {
    path: "/abort",
    methods: ["POST"],
    serve: async (request, service, invocation) => {
      const caller = await service.authorize(request, invocation);
      const { ticket } = readJsonBody(request, ["ticket"]);
      const begun = service.tickets.read(ticket, caller, Date.now());
      await countRequest(caller, service, invocation);
      await abortUpload(begun, service, invocation);
      return { status: 204 };
    },
  },
]);
