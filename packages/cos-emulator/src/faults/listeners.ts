import type { RequestListener, ServerResponse } from "node:http";
import type { Rights } from "../cam/rights.ts";
import type { Clock } from "../cloud/clock.ts";
import { note } from "../requests/note.ts";
import { CredentialStore, type TemporaryCredential } from "../sts/credential-store.ts";
import type { Faults } from "./faults.ts";

const SLOW_MS = 2000;
const CLOCK_BEHIND_MS = 3 * 60 * 60 * 1000;
/** How much of an upload arrives before it is cut. */
const CUT_AFTER_BYTES = 1000;

/** STS, but for what is at fault now. */
export function faultySts(listener: RequestListener, faults: Faults): RequestListener {
  return (request, response) => {
    if (faults.sts !== undefined) note(response, { reason: `the fault sts=${faults.sts} is on` });
    const error = (Code: string) => {
      note(response, { code: Code });
      const body = { Response: { Error: { Code, Message: "Asked of the emulator." }, RequestId: "fault" } };
      response.setHeader("content-type", "application/json").end(JSON.stringify(body));
    };
    switch (faults.sts) {
      case "slow":
        afterAWhile(response, () => listener(request, response));
        return;
      case "hang":
        request.resume();
        return;
      case "reset":
        request.socket.destroy();
        return;
      case "html":
        response.setHeader("content-type", "text/html").end("<html><body>Bad gateway</body></html>");
        return;
      case "500":
        response.writeHead(500).end("Internal Server Error");
        return;
      case "throttled":
        error("RequestLimitExceeded");
        return;
      case "denied":
        error("UnauthorizedOperation");
        return;
      default:
        listener(request, response);
    }
  };
}

/** COS, but for what is at fault now. */
export function faultyCos(listener: RequestListener, faults: Faults): RequestListener {
  return (request, response) => {
    if (faults.cos !== undefined) note(response, { reason: `the fault cos=${faults.cos} is on` });
    switch (faults.cos) {
      case "503":
        note(response, { code: "SlowDown" });
        request.resume();
        response
          .writeHead(503, { "content-type": "application/xml", "retry-after": "1" })
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

/** The clock of STS, which may be hours behind. */
export function faultyClock(clock: Clock, faults: Faults): Clock {
  return () => clock() - (faults.sts === "clock" ? CLOCK_BEHIND_MS : 0);
}

/** What STS hands out, which may be over already. */
export class FaultyCredentialStore extends CredentialStore {
  readonly #faults: Faults;

  constructor(faults: Faults) {
    super();
    this.#faults = faults;
  }

  override issue(rights: Rights, durationSeconds: number, nowSeconds: number): TemporaryCredential {
    return super.issue(rights, this.#faults.sts === "expired" ? -60 : durationSeconds, nowSeconds);
  }
}

function afterAWhile(response: ServerResponse, work: () => void): void {
  const timer = setTimeout(work, SLOW_MS);
  response.on("close", () => clearTimeout(timer));
}
