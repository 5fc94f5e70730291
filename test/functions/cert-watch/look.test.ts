import { afterEach, expect, test, vi } from "vitest";
import { isDue, lookAtAll } from "../../../functions/cert-watch/look.ts";
import { checkCertificate, trustAnchors } from "../../../packages/tls-check/src/index.ts";

vi.mock(import("../../../packages/tls-check/src/index.ts"), async (original) => ({
  ...(await original()),
  checkCertificate: vi.fn<typeof checkCertificate>(),
}));
afterEach(() => void vi.mocked(checkCertificate).mockReset());

const NOTHING_SEEN = { findings: [], handshake: undefined, errorCode: undefined };

const state = (verdict: "good" | "ending" | "broken" | "unknown", daysLeft: number | undefined) => ({
  host: "a.example.com",
  verdict,
  daysLeft,
  problems: [],
});

test("a certificate that ends is told of on its 29th and 13th last day, and daily in its last week", () => {
  const days = Array.from({ length: 30 }, (_, i) => i);
  expect(days.filter((daysLeft) => isDue(state("ending", daysLeft)))).toEqual([0, 1, 2, 3, 4, 5, 6, 13, 29]);
});

test("what is broken, or could not be looked at, is told of every day, and what is good never", () => {
  expect(isDue(state("broken", 200))).toBe(true);
  expect(isDue(state("unknown", undefined))).toBe(true);
  expect(isDue(state("good", 29))).toBe(false);
});

test.each([
  [30, "good"],
  [29, "ending"],
] as const)("with %i days left a certificate is %s", async (daysLeft, verdict) => {
  vi.mocked(checkCertificate).mockResolvedValue({ ...NOTHING_SEEN, daysLeft });
  const [seen] = await lookAtAll([{ host: "a.example.com", port: 443 }], trustAnchors([]), 0, 60_000);
  expect(seen).toMatchObject({ verdict, daysLeft });
});

test.each([
  ["five seconds", 60_000, 5000],
  ["three tenths of the time that is left, which allows for a second look", 10_000, 3000],
])("a look takes at the most %s", async (_, withinMs, timeoutMs) => {
  vi.mocked(checkCertificate).mockResolvedValue({ ...NOTHING_SEEN, daysLeft: undefined });
  await lookAtAll([{ host: "a.example.com", port: 443 }], trustAnchors([]), 0, withinMs);
  expect(vi.mocked(checkCertificate).mock.calls.map(([, options]) => options.timeoutMs)).toEqual([
    timeoutMs,
    timeoutMs,
  ]);
});
