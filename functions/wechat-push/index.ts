import { readAudit } from "../../shared/check/audit.ts";
import { takeAudit } from "../../shared/check/take-audit.ts";
import { takeMediaResult } from "../../shared/check/take-result.ts";
import { handleRoutes } from "../../shared/entry/handle.ts";
import { readMediaResult } from "../../shared/wechat/media-result.ts";
import { onMessage } from "../../shared/wechat/on-message.ts";
import { pushService } from "./service.ts";

/**
 * Where WeChat pushes a Mini Program's messages to: `GET /wechat-push` proves the address, `POST /wechat-push` brings the
 * results of checks. `POST /wechat-push/audit?token=…` brings those of COS's own audit.
 */
export const main_handler = handleRoutes("wechat-push", pushService, [
  {
    path: "",
    methods: ["GET"],
    serve: async (request, { push }) => ({ status: 200, text: push.verify(request, seconds()) }),
  },
  {
    path: "",
    methods: ["POST"],
    serve: async (request, { push, checks }, invocation) => {
      const message = push.read(request, seconds());
      const result = readMediaResult(message);
      if (result === undefined) await onMessage(message, invocation);
      else
        invocation.note({
          traceId: result.traceId,
          check: await takeMediaResult(result, checks, invocation),
        });
      push.done(request, seconds());
      return DONE;
    },
  },
  {
    path: "/audit",
    methods: ["POST"],
    serve: async (request, { auditToken, checks }, invocation) => {
      const audit = readAudit(request, auditToken, checks.bucket);
      const became = audit === undefined ? "unknown" : await takeAudit(audit, checks, invocation);
      invocation.note({ audit: became });
      return DONE;
    },
  },
]);

/** What WeChat takes for an answer. */
const DONE = { status: 200, text: "success" };

function seconds(): number {
  return Math.floor(Date.now() / 1000);
}
