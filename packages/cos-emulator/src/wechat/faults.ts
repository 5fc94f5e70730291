import type { RequestListener, ServerResponse } from "node:http";
import { afterAWhile } from "../faults/after-a-while.ts";
import type { Faults } from "../faults/faults.ts";
import { note } from "../requests/note.ts";
import { sendWeixin } from "./send-weixin.ts";
import { WeixinError } from "./weixin-error.ts";

/** The faults that are an errcode. */
const ERRCODES: ReadonlyMap<Faults["wechat"], number> = new Map([
  ["busy", -1],
  ["throttled", 44990],
  ["quota", 45009],
  ["token", 42001],
]);

/** WeChat's API with the fault that is on now. */
export function faultyWeChat(listener: RequestListener, faults: Faults): RequestListener {
  return (request, response) => {
    const { wechat: fault } = faults;
    if (fault !== undefined) note(response, { reason: `the fault wechat=${fault} is on` });
    const errcode = ERRCODES.get(fault);
    const isOfToken = fault === "token" && !(request.url ?? "").includes("access_token=");
    if (errcode !== undefined && !isOfToken && !isHealth(request.url)) {
      request.resume();
      refuse(response, errcode);
      return;
    }
    switch (fault) {
      case "slow":
        afterAWhile(response, () => listener(request, response));
        return;
      case "hang":
        request.resume();
        return;
      case "html":
        request.resume();
        response.setHeader("content-type", "text/html").end("<html><body>Bad gateway</body></html>");
        return;
      default:
        listener(request, response);
    }
  };
}

function refuse(response: ServerResponse, errcode: number): void {
  sendWeixin(response, new WeixinError(errcode, "This fault is on in the emulator."));
}

function isHealth(url: string | undefined): boolean {
  return url === "/health";
}
