import { readQuestion } from "../../shared/download/question.ts";
import { signRead } from "../../shared/download/read.ts";
import { downloadService } from "../../shared/download/service.ts";
import { handle } from "../../shared/entry/handle.ts";
import { countRequest } from "../../shared/quota/count-request.ts";

/** `GET /object-url?key=…`: a URL, and headers, that read one object for a while. */
export const main_handler = handle(
  { name: "object-url", methods: ["GET", "POST"] },
  downloadService,
  async (request, service, invocation) => {
    const caller = await service.authorize(request, invocation);
    const question = readQuestion(request, caller, service.rules);
    await countRequest(caller, service, invocation);
    const objects = await signRead(question, service, invocation);
    return { status: 200, body: question.isList ? { objects } : (objects[0] ?? {}) };
  },
);
