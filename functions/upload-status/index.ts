import { handle } from "../../shared/entry/handle.ts";
import { readStatusKey, statusService, uploadStatus } from "../../shared/life/status.ts";
import { countRequest } from "../../shared/quota/count-request.ts";

/** `GET /upload-status?key=…`: how far one of the caller's own uploads has come. */
export const main_handler = handle(
  { name: "upload-status", methods: ["GET"] },
  statusService,
  async (request, service, invocation) => {
    const caller = await service.authorize(request, invocation);
    const key = readStatusKey(request, caller, service.rules);
    await countRequest(caller, service, invocation);
    return { status: 200, body: await uploadStatus(key, service, invocation) };
  },
);
