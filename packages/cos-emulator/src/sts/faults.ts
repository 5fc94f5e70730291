import type { RequestListener } from "node:http";
import type { Rights } from "../cam/rights.ts";
import type { Clock } from "../cloud/clock.ts";
import { afterAWhile } from "../faults/after-a-while.ts";
import type { Faults } from "../faults/faults.ts";
import { note } from "../requests/note.ts";
import { CredentialStore, type TemporaryCredential } from "./credential-store.ts";

const CLOCK_BEHIND_MS = 3 * 60 * 60 * 1000;

/** STS with the fault that is on now. */
export function faultySts(listener: RequestListener, faults: Faults): RequestListener {
  return (request, response) => {
    if (faults.sts !== undefined) note(response, { reason: `the fault sts=${faults.sts} is on` });
    const error = (Code: string) => {
      note(response, { code: Code });
      const body = {
        Response: { Error: { Code, Message: "This fault is on in the emulator." }, RequestId: "fault" },
      };
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

/** The clock of STS, which may be hours behind. */
export function faultyClock(clock: Clock, faults: Faults): Clock {
  return () => clock() - (faults.sts === "clock" ? CLOCK_BEHIND_MS : 0);
}

/** Issues credentials that may have expired already. */
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
