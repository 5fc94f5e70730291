import { expect, test } from "vitest";
import { createSeal } from "../../../../shared/auth/seal.ts";
import { createTickets } from "../../../../shared/upload/multipart/ticket.ts";
import { begun } from "./support.ts";

const SECRET = "s".repeat(40);
const ann = { user: "ann" };
const BUCKET = "b-1250000000";
const tickets = createTickets(SECRET, BUCKET, 3600);
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
  ["one of another secret", () => createTickets("t".repeat(40), BUCKET, 3600).issue(begun, ann)],
  ["another bucket's", () => createTickets(SECRET, "c-1250000000", 3600).issue(begun, ann)],
  ["what was sealed for something else", () => createSeal(SECRET, "renewal").close(begun, [BUCKET, "ann"])],
  ["what was sealed for nothing", () => createSeal(SECRET, "").close(begun, [BUCKET, "ann"])],
  ["a changed one", () => tickets.issue(begun, ann).replace(/^./, "A")],
  ["no text", () => 7],
  ["nothing", () => undefined],
  ["an empty text", () => ""],
])("refuses %s", (_, make) => {
  expect(codeOf(make())).toBe(INVALID);
});

test("reads a ticket as long as any may be, and refuses a longer one without a look at its seal", () => {
  const withKeyOf = (characters: number) => {
    const ticket = tickets.issue({ ...begun, key: "k".repeat(characters) }, ann);
    return { length: ticket.length, code: codeOf(ticket) };
  };
  // Four characters of a ticket hold three of what is in it.
  const about = Math.floor(((4096 - withKeyOf(0).length) * 3) / 4);
  const made = [-1, 0, 1, 2].map((more) => withKeyOf(about + more)).filter(({ length }) => length >= 4096);
  expect(made.map(({ length }) => length)).toEqual([4096, 4098, 4099]);
  expect(made.map(({ code }) => code)).toEqual(["read", INVALID, INVALID]);
});
