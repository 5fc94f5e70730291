import type { Caller } from "../../auth/caller.ts";
import { createSeal } from "../../auth/seal.ts";
import { ticketExpired, ticketInvalid } from "../../errors.ts";

/** An upload in parts as it was begun. Only the caller who began it can continue it with the ticket. */
export interface Begun {
  readonly key: string;
  readonly ruleName: string;
  /** COS's name for the upload. */
  readonly uploadId: string;
  /** Of the whole file, in bytes. */
  readonly size: number;
  /** In bytes; the last part may be smaller. */
  readonly partSize: number;
  /** Until when it may go on; Unix seconds. */
  readonly end: number;
}

/** Tickets, made and read. */
export interface Tickets {
  /** How long an upload may go on, in seconds from its start. */
  readonly seconds: number;
  issue(begun: Begun, caller: Caller): string;
  /**
   * @param now Unix time in milliseconds
   * @throws ServiceError `TicketInvalid` for a ticket that this caller was not given, `TicketExpired` after its
   *   end
   */
  read(ticket: unknown, caller: Caller, now: number): Begun;
}

/** In characters: twice what the longest key, rule and upload id make. */
const MAX_LENGTH = 4096;

/**
 * Tickets of uploads to one bucket. A ticket holds what was begun, sealed for its caller: nothing needs to be stored, and
 * none can be made from another.
 */
export function createTickets(secret: string, bucket: string, seconds: number): Tickets {
  const seal = createSeal<Begun>(secret, "multipart");
  const bound = ({ user = "" }: Caller) => [bucket, user];
  return {
    seconds,
    issue: (begun, caller) => seal.close(begun, bound(caller)),
    read(ticket, caller, now) {
      const isText = typeof ticket === "string" && ticket.length <= MAX_LENGTH;
      const begun = isText ? seal.open(ticket, bound(caller)) : undefined;
      if (begun === undefined) {
        throw ticketInvalid(
          "ticket must be the one that POST /multipart returned to this caller, unchanged.",
        );
      }
      if (now >= begun.end * 1000) {
        throw ticketExpired("This upload began too long ago to continue; start over with POST /multipart.");
      }
      return begun;
    },
  };
}
