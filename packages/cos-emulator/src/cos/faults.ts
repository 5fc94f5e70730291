import type { RequestListener } from "node:http";
import { afterAWhile } from "../faults/after-a-while.ts";
import type { Faults } from "../faults/faults.ts";
import { note } from "../requests/note.ts";

/** How much of an upload arrives before it is cut. */
const CUT_AFTER_BYTES = 1000;

/** COS with the fault that is on now. */
export function faultyCos(listener: RequestListener, faults: Faults): RequestListener {
  return (request, response) => {
    if (faults.cos !== undefined) note(response, { reason: `the fault cos=${faults.cos} is on` });
    switch (faults.cos) {
      case "503":
        note(response, { code: "SlowDown" });
        request.resume();
        response
          .writeHead(503, { "Content-Type": "application/xml", "Retry-After": "1" })
          .end(
            "<?xml version='1.0' encoding='utf-8' ?><Error><Code>SlowDown</Code><Message>Reduce your request rate.</Message></Error>",
          );
        return;
      case "slow":
        afterAWhile(response, () => listener(request, response));
        return;
      case "cut": {
        let bytes = 0;
        request.on("data", (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes >= CUT_AFTER_BYTES) request.socket.destroy();
        });
        listener(request, response);
        return;
      }
      default:
        listener(request, response);
    }
  };
}
