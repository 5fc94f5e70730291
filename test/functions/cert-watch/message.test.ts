import { expect, test } from "vitest";
import { markdown } from "../../../functions/cert-watch/message.ts";

const broken = (host: string, problem: string) => ({
  host,
  verdict: "broken" as const,
  daysLeft: undefined,
  problems: [problem],
});

test("a problem is cut after 360 characters", () => {
  expect(markdown([broken("a.example.com", `${"x".repeat(360)}y`)])).toMatch(/[^x]x{360}$/);
});

test("hosts are listed up to 4096 bytes, with room for the number of the others", () => {
  const text = (count: number) =>
    markdown(Array.from({ length: count }, () => broken("a.example.com", "x".repeat(300))));
  const heading = Buffer.byteLength(text(0));
  const each = Buffer.byteLength(text(1)) - heading;
  // The count of the hosts left out replaces the first line that would leave less than 96 bytes.
  const fit = Math.floor((4000 - heading) / each);
  expect(text(fit)).not.toContain("more;");
  expect(text(50).split("a.example.com").length - 1).toBe(fit);
  expect(text(50)).toContain(`and ${50 - fit} more; the function's log names them.`);
  expect(Buffer.byteLength(text(50))).toBeLessThanOrEqual(4096);
});

test("a line is kept if it leaves 96 bytes, and dropped if it leaves fewer", () => {
  const heading = Buffer.byteLength(markdown([]));
  const rest = Buffer.byteLength(markdown([broken("", "")])) - heading;
  const filled = (bytes: number) => {
    const last = 4000 - heading - 10 * (rest + 330) - rest + bytes;
    return markdown([
      ...Array.from({ length: 10 }, () => broken("", "x".repeat(330))),
      broken("", "x".repeat(last)),
    ]);
  };
  expect(Buffer.byteLength(filled(0))).toBe(4000);
  expect(filled(1)).toContain("and 1 more;");
});

test("an emergency's end is told to the minute", () => {
  const host = {
    host: "a.example.com",
    verdict: "good" as const,
    daysLeft: 60,
    problems: [],
    fallbackUntil: Date.UTC(2026, 10, 27, 4, 30, 59),
  };
  expect(markdown([host])).toContain("which was to end 2026-11-27T04:30Z: npm run");
});
