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

test("a certificate is reported with 29 and 13 days left, and daily in its last week", () => {
  const days = Array.from({ length: 30 }, (_, i) => i);
  expect(days.filter((daysLeft) => isDue(state("ending", daysLeft)))).toEqual([0, 1, 2, 3, 4, 5, 6, 13, 29]);
});

test("a broken or unreachable host is reported every day, a good one never", () => {
  expect(isDue(state("broken", 200))).toBe(true);
  expect(isDue(state("unknown", undefined))).toBe(true);
  expect(isDue(state("good", 29))).toBe(false);
});

test.each([
  [30, "good"],
  [29, "ending"],
] as const)("a certificate with %i days left is %s", async (daysLeft, verdict) => {
  vi.mocked(checkCertificate).mockResolvedValue({ ...NOTHING_SEEN, daysLeft });
  const [seen] = await lookAtAll([{ host: "a.example.com", port: 443 }], trustAnchors([]), 0, 60_000);
  expect(seen).toMatchObject({ verdict, daysLeft });
});

test.each([
  ["five seconds", 60_000, 5000],
  ["three tenths of the time left, so that there is time for a second look", 10_000, 3000],
])("a look takes at most %s", async (_, withinMs, timeoutMs) => {
  vi.mocked(checkCertificate).mockResolvedValue({ ...NOTHING_SEEN, daysLeft: undefined });
  await lookAtAll([{ host: "a.example.com", port: 443 }], trustAnchors([]), 0, withinMs);
  expect(vi.mocked(checkCertificate).mock.calls.map(([, options]) => options.timeoutMs)).toEqual([
    timeoutMs,
    timeoutMs,
  ]);
});
