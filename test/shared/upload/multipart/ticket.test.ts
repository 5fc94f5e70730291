import { expect, test } from "vitest";
import { createTickets } from "../../../../shared/upload/multipart/ticket.ts";
import { begun } from "./support.ts";

const SECRET = "s".repeat(40);
const ann = { user: "ann" };
const tickets = createTickets(SECRET, 3600);
const before = (begun.end - 1) * 1000;

const codeOf = (ticket: unknown, caller: { user?: string | undefined } = ann, now = before) => {
  try {
    tickets.read(ticket, { user: caller.user }, now);
    return "read";
  } catch (error) {
    const { code, status, message } = Object(error);
    return `${status} ${code}: ${message}`;
  }
};

const INVALID =
  "403 TicketInvalid: ticket must be the one that POST /multipart returned to this caller, unchanged.";
const EXPIRED =
  "403 TicketExpired: This upload began too long ago to continue; start over with POST /multipart.";

test("says how long an upload may go on", () => {
  expect(tickets.seconds).toBe(3600);
});

test("a ticket holds what was begun, for its caller", () => {
  expect(tickets.read(tickets.issue(begun, ann), ann, before)).toEqual(begun);
  const everyone = { user: undefined };
  expect(tickets.read(tickets.issue(begun, everyone), everyone, before)).toEqual(begun);
});

test("is read until its end, and not at it", () => {
  const ticket = tickets.issue(begun, ann);
  expect(codeOf(ticket, ann, begun.end * 1000 - 1)).toBe("read");
  expect(codeOf(ticket, ann, begun.end * 1000)).toBe(EXPIRED);
});

test.each([
  ["another caller's", () => tickets.issue(begun, { user: "bob" })],
  ["one for callers who are not told apart", () => tickets.issue(begun, { user: undefined })],
  ["one of another secret", () => createTickets("t".repeat(40), 3600).issue(begun, ann)],
  ["a changed one", () => tickets.issue(begun, ann).replace(/^./, "A")],
  ["no text", () => 7],
  ["nothing", () => undefined],
  ["an empty text", () => ""],
])("refuses %s", (_, make) => {
  expect(codeOf(make())).toBe(INVALID);
});

test("refuses a text that is longer than any ticket, without a look at its seal", () => {
  const long = (characters: number) => {
    const ticket = tickets.issue({ ...begun, key: "k".repeat(characters) }, ann);
    return { length: ticket.length, code: codeOf(ticket) };
  };
  expect(long(2000)).toMatchObject({ code: "read" });
  expect(long(4000)).toMatchObject({ code: INVALID });
});
