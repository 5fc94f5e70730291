import { afterAll, beforeAll, expect, test } from "vitest";
import { runLoad } from "../../../tools/load/load.ts";
import { startTestEmulator } from "../../upload/emulator.ts";

let emulator: Awaited<ReturnType<typeof startTestEmulator>>;
beforeAll(async () => {
  emulator = await startTestEmulator({ maxInstances: 4 });
});
afterAll(() => emulator.close());

test("under load nothing fails, every key is unique, and every byte is stored as it was sent", async () => {
  const { phases, ...report } = await runLoad(emulator, {
    signings: 500,
    uploads: 100,
    concurrency: [1, 8, 32, 64],
    maxBytes: 20_000,
  });
  expect(phases.flatMap(({ errors }) => errors)).toEqual([]);
  expect(report).toEqual({ keys: 600, duplicateKeys: 0, filesEqual: 100 });
  expect(phases.map(({ what, count }) => `${count} × ${what}`)).toEqual([
    ...Array(4).fill("125 × sign"),
    ...Array(4).fill("25 × upload"),
    "100 × read back",
  ]);
});

test("failures are counted, and do not end the run", async () => {
  const { phases, ...report } = await runLoad(
    { ...emulator, url: `${emulator.url}/no-function` },
    { signings: 3, uploads: 2, concurrency: [2], maxBytes: 10 },
  );
  expect(phases.map(({ what, errors }) => [what, errors.length])).toEqual([
    ["sign", 3],
    ["upload", 2],
    ["read back", 0],
  ]);
  expect(report).toEqual({ keys: 0, duplicateKeys: 0, filesEqual: 0 });
});
